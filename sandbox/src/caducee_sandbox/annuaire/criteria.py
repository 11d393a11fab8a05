"""Which resources a question asks for, and which questions are refused."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

from caducee_sandbox.annuaire.shapes import EMAIL_TYPE, Json

Match = Callable[[Json, str], bool]
RESULT = frozenset({"_count", "_total", "_elements", "_include", "_revinclude", "_page_token"})
INCLUDES = {
    "PractitionerRole:organization": ("PractitionerRole", "organization"),
    "PractitionerRole:practitioner": ("PractitionerRole", "practitioner"),
}


class Refused(Exception):
    """A question that the directory refuses: status, code of the outcome, text."""

    def __init__(self, text: str, *, status: int = 400, code: str = "invalid") -> None:
        super().__init__(text)
        self.status, self.code, self.text = status, code, text


def matching(kind: str, asked: list[tuple[str, str]], content: tuple[Json, ...]) -> list[Json]:
    """Return the resources of a type that satisfy every criterion, in the order of their ids.

    Raises:
        Refused: an unknown criterion; names it.
    """
    known = CRITERIA[kind]
    found = [one for one in content if one["resourceType"] == kind]
    for name, value in asked:
        plain, _, modifier = name.partition(":")
        if plain in RESULT:
            continue
        if plain not in known or (modifier and plain not in ("mailbox-mss", "name")):
            raise Refused(f"Parameter {plain} not found", code="not-supported")
        match = known[plain]
        wanted = [value] if plain in ("mailbox-mss", "name") else value.split(",")
        found = [one for one in found if any(match(one, f"{modifier}:{part}") for part in wanted)]
    return found


def with_inclusions(found: list[Json], asked: list[tuple[str, str]], content: tuple[Json, ...]) -> list[Json]:
    """Return what must come along with the matches.

    Raises:
        Refused: an unknown inclusion.
    """
    included: dict[tuple[str, str], Json] = {}
    for name, value in asked:
        if name in ("_include", "_revinclude"):
            for one in _inclusions(name, value, found, content):
                included[one["resourceType"], one["id"]] = one
    return [one for one in included.values() if one not in found]


def _inclusions(name: str, value: str, found: list[Json], content: tuple[Json, ...]) -> Iterator[Json]:
    links = (
        list(INCLUDES.values()) if value == "PractitionerRole:*" else [INCLUDES[v] for v in (value,) if v in INCLUDES]
    )
    if not links:
        raise Refused(f"Parameter {name} not found", code="not-supported")
    for _, field in links:
        if name == "_include":
            wanted = {one[field]["reference"] for one in found if field in one}
            yield from (one for one in content if _key(one) in wanted)
        else:
            keys = {_key(one) for one in found}
            yield from (one for one in content if one.get(field, {}).get("reference") in keys)


def _key(resource: Json) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


def _by_id(resource: Json, wanted: str) -> bool:
    return str(resource["id"]) == wanted[1:]


def _by_identifier(resource: Json, wanted: str) -> bool:
    system, bar, value = wanted[1:].rpartition("|")
    numbers = resource.get("identifier", [])
    return any(one["value"] == value and (not bar or one["system"] == system) for one in numbers)


def _by_active(resource: Json, wanted: str) -> bool:
    return str(resource["active"]).lower() == wanted[1:]


def _by_reference(field: str) -> Match:
    def match(resource: Json, wanted: str) -> bool:
        reference = str(resource.get(field, {}).get("reference", ""))
        return bool(reference) and reference.endswith("/" + wanted[1:].rpartition("/")[2])

    return match


def _by_mailbox(resource: Json, wanted: str) -> bool:
    return any(_text_matches(address, wanted) for address in _secure_addresses(resource))


def _by_name(resource: Json, wanted: str) -> bool:
    modifier, _, words = wanted.partition(":")
    names = resource.get("name", [])
    parts = [part for name in names for part in (name.get("family", ""), *name.get("given", []))]
    known = [word for part in parts for word in part.replace("-", " ").split()]
    return all(any(_text_matches(part, f"{modifier}:{word}") for part in known) for word in words.split())


def _by_type(resource: Json, wanted: str) -> bool:
    code = wanted.rpartition("|")[2].lstrip(":")
    return any(coding["code"] == code for concept in resource.get("type", []) for coding in concept["coding"])


def _secure_addresses(resource: Json) -> list[str]:
    points = resource.get("telecom", [])
    return [one["value"] for one in points if any(e["url"] == EMAIL_TYPE for e in one.get("extension", []))]


def _text_matches(value: str, wanted: str) -> bool:
    """FHIR string search: the beginning, without case and accents; ``:contains`` anywhere, ``:exact`` as written."""
    modifier, _, text = wanted.partition(":")
    if modifier == "exact":
        return value == text
    plain, sought = _plain(value), _plain(text)
    return sought in plain if modifier == "contains" else plain.startswith(sought)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


_COMMON: dict[str, Match] = {
    "_id": _by_id,
    "active": _by_active,
    "identifier": _by_identifier,
    "mailbox-mss": _by_mailbox,
}
CRITERIA: dict[str, dict[str, Match]] = {
    "Practitioner": {**_COMMON, "name": _by_name},
    "PractitionerRole": {
        **_COMMON,
        "practitioner": _by_reference("practitioner"),
        "organization": _by_reference("organization"),
    },
    "Organization": {**_COMMON, "type": _by_type},
}
