"""INSi as a judge: who calls, with which message, and what is answered."""

from __future__ import annotations

import re
from email.message import Message

from caducee_sandbox.certificates import common_name
from caducee_sandbox.exchange import Judgement
from caducee_sandbox.http import Answer, Request
from caducee_sandbox.insi.answers import result_message
from caducee_sandbox.insi.contexts import UUID, check_contexts
from caducee_sandbox.insi.errors import TECHNICAL, UNAVAILABLE, InsiFault, Refused, fault_message, gateway
from caducee_sandbox.insi.traits import matching, read_traits
from caducee_sandbox.namespaces import INSI_REQUEST, WSSE
from caducee_sandbox.people import Patient
from caducee_sandbox.schemas import Schemas
from caducee_sandbox.soap import Envelope, NotSoap, read_envelope
from caducee_sandbox.xml import name

PATH = "/lps"
ACTION = "urn:ServiceIdentiteCertifiee:1.0.0:rechercherInsAvecTraitsIdentite"
ADMITTED = ("INSI-AUTO", "INSI-MANU")
USER = "L'appel du logiciel est incorrect."


class InsiJudge:
    """WS_INS2 over mutual TLS with a software certificate."""

    def __init__(self, schemas: Schemas | None = None) -> None:
        self._schemas = schemas

    def transaction(self, request: Request) -> str:
        """Name the only transaction there is, when its action is there."""
        return "WS_INS2" if ACTION.encode() in request.body else ""

    def unavailable(self) -> Answer:
        """Return the fault of a service that cannot answer."""
        return _refusal(UNAVAILABLE, "")

    def judge(self, request: Request) -> Judgement:
        """Judge a search by traits."""
        message_id = ""
        try:
            _check_http(request)
            envelope = _envelope(request)
            message_id = envelope.message_id
            violations = self._violations(envelope)
            if violations:
                fault = gateway("desir_500", USER, violations[0]).fault
                answer = _refusal(fault, message_id)
                return Judgement(answer=answer, verdict=fault.code, violations=violations)
            found = _search(request, envelope)
        except Refused as refused:
            return Judgement(answer=_refusal(refused.fault, message_id), verdict=refused.fault.code)
        return self._accepted(Answer(body=result_message(found)))

    def _violations(self, envelope: Envelope) -> tuple[str, ...]:
        return self._schemas.check_envelope(envelope.root) if self._schemas else ()

    def _accepted(self, answer: Answer) -> Judgement:
        own = self._violations(read_envelope(answer.body))
        return Judgement(answer=answer, verdict="accepted", violations=tuple(f"answer: {v}" for v in own))


def _refusal(fault: InsiFault, message_id: str) -> Answer:
    return Answer(status=500, body=fault_message(fault, message_id))


def _check_http(request: Request) -> None:
    declared = Message()
    declared["content-type"] = request.content_type
    if request.method != "POST" or request.path != PATH:
        raise gateway("desir_500", USER, "POST /lps attendu")
    if declared.get_content_type() != "application/soap+xml" or declared.get_param("action") not in (None, ACTION):
        raise gateway("desir_500", USER, "Content-Type application/soap+xml de cette action attendu")


def _envelope(request: Request) -> Envelope:
    try:
        return read_envelope(request.body)
    except NotSoap as error:
        raise gateway("desir_500", USER, str(error)) from None


def _search(request: Request, envelope: Envelope) -> list[Patient]:
    if common_name(request.certificate or b"") not in ADMITTED:
        raise gateway("desir_560", "Acces insuffisant.", "Certificat non admis")
    if envelope.action != ACTION or envelope.content.tag != name(INSI_REQUEST, "RECSANSVITALE"):
        raise Refused(UNAVAILABLE)
    if not re.fullmatch(f"uuid:{UUID.pattern}", envelope.message_id):
        raise gateway("desir_500", USER, "wsa:MessageID uuid:… attendu")
    if envelope.headers(WSSE, "Security"):
        raise gateway("desir_500", USER, "wsse:Security inattendu avec un certificat logiciel")
    check_contexts(envelope)
    found = matching(read_traits(envelope.content))
    if any(patient.fault for patient in found):
        raise Refused(TECHNICAL)
    return found
