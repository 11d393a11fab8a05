"""The pharmacist's address: plain HTTP on loopback, as an API (JSON) and as a page for a person."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from caducee_sandbox.erx.base import Base
from caducee_sandbox.erx.dispensing import Dispensing
from caducee_sandbox.erx.edisp import edisp
from caducee_sandbox.erx.page import asked_page, message_page, prescription_page
from caducee_sandbox.erx.refusals import Refused
from caducee_sandbox.http import Answer, Request

HTML = "text/html; charset=utf-8"
_LOOKALIKE = str.maketrans("ILO", "110")


class Pharmacy:
    """Answers the API (``/api/…``) and the page (``/``)."""

    def __init__(self, base: Base, dispensing: Dispensing) -> None:
        self._base = base
        self._dispensing = dispensing

    async def respond(self, request: Request) -> Answer:
        """Answer one request."""
        address = urlsplit(request.path)
        api = address.path.startswith("/api/")
        try:
            return self._api(request, address.path) if api else self._page(request, address.path, address.query)
        except Refused as refused:
            if api:
                return _json(refused.status, {"code": refused.code, "text": refused.text})
            asked = parse_qs(address.query).get("number", [""])[0]
            return Answer(status=refused.status, content_type=HTML, body=message_page(refused, asked))
        except (ValueError, KeyError, TypeError) as error:
            return _json(400, {"code": "erx.malformed", "text": type(error).__name__})

    def _api(self, request: Request, path: str) -> Answer:
        match (request.method, path.strip("/").split("/")):
            case ("GET", ["api", "prescriptions", number]):
                consulted = self._dispensing.consult(typed(number))
                consulted["dispensations"] = [asdict(one) for one in consulted["dispensations"]]
                return _json(200, consulted)
            case ("POST", ["api", "prescriptions", number, "dispense"]):
                asked = json.loads(request.body)
                made = self._dispensing.dispense(typed(number), asked["lines"], seen=str(asked.get("seen", "")))
                return _json(200, asdict(made))
            case ("POST", ["api", "dispensations", identifier, "cancel"]):
                return _json(200, asdict(self._dispensing.cancel(identifier)))
            case ("GET", ["api", "dispensations", identifier, "document"]):
                return Answer(content_type="text/xml; charset=utf-8", body=self._document(identifier))
        raise Refused("erx.not_found", "adresse inconnue")

    def _page(self, request: Request, path: str, query: str) -> Answer:
        match (request.method, path.strip("/").split("/")):
            case ("GET", [""]):
                number = typed(parse_qs(query).get("number", [""])[0])
                page = self._prescription(number) if number else asked_page()
            case ("POST", ["dispense"]):
                return self._dispensed(_form(request))
            case ("POST", ["cancel"]):
                one = self._dispensing.cancel(_form(request)["dispensation"])
                page = self._prescription(one.number, "Délivrance annulée.")
            case ("GET", ["document", identifier]):
                return Answer(content_type="text/xml; charset=utf-8", body=self._document(identifier))
            case _:
                raise Refused("erx.not_found", "adresse inconnue")
        return Answer(content_type=HTML, body=page)

    def _prescription(self, number: str, said: str = "") -> bytes:
        return prescription_page(self._dispensing.consult(number), said)

    def _dispensed(self, form: dict[str, str]) -> Answer:
        """Dispense what a form says; refused, the form comes back as it was filled."""
        number = form["number"]
        names = [name.removeprefix("action:") for name in form if name.startswith("action:")]
        lines = [_asked(form, name) for name in names if form[f"action:{name}"]]
        consulted = self._dispensing.consult(number)
        try:
            self._dispensing.dispense(number, lines, seen=form.get("seen", ""))
        except Refused as refused:
            page = prescription_page(consulted, refused=refused, typed=form)
            return Answer(status=refused.status, content_type=HTML, body=page)
        return Answer(content_type=HTML, body=self._prescription(number, "Délivrance enregistrée."))

    def _document(self, identifier: str) -> bytes:
        one = self._base.dispensation(identifier)
        return edisp(self._base.get(one.number), one)


def typed(text: str) -> str:
    """Return a number as it was meant by who typed it."""
    return "".join(unquote(text).split()).replace("-", "").upper().translate(_LOOKALIKE)


def _asked(form: dict[str, str], name: str) -> dict[str, Any]:
    action = form[f"action:{name}"]
    return {
        "line": name,
        "action": "dispensed" if action == "partial" else action,
        "partial": action == "partial",
        **{key: form.get(f"{key}:{name}", "") for key in ("quantity", "product", "reason")},
    }


def _form(request: Request) -> dict[str, str]:
    parsed = parse_qs(request.body.decode("utf-8"), keep_blank_values=True)
    return {name: values[0] for name, values in parsed.items()}


def _json(status: int, content: Any) -> Answer:
    body = json.dumps(content, ensure_ascii=False).encode()
    return Answer(status=status, content_type="application/json", body=body)
