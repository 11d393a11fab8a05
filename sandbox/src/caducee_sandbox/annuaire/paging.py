"""Pages of results. The cursor is opaque: whoever takes it apart, or counts pages, goes wrong."""

from __future__ import annotations

import base64
import binascii
import json
from urllib.parse import quote, urlencode

from caducee_sandbox.annuaire.criteria import Refused
from caducee_sandbox.annuaire.shapes import Json

DEFAULT, MOST = 50, 10_000
Asked = list[tuple[str, str]]


def opened(asked: Asked) -> tuple[Asked, int]:
    """Return the question that a cursor stands for and where it goes on; a first question begins at 0.

    Raises:
        Refused: not one of our cursors.
    """
    token = dict(asked).get("_page_token")
    if token is None:
        return asked, 0
    try:
        held = json.loads(base64.urlsafe_b64decode(token.encode("ascii")))
        return [(str(name), str(value)) for name, value in held["q"]], int(held["at"])
    except (binascii.Error, ValueError, KeyError, TypeError):
        raise Refused("Invalid page token", status=410, code="expired") from None


def page_size(asked: Asked) -> int:
    """Return how many matches a page has.

    Raises:
        Refused: not a number.
    """
    said = dict(asked).get("_count", str(DEFAULT))
    if not said.isdigit() or not 0 < int(said) <= MOST:
        raise Refused("Parameter _count invalid", code="value")
    return int(said)


def next_path(kind: str, asked: Asked, at: int) -> str:
    """Return path and query of the page that begins at a match; it carries the question again, as real ones do."""
    token = base64.urlsafe_b64encode(json.dumps({"q": asked, "at": at}).encode()).decode()
    criteria = urlencode(
        [(name, value) for name, value in asked if not name.startswith("_")], quote_via=quote, safe=":/"
    )
    return f"/v2/{kind}?{criteria}{'&' if criteria else ''}_page_token={token}"


def subsetted(resource: Json, fields: list[str]) -> Json:
    """Return a resource with these fields and the obligatory ones, labelled as being no longer whole."""
    kept = {name: value for name, value in resource.items() if name in ("resourceType", "id", *fields)}
    tag = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
    return {**kept, "meta": {"tag": [tag]}}
