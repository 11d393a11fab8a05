"""The services of the Assurance Maladie as a judge: who calls, with which message, and what is answered."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from email.message import Message

from cryptography import x509

from caducee_sandbox.exchange import Judgement
from caducee_sandbox.faults import INSI, FaultBoard
from caducee_sandbox.http import Answer, Request
from caducee_sandbox.insi import lots
from caducee_sandbox.insi.answers import result_message
from caducee_sandbox.insi.app import Contexts
from caducee_sandbox.insi.burst import Burst
from caducee_sandbox.insi.callers import USER, Door, Introspect, check_caller, check_token
from caducee_sandbox.insi.card import on_card
from caducee_sandbox.insi.contexts import UUID, check_contexts
from caducee_sandbox.insi.errors import BURST, TECHNICAL, UNAVAILABLE, InsiFault, Refused, fault_message, gateway
from caducee_sandbox.insi.rights import rights
from caducee_sandbox.insi.traits import matching, read_traits
from caducee_sandbox.insi.unit import verified
from caducee_sandbox.namespaces import ADRI, APCV, INSI_CARD, INSI_REQUEST, INSI_UNIT
from caducee_sandbox.people import Patient
from caducee_sandbox.schemas import Schemas
from caducee_sandbox.soap import Envelope, NotSoap, read_envelope
from caducee_sandbox.xml import Element, name

PATH = "/lps"
SERVICE = "urn:ServiceIdentiteCertifiee:1.0.0:"
APP = "urn:ApCV_AUTH:1.0.0:"
ACTIONS = {
    f"{SERVICE}rechercherInsAvecTraitsIdentite": "WS_INS2",
    f"{SERVICE}rechercherInsAvecCarteVitale": "WS_INS1",
    f"{SERVICE}verifierInsAvecTraitsIdentite": "WS_INS3",
    "urn:adr:1.1.0:acquerirLesDroits": "ADRi",
    f"{APP}authentifierUtilisateurProximite": "ApCV_open",
    f"{APP}detruireContexteApCV": "ApCV_close",
}
ROOTS = {
    "WS_INS2": name(INSI_REQUEST, "RECSANSVITALE"),
    "WS_INS1": name(INSI_CARD, "RECVITALE"),
    "WS_INS3": name(INSI_UNIT, "REQUNITAIRE"),
    "ADRi": name(ADRI, "Requete"),
    "ApCV_open": name(APCV, "AuthentifierUtilisateurProximiteReq"),
    "ApCV_close": name(APCV, "DetruireContexteApCVReq"),
}


class Base:
    """What the three ports share: who was looked up, the lots, the contexts."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.burst = Burst(now)
        self.lots = lots.LotRoom()
        self.contexts = Contexts()


class InsiJudge:
    """One port: all operations, one way to prove who calls."""

    def __init__(
        self,
        base: Base,
        *,
        door: Door,
        authority: x509.Certificate,
        board: FaultBoard,
        schemas: Schemas | None = None,
        introspect: Introspect | None = None,
    ) -> None:
        self._base = base
        self._door = door
        self._authority = authority
        self._board = board
        self._schemas = schemas
        self._introspect = introspect

    def transaction(self, request: Request) -> str:
        """Name the operation whose action is there."""
        if request.path.startswith(lots.PREFIX):
            return "lots"
        return next((named for action, named in ACTIONS.items() if action.encode() in request.body), "")

    def unavailable(self) -> Answer:
        """Return the fault of a service that cannot answer."""
        return _refusal(UNAVAILABLE, "")

    def judge(self, request: Request) -> Judgement:
        """Judge one call."""
        if request.path.startswith(lots.PREFIX):
            return self._lot(request)
        message_id = ""
        taken = self._board.take_of("insi", INSI, self.transaction(request))
        habit = "" if taken is None else taken.kind
        try:
            declared = _check_http(request)
            envelope = _envelope(request)
            message_id = "" if habit == "no_message_id" else envelope.message_id
            violations = self._violations(envelope)
            if violations:
                fault = gateway("desir_500", USER, violations[0]).fault
                answer = _refusal(fault, message_id)
                return Judgement(answer=answer, verdict=fault.code, violations=violations)
            operation = self._check(request, envelope, declared)
            body = self._answered(operation, envelope.content, habit)
        except Refused as refused:
            return Judgement(answer=_refusal(refused.fault, message_id, habit), verdict=refused.fault.code)
        return self._accepted(Answer(body=body))

    def _lot(self, request: Request) -> Judgement:
        answer = self._base.lots.respond(request)
        return Judgement(answer=answer, verdict="accepted" if answer.status < 300 else str(answer.status))

    def _check(self, request: Request, envelope: Envelope, declared: str | None) -> str:
        check_caller(request, envelope, self._door, self._authority)
        if self._door is Door.SESSION:
            check_token(request, envelope, self._introspect)
        operation = ACTIONS.get(envelope.action, "")
        if declared not in (None, envelope.action) or ROOTS.get(operation) != envelope.content.tag:
            raise Refused(UNAVAILABLE)
        if not re.fullmatch(f"uuid:{UUID.pattern}", envelope.message_id):
            raise gateway("desir_500", USER, "wsa:MessageID uuid:… attendu")
        check_contexts(envelope, with_bam=not operation.startswith("ApCV"))
        return operation

    def _answered(self, operation: str, content: Element, habit: str) -> bytes:
        if habit in ("technical", "fatal"):
            raise Refused(TECHNICAL)
        others: dict[str, Callable[[Element], bytes]] = {
            "WS_INS3": verified,
            "ADRi": rights,
            "ApCV_open": self._base.contexts.create,
            "ApCV_close": self._base.contexts.destroy,
        }
        if operation in others:
            return others[operation](content)
        found = on_card(content) if operation == "WS_INS1" else self._by_traits(content)
        if any(patient.fault for patient in found):
            raise Refused(TECHNICAL)
        return result_message(found, habit)

    def _by_traits(self, content: Element) -> list[Patient]:
        traits = read_traits(content)
        if self._base.burst.exceeded(f"{traits.name} {traits.birth}"):
            raise Refused(BURST)
        return matching(traits)

    def _violations(self, envelope: Envelope) -> tuple[str, ...]:
        return self._schemas.check_envelope(envelope.root) if self._schemas else ()

    def _accepted(self, answer: Answer) -> Judgement:
        own = self._violations(read_envelope(answer.body))
        return Judgement(answer=answer, verdict="accepted", violations=tuple(f"answer: {v}" for v in own))


def _refusal(fault: InsiFault, message_id: str, habit: str = "") -> Answer:
    return Answer(status=500, body=fault_message(fault, message_id, severity="fatal" if habit == "fatal" else ""))


def _check_http(request: Request) -> str | None:
    declared = Message()
    declared["content-type"] = request.content_type
    if request.method != "POST" or request.path != PATH:
        raise gateway("desir_500", USER, "POST /lps attendu")
    action = declared.get_param("action")
    if declared.get_content_type() != "application/soap+xml" or action not in (None, *ACTIONS):
        raise gateway("desir_500", USER, "Content-Type application/soap+xml de cette action attendu")
    return None if action is None else str(action)


def _envelope(request: Request) -> Envelope:
    try:
        return read_envelope(request.body)
    except NotSoap as error:
        raise gateway("desir_500", USER, str(error)) from None
