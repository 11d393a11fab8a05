"""The base as a judge: the prescriber's side, over mutual TLS with the certificate of a card."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Any

from caducee_sandbox.certificates import common_name
from caducee_sandbox.erx.base import Base, Prescription
from caducee_sandbox.erx.deposit import read
from caducee_sandbox.erx.dispensing import remaining
from caducee_sandbox.erx.refusals import Refused
from caducee_sandbox.exchange import Judgement
from caducee_sandbox.http import Answer, Request
from caducee_sandbox.people import Doctor, doctor

PATH = "/erx"
PRESCRIBERS = ("10", "40", "50")
ROUTES = (
    ("POST", re.compile(rf"{PATH}/prescriptions"), "register"),
    ("GET", re.compile(rf"{PATH}/prescriptions/(\w+)"), "consult"),
    ("GET", re.compile(rf"{PATH}/prescriptions/(\w+)/executions"), "executions"),
    ("POST", re.compile(rf"{PATH}/prescriptions/(\w+)/cancel"), "cancel"),
)


class ErxJudge:
    """Registers, cancels, consults."""

    def __init__(self, base: Base) -> None:
        self._base = base

    def transaction(self, request: Request) -> str:
        """Name what is asked; empty when there is no such address."""
        return _route(request)[0]

    def unavailable(self) -> Answer:
        """Return the answer of a base in maintenance: nothing is done."""
        return _refusal(Refused("erx.maintenance", "Service en maintenance"))

    def judge(self, request: Request) -> Judgement:
        """Answer a prescriber."""
        try:
            caller = _caller(request)
            answered = self._answered(request, caller)
        except Refused as refused:
            return Judgement(answer=_refusal(refused), verdict=refused.code)
        return Judgement(answer=_json(200, answered), verdict="accepted")

    def _answered(self, request: Request, caller: Doctor) -> dict[str, Any]:
        self._base.forget_the_old()
        name, number = _route(request)
        if name == "register":
            return self._register(request.body, caller)
        if name == "cancel":
            return _held(self._base.cancel(number, caller.identifier))
        if name in ("consult", "executions"):
            return self._shown(number, caller, executions=name == "executions")
        raise Refused("erx.not_found", "adresse inconnue")

    def _register(self, body: bytes, caller: Doctor) -> dict[str, Any]:
        content = read(body)
        if content["prescriber"] != caller.identifier:
            raise Refused("erx.not_author")
        return _held(self._base.add(body, content, caller.identifier))

    def _shown(self, number: str, caller: Doctor, *, executions: bool) -> dict[str, Any]:
        known = self._base.get(number)
        if known.author != caller.identifier:
            raise Refused("erx.not_author")
        if not executions:
            return _held(known)
        if known.opposed:
            raise Refused("erx.opposed")
        done = [{k: v for k, v in asdict(one).items() if k != "number"} for one in self._base.dispensations(number)]
        return {"remaining": sum(remaining(known, self._base.dispensations(number)).values()), "dispensations": done}


def _caller(request: Request) -> Doctor:
    known = doctor(common_name(request.certificate or b""))
    if known is None or known.profession not in PRESCRIBERS:
        raise Refused("erx.not_entitled")
    return known


def _route(request: Request) -> tuple[str, str]:
    for method, pattern, name in ROUTES:
        found = pattern.fullmatch(request.path)
        if found and method == request.method:
            return name, found[1] if pattern.groups else ""
    return "", ""


def _held(known: Prescription) -> dict[str, Any]:
    return {name: getattr(known, name) for name in ("number", "digest", "status", "registered_at")}


def _refusal(refused: Refused) -> Answer:
    return _json(refused.status, {"code": refused.code, "text": refused.text})


def _json(status: int, content: Any) -> Answer:
    return Answer(status=status, content_type="application/json", body=json.dumps(content).encode())
