"""The whole plugin: a document posted as a message of a room, once."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import msgspec

from caducee.plugin_api import (
    Destination,
    Envelope,
    Explanation,
    Facts,
    Failure,
    HttpClient,
    OutcomeUnknown,
    PluginContext,
    ProtocolViolation,
    Receipt,
    Registrar,
    Route,
    ServiceRejected,
    Verdict,
    VerdictKind,
    hookimpl,
)


class Chat(Destination, frozen=True):
    """A room of the chat. Its name may say who is treated there: only its hash is shown."""

    kind: ClassVar[str] = "chat"
    room: str

    @property
    def reference(self) -> str:
        """Tell rooms apart without naming them."""
        return hashlib.sha256(self.room.encode()).hexdigest()[:12]


class ChatConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[plugins.chat]``: where the chat is, and the certificate that it knows us by (none on loopback)."""

    url: str
    credential: str = ""


class NoSuchRoom(ServiceRejected):
    """The chat has no room of that name."""

    code = "chat.no_such_room"
    sentence = "Cette salle n'existe pas dans la messagerie d'équipe."
    remedy = "Vérifiez le nom de la salle, ou remettez le document autrement."


class ChatHoldsOther(ServiceRejected):
    """The chat holds another message under the identifier of this document."""

    code = "chat.holds_other"
    sentence = "La messagerie d'équipe contient un autre document sous le même identifiant."
    remedy = "Transmettez ce code à l'éditeur de votre logiciel."


ERRORS = (NoSuchRoom, ChatHoldsOther)


class ChatDeliverer:
    """Posts a message, and asks for it by its identifier, which is the document's."""

    def __init__(self, context: PluginContext, http: HttpClient) -> None:
        self._clock = context.clock
        self._http = http

    async def prepare(self, envelope: Envelope) -> bytes:
        """Write the message once: every attempt sends these bytes."""
        room = msgspec.json.decode(envelope.destination, type=Chat).room
        content, sha256 = b64encode(envelope.document).decode(), envelope.sha256.hex()
        return msgspec.json.encode({"id": envelope.document_id, "room": room, "sha256": sha256, "content": content})

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:
        """Post it. An answer that is not the chat's own leaves the outcome unknown."""
        answer = await self._http.post("messages", content_type="application/json", content=[prepared], changes=True)
        said = _read(answer.body)
        if answer.status == 201 and said.get("id") == envelope.document_id:
            return self._receipt(envelope)
        if answer.status == 409 and (found := await self.probe(envelope, prepared)) is not None:
            return found
        if answer.status == 404 and said.get("error") == "no_such_room":
            raise NoSuchRoom(Chat.kind, service_code="no_such_room")
        raise OutcomeUnknown(Chat.kind, f"HTTP {answer.status}")

    async def probe(self, envelope: Envelope, prepared: bytes) -> Receipt | None:  # noqa: ARG002
        """Ask for the message. Only the chat's own "no such message" says that it is not there."""
        answer = await self._http.get(f"messages/{envelope.document_id}")
        said = _read(answer.body)
        if (answer.status, said.get("error")) == (404, "no_such_message"):
            return None
        if answer.status != 200 or said.get("id") != envelope.document_id:
            raise ProtocolViolation(Chat.kind, f"HTTP {answer.status}")
        if said.get("sha256") != envelope.sha256.hex():
            raise ChatHoldsOther(Chat.kind, service_code="exists")
        return self._receipt(envelope)

    def _receipt(self, envelope: Envelope) -> Receipt:
        return Receipt(service=Chat.kind, at=f"{self._clock.now():%Y%m%d%H%M%S}", reference=envelope.document_id)


def _read(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}


@asynccontextmanager
async def deliver(context: PluginContext) -> AsyncIterator[ChatDeliverer]:
    """Serve the lane of the chat."""
    config: ChatConfig = context.config
    async with context.http(config.url, credential=config.credential) as http:
        yield ChatDeliverer(context, http)


@hookimpl
def caducee_register(registrar: Registrar) -> None:
    """Register the table and the destination."""
    registrar.config(ChatConfig)
    registrar.destination(Chat, deliver)


@hookimpl
def caducee_route(facts: Facts) -> list[Route]:
    """Serve rooms."""
    return [Route(destination=room) for room in facts.destinations if isinstance(room, Chat)]


@hookimpl
def caducee_classify(failure: Failure) -> Verdict | None:
    """A room that does not exist is no failure of the document."""
    return Verdict(VerdictKind.NOT_APPLICABLE, "no_mailbox") if failure.code == NoSuchRoom.code else None


@hookimpl
def caducee_explain(code: str) -> Explanation | None:
    """Explain the codes of the chat."""
    return next((Explanation(error.sentence, error.remedy) for error in ERRORS if error.code == code), None)
