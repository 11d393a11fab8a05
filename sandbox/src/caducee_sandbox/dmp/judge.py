"""The DMP as a judge: addressing, caller and schema first, then the transaction's own rules."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from cryptography import x509

from caducee_sandbox.clock import ServiceClock
from caducee_sandbox.dmp import habilitations, td02, td05, td21, td31, td32, td33
from caducee_sandbox.dmp.quirks import disguised
from caducee_sandbox.dmp.records import Records
from caducee_sandbox.dmp.refusals import Faulted, Refused
from caducee_sandbox.dmp.registry import Registry
from caducee_sandbox.dmp.transaction import Call, Transaction
from caducee_sandbox.dmp.vihf import RESOURCE, invalid, read_vihf
from caducee_sandbox.exchange import Judgement
from caducee_sandbox.http import Answer, Request
from caducee_sandbox.mtom import (
    Attachment,
    NotMtom,
    Package,
    action_of,
    inlined,
    is_multipart,
    read_package,
    write_package,
)
from caducee_sandbox.namespaces import WSA
from caducee_sandbox.schemas import Schemas
from caducee_sandbox.soap import Envelope, NotSoap, answer_envelope, fault_body, read_envelope
from caducee_sandbox.xml import name, text

BASE_PATH = "/si-dmp-server/v2/services"
FAULT_ACTION = "http://www.w3.org/2005/08/addressing/soap/fault"
TRANSACTIONS = (
    td02.TRANSACTION,
    td05.TRANSACTION,
    td21.TRANSACTION,
    td31.TRANSACTION,
    td32.TRANSACTION,
    td33.TRANSACTION,
    *habilitations.TRANSACTIONS,
)
ADDRESSING = "A required header representing a Message Addressing Property is not present"


@dataclass(frozen=True, kw_only=True)
class Message:
    """A request that has been read: its envelope and the parts that came with it."""

    envelope: Envelope = field(repr=False)
    package: Package = field(repr=False)
    multipart: bool


class DmpJudge:
    """The transactions of the DMP over mutual TLS."""

    def __init__(
        self,
        registry: Registry,
        desk: Records,
        *,
        authority: x509.Certificate,
        clock: ServiceClock,
        schemas: Schemas | None = None,
    ) -> None:
        self._registry = registry
        self._desk = desk
        self._authority = authority
        self._clock = clock
        self._schemas = schemas

    def transaction(self, request: Request) -> str:
        """Name the transaction by the action of the content type, else by what the message holds."""
        declared = action_of(request.content_type)
        for known in TRANSACTIONS:
            if declared == known.action or (not declared and known.action.encode() in request.body):
                return known.name
        return ""

    def unavailable(self) -> Answer:
        """Return the fault of a service that cannot answer."""
        return _fault(Faulted("DMPServiceUnavailable", "Service indisponible", side="Receiver"), "", multipart=False)

    def judge(self, request: Request) -> Judgement:
        """Judge a request; a feed that is accepted is committed before this returns."""
        multipart = self.transaction(request) == td32.TRANSACTION.name
        related = ""
        violations: tuple[str, ...] = ()
        try:
            message = _read(request)
            related = message.envelope.message_id
            transaction = _chosen(request, message.envelope)
            violations = self._request_violations(message)
            if violations:
                raise Faulted("DMPInvalidMessage", violations[0])
            return self._perform(self._call(request, message, transaction), transaction)
        except Faulted as faulted:
            answer = _fault(faulted, related, multipart=multipart)
            return self._finished(Judgement(answer=answer, verdict=faulted.code, violations=violations))

    def _call(self, request: Request, message: Message, transaction: Transaction) -> Call:
        if message.multipart != transaction.takes_parts:
            raise Faulted("DMPInvalidMessage", "MTOM attendu pour TD2.1 et pour elle seule")
        certificate = x509.load_der_x509_certificate(request.certificate or b"")
        caller = read_vihf(
            message.envelope,
            certificate=certificate,
            authority=self._authority,
            quirks=self._desk.quirks,
            clock=self._clock,
        )
        if caller.patient is None and not transaction.without_patient:
            raise invalid(f"Attributs absents: {RESOURCE}")
        return Call(
            content=message.envelope.content,
            package=message.package,
            caller=caller,
            registry=self._registry,
            desk=self._desk,
            authority=self._authority,
            schemas=self._schemas,
            message_id=message.envelope.message_id,
        )

    def _perform(self, call: Call, transaction: Transaction) -> Judgement:
        verdict = "accepted"
        attachments: list[Attachment] = []
        try:
            body = transaction.perform(call, attachments)
        except Refused as refused:
            verdict = refused.errors[0].code
            body = transaction.refuse(refused.errors)
        envelope = answer_envelope(body, action=transaction.answer_action, relates_to=call.message_id)
        if transaction.answers_parts:
            content_type, packed = write_package(envelope, attachments, action=transaction.answer_action)
            answer = Answer(content_type=content_type, body=packed)
        else:
            content_type = f'application/soap+xml; charset=utf-8; action="{transaction.answer_action}"'
            answer = Answer(content_type=content_type, body=envelope)
        judged = self._finished(Judgement(answer=answer, verdict=verdict, violations=tuple(call.remarks)))
        action, registry = transaction.answer_action, transaction.service == "registry"
        return replace(judged, answer=disguised(judged.answer, self._desk.quirks, action=action, registry=registry))

    def _request_violations(self, message: Message) -> tuple[str, ...]:
        if self._schemas is None:
            return ()
        return self._schemas.check_envelope(inlined(message.envelope.root, message.package))

    def _finished(self, judgement: Judgement) -> Judgement:
        """Hold our own answer against the schemas too."""
        if self._schemas is None:
            return judgement
        answer = judgement.answer
        package = _package(answer.content_type, answer.body)
        own = self._schemas.check_envelope(inlined(read_envelope(package.root).root, package))
        return replace(judgement, violations=judgement.violations + tuple(f"answer: {found}" for found in own))


def _package(content_type: str, body: bytes) -> Package:
    if is_multipart(content_type):
        return read_package(content_type, body)
    return Package(root=body, parts={}, action=action_of(content_type))


def _read(request: Request) -> Message:
    try:
        package = _package(request.content_type, request.body)
        envelope = read_envelope(package.root)
    except (NotMtom, NotSoap) as error:
        raise Faulted("DMPInvalidMessage", str(error)) from None
    reply_to = envelope.headers(WSA, "ReplyTo")
    if (
        not envelope.message_id
        or not envelope.action
        or not reply_to
        or not text(reply_to[0].find(name(WSA, "Address")))
    ):
        raise Faulted("MessageAddressingHeaderRequired", ADDRESSING)
    if package.action not in ("", envelope.action):
        raise Faulted("ActionMismatch", "L'action HTTP n'est pas celle du message")
    if not envelope.message_id.startswith("urn:uuid:"):
        raise Faulted("InvalidAddressingHeader", "MessageID: urn:uuid attendu")
    return Message(envelope=envelope, package=package, multipart=is_multipart(request.content_type))


def _chosen(request: Request, envelope: Envelope) -> Transaction:
    for known in TRANSACTIONS:
        served = request.method == "POST" and request.path == f"{BASE_PATH}/{known.service}"
        if served and envelope.action == known.action and envelope.content.tag == known.root:
            return known
    raise Faulted("ActionNotSupported", "Action, chemin ou contenu non pris en charge")


def _fault(faulted: Faulted, related: str, *, multipart: bool) -> Answer:
    body = fault_body(side=faulted.side, code=faulted.code, reason=faulted.reason)
    envelope = answer_envelope(body, action=FAULT_ACTION, relates_to=related)
    if not multipart:
        return Answer(status=500, body=envelope)
    content_type, packed = write_package(envelope, [], action=FAULT_ACTION)
    return Answer(status=500, content_type=content_type, body=packed)
