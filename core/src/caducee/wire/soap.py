"""SOAP 1.2 with WS-Addressing: envelopes written through a template, answers read by namespace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

import anyio.to_thread
import msgspec

from caducee.contracts.http import HttpAnswer
from caducee.errors import CaduceeError, OutcomeUnknown, ProtocolViolation, ServiceUnavailable
from caducee.rendering import Template
from caducee.wire import mtom
from caducee.wire.fault import USUAL_PROOFS, Fault, Proofs, fault_error, read_fault
from caducee.wire.http import HttpClient
from caducee.wire.namespaces import SOAP11, SOAP12, WSA
from caducee.wire.xml import child, parse, text

ANONYMOUS = "http://www.w3.org/2005/08/addressing/anonymous"
_LARGE = 256 * 1024  # a larger answer is read in a thread: the event loop never waits for it
_HEADER_END = b"</soap:Header><soap:Body>"


class Addressing(msgspec.Struct, frozen=True, array_like=True):
    """The addressing headers of a request (WS-Addressing 1.0). Absent ones are not written.

    ``message_id`` is written as given: ``urn:uuid:…`` for the DMP, ``uuid:…`` for INSi.
    """

    message_id: str
    action: str
    to: str | None = None
    reply_to: str | None = None


class SoapAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The first element of the Body (an lxml element) and the package it came in."""

    body: Any
    package: mtom.Package


FaultMapping = Callable[[str, Fault, bool], CaduceeError]
Keep = Callable[["Exchanged"], Awaitable[None]]


class Exchanged(msgspec.Struct, frozen=True, kw_only=True):
    """An exchange whose answer could not be understood, to be kept encrypted: it names a patient."""

    message_id: str
    request: bytes
    answer: HttpAnswer


class Envelopes:
    """Writes envelopes. The blocks given to it must be rendered by templates with their own namespaces."""

    def __init__(self) -> None:
        self._template = Template.load("caducee.wire.templates", "envelope.xml", Addressing)

    def write(self, addressing: Addressing, *, headers: Sequence[bytes], body: bytes) -> bytes:
        """Return the envelope that holds these header blocks, after the addressing, and this body."""
        shell = self._template.render(addressing)
        cut = shell.rindex(_HEADER_END)
        after = cut + len(_HEADER_END)
        return b"".join((shell[:cut], *headers, _HEADER_END, body, shell[after:]))


class SoapClient:
    """Calls the operations of one service over one HTTP client.

    ``keep`` is given each exchange whose answer could not be understood, before the error is raised. ``proofs`` says
    which refusals a wrong clock explains.
    """

    def __init__(
        self,
        http: HttpClient,
        *,
        fault: FaultMapping = fault_error,
        keep: Keep | None = None,
        proofs: Proofs = USUAL_PROOFS,
    ) -> None:
        self._http = http
        self._fault = fault
        self._keep = keep
        self._proofs = proofs
        self._envelopes = Envelopes()

    async def call(
        self,
        path: str,
        *,
        addressing: Addressing,
        body: bytes,
        headers: Sequence[bytes] = (),
        attachments: Sequence[mtom.Attachment] = (),
        changes: bool = False,
    ) -> SoapAnswer:
        """Send one request, as a package when it has attachments, and return the answer.

        Raises:
            ClockDrift: who calls was refused, and the service's clock is far from ours.
            ServiceRejected: a fault, with the service's code and text.
            ServiceUnavailable: a question was not answered, or with a 5xx.
            ProtocolViolation: the answer to a question is not SOAP, or answers another message.
            OutcomeUnknown: a change was sent and its answer is lost, a 5xx, or not intelligible.
        """
        envelope = self._envelopes.write(addressing, headers=headers, body=body)
        if attachments:
            content_type, content = mtom.write(envelope, attachments, action=addressing.action)
        else:
            content_type = f'application/soap+xml; charset=utf-8; action="{addressing.action}"'
            content = [envelope]
        answer = await self._http.post(path, content_type=content_type, content=content, changes=changes)
        read = partial(self._read, answer, addressing, changes=changes)
        try:
            return await anyio.to_thread.run_sync(read) if len(answer.body) > _LARGE else read()
        except (ProtocolViolation, OutcomeUnknown):
            if self._keep is not None:
                await self._keep(Exchanged(message_id=addressing.message_id, request=envelope, answer=answer))
            raise

    def _read(self, answer: HttpAnswer, addressing: Addressing, *, changes: bool) -> SoapAnswer:
        service = self._http.service
        try:
            read = read_answer(answer, service=service, message_id=addressing.message_id)
        except ProtocolViolation as violation:
            raise self._not_soap(answer, violation, changes=changes) from None
        fault = read_fault(read.body)
        if fault is not None:
            raise self._proofs.judge(self._fault(service, fault, changes), answer.drift)
        if answer.status >= 300:
            raise self._http.unreadable(f"HTTP {answer.status} without a fault", changes=changes)
        return read

    def _not_soap(self, answer: HttpAnswer, violation: ProtocolViolation, *, changes: bool) -> CaduceeError:
        detail = f"HTTP {answer.status}, {str(violation).partition(': ')[2]}"
        if changes:
            return OutcomeUnknown(self._http.service, detail)
        if answer.status >= 500:
            return ServiceUnavailable(self._http.service, detail)
        return ProtocolViolation(self._http.service, detail)


def read_answer(answer: HttpAnswer, *, service: str, message_id: str = "") -> SoapAnswer:
    """Find the Body of an answer, plain or packaged, SOAP 1.2 or 1.1, under any prefix.

    Raises:
        ProtocolViolation: not an envelope, an empty Body, or ``RelatesTo`` names another message.
    """
    package = mtom.read(answer.content_type, answer.body, service=service)
    root = parse(package.root, service=service, charset=package.charset)
    namespace = SOAP11 if root.tag == f"{{{SOAP11}}}Envelope" else SOAP12
    if root.tag != f"{{{namespace}}}Envelope":
        raise ProtocolViolation(service, "the answer is not a SOAP envelope")
    related = text(child(child(root, namespace, "Header"), WSA, "RelatesTo"))
    if related and message_id and related != message_id:
        raise ProtocolViolation(service, "the answer relates to another message")
    body = child(root, namespace, "Body")
    first = next(body.iterchildren("*"), None) if body is not None else None
    if first is None:
        raise ProtocolViolation(service, "the SOAP Body is empty")
    return SoapAnswer(body=first, package=package)
