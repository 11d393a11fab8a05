"""The verbs: what each takes, and what it does with the façade."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar, cast

import anyio
import msgspec

from caducee.blocking import BlockingKernel
from caducee.contracts.credentials import CardHolder
from caducee.contracts.inbox import InboxItem, InboxRow, InboxState
from caducee.documents.announcement import Announcement
from caducee.documents.ticket import DeliveryStatus, Ticket
from caducee.kernel import Kernel
from caducee.model.announcement import Announce
from caducee.model.destination import Audience
from caducee.model.document import Document
from caducee.model.patient import Patient
from caducee.model.practice import Actor, Practitioner
from caducee.plugins import PluginStatus
from caducee.serve import records, sharing
from caducee.serve.messages import BadJson, BadParams, UnknownVerb
from caducee.serve.params import Params
from caducee.serve.reading import NOT_JSON
from caducee.services import ServiceKey

_LAST_LOOK = 0.25


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """The name of a publication, for the verbs that ask about it."""

    document_id: str


class Waited(msgspec.Struct, frozen=True, kw_only=True):
    """Whether what was waited for has come, and where each delivery stands."""

    ended: bool
    deliveries: tuple[DeliveryStatus, ...]


class Waiting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parameters of a verb that waits for a publication, ``timeout`` seconds at most."""

    verb: ClassVar[str]
    result: ClassVar[Any] = Waited
    document_id: str
    timeout: float

    async def wait(self, kernel: Kernel) -> Waited:
        """Wait, in the kernel's thread; the result says whether it has come, and where each delivery stands."""
        ticket = await kernel.documents.ticket(self.document_id)
        with anyio.move_on_after(self.timeout):
            return Waited(ended=True, deliveries=await self.awaited(ticket))
        return Waited(ended=False, deliveries=await ticket.deliveries())

    async def awaited(self, ticket: Ticket) -> tuple[DeliveryStatus, ...]:
        """Wait for what this verb is about."""
        raise NotImplementedError

    def last_look(self) -> Waiting:
        """Return the same, that hardly waits: for when the program ends."""
        return msgspec.structs.replace(self, timeout=min(self.timeout, _LAST_LOOK))


class Follow(Params, frozen=True, kw_only=True):
    """``events.follow``: from then on each event after this number is a line of its own."""

    verb = "events.follow"
    after: int = 0


Follow.result = Follow


class Publish(Params, frozen=True, kw_only=True):
    """``documents.publish``: each item of ``audience`` is ``{"kind": …}`` with the fields of that destination."""

    verb = "documents.publish"
    result = Published
    document: Document
    audience: tuple[dict[str, Any], ...]
    acting: Actor
    idempotency_key: str
    validated_by: str = ""
    announce: Announce | None = None

    def run(self, kernel: BlockingKernel) -> Any:
        """Publish; the result names the document."""
        destinations = [
            kernel.destination(str(item.get("kind", "")), {k: v for k, v in item.items() if k != "kind"})
            for item in self.audience
        ]
        ticket = kernel.documents.publish(
            self.document,
            audience=Audience(*destinations),
            acting=self.acting,
            idempotency_key=self.idempotency_key,
            validated_by=self.validated_by,
            announce=self.announce,
        )
        return Published(document_id=ticket.document_id)


class Validate(Params, frozen=True, kw_only=True):
    """``documents.validate``."""

    verb = "documents.validate"
    document_id: str
    acting: Actor

    def run(self, kernel: BlockingKernel) -> Any:
        """Say the author's word."""
        kernel.documents.validate(self.document_id, acting=self.acting)


class Announced(Params, frozen=True, kw_only=True):
    """``documents.announced``: the patient has been told; what waited for this leaves."""

    verb = "documents.announced"
    document_id: str
    acting: Actor

    def run(self, kernel: BlockingKernel) -> Any:
        """Lift."""
        kernel.documents.announced(self.document_id, acting=self.acting)


class Announcements(Params, frozen=True, kw_only=True):
    """``documents.announcements``: what waits for a patient to be told; ``overdue_on`` a day, or all."""

    verb = "documents.announcements"
    result = tuple[Announcement, ...]
    overdue_on: date | None = None

    def run(self, kernel: BlockingKernel) -> Any:
        """Look."""
        return kernel.documents.announcements(overdue_on=self.overdue_on)


class Deliveries(Params, frozen=True, kw_only=True):
    """``ticket.deliveries``: where each delivery stands, with its French sentence."""

    verb = "ticket.deliveries"
    result = tuple[DeliveryStatus, ...]
    document_id: str

    def run(self, kernel: BlockingKernel) -> Any:
        """Look."""
        return kernel.documents.ticket(self.document_id).deliveries()


class Settled(Waiting, frozen=True, kw_only=True):
    """``ticket.settled``: wait until every delivery has ended, ``timeout`` seconds at most."""

    verb = "ticket.settled"

    async def awaited(self, ticket: Ticket) -> tuple[DeliveryStatus, ...]:
        """Wait until every delivery has ended."""
        return await ticket.settled()


class Signed(Waiting, frozen=True, kw_only=True):
    """``ticket.signed``: wait until every delivery that goes is signed, ``timeout`` seconds at most."""

    verb = "ticket.signed"

    async def awaited(self, ticket: Ticket) -> tuple[DeliveryStatus, ...]:
        """Wait until every delivery that goes is signed."""
        return await ticket.signed()


class SealedBytes(Params, frozen=True, kw_only=True):
    """``documents.sealed_bytes``: the CDA in base64, or null while it waits for an identity."""

    verb = "documents.sealed_bytes"
    result = bytes | None
    document_id: str

    def run(self, kernel: BlockingKernel) -> Any:
        """Read it."""
        return kernel.documents.sealed_bytes(self.document_id)


class UpdateIdentity(Params, frozen=True, kw_only=True):
    """``identities.update``: the deliveries that it released."""

    verb = "identities.update"
    result = tuple[str, ...]
    patient: Patient
    acting: Actor

    def run(self, kernel: BlockingKernel) -> Any:
        """Release what waited for this identity."""
        return kernel.identities.update(self.patient, acting=self.acting)


class TakeItem(Params, frozen=True, kw_only=True):
    """``inbox.take``: the next item, or null."""

    verb = "inbox.take"
    result = InboxItem | None
    kinds: tuple[str, ...] = ()

    def run(self, kernel: BlockingKernel) -> Any:
        """Take it."""
        return kernel.inbox.take(kinds=self.kinds)


class Filed(Params, frozen=True, kw_only=True):
    """``inbox.filed``: ``item`` as it was taken."""

    verb = "inbox.filed"
    item: InboxItem
    acting: Actor

    def run(self, kernel: BlockingKernel) -> Any:
        """Note it."""
        kernel.inbox.filed(self.item, acting=self.acting)


class Failed(Params, frozen=True, kw_only=True):
    """``inbox.failed``."""

    verb = "inbox.failed"
    item: InboxItem
    reason: str
    acting: Actor

    def run(self, kernel: BlockingKernel) -> Any:
        """Note it."""
        kernel.inbox.failed(self.item, reason=self.reason, acting=self.acting)


class Rows(Params, frozen=True, kw_only=True):
    """``inbox.rows``: items without their content, newest first; ``states`` chooses, null is all."""

    verb = "inbox.rows"
    result = tuple[InboxRow, ...]
    states: frozenset[InboxState] | None = None

    def run(self, kernel: BlockingKernel) -> Any:
        """List them."""
        return kernel.inbox.rows(states=self.states)


class Again(Params, frozen=True, kw_only=True):
    """``inbox.again``: ask again for an item set aside; whether anything changed."""

    verb = "inbox.again"
    result = bool
    item_id: str
    acting: Actor

    def run(self, kernel: BlockingKernel) -> Any:
        """Ask."""
        return kernel.inbox.again(self.item_id, acting=self.acting)


class Professional(Params, frozen=True, kw_only=True):
    """``practitioner``: the professional of a ``[practitioner.KEY]`` table."""

    verb = "practitioner"
    result = Practitioner
    key: str

    def run(self, kernel: BlockingKernel) -> Any:
        """Look."""
        return kernel.practitioner(self.key)


class Plugins(Params, frozen=True, kw_only=True):
    """``plugins``: where each plugin stands."""

    verb = "plugins"
    result = tuple[PluginStatus, ...]

    def run(self, kernel: BlockingKernel) -> Any:
        """Look."""
        return kernel.plugins()


class OpenCard(Params, frozen=True, kw_only=True):
    """``card.open``: present the PIN once."""

    verb = "card.open"
    result = CardHolder
    pin: str
    use_last_try: bool = False

    def __repr__(self) -> str:
        return "OpenCard()"

    def run(self, kernel: BlockingKernel) -> Any:
        """Open it; the result is what the card says of its holder."""
        return kernel.card.open(self.pin, use_last_try=self.use_last_try)


class Holder(Params, frozen=True, kw_only=True):
    """``card.holder``."""

    verb = "card.holder"
    result = CardHolder

    def run(self, kernel: BlockingKernel) -> Any:
        """Read it."""
        return kernel.card.holder()


class CloseCard(Params, frozen=True, kw_only=True):
    """``card.close``: forget the PIN and the session."""

    verb = "card.close"

    def run(self, kernel: BlockingKernel) -> Any:
        """Close it."""
        kernel.card.close()


class Wake(Params, frozen=True, kw_only=True):
    """``wake``."""

    verb = "wake"

    def run(self, kernel: BlockingKernel) -> Any:
        """Look again at everything that waits."""
        kernel.wake()


class Use(Params, frozen=True, kw_only=True):
    """``use``: a method of a plugin's service, its arguments by name; ``registry.entries`` is one of a part of it."""

    verb = "use"
    result = Any
    service: str
    method: str
    arguments: dict[str, Any] = msgspec.field(default_factory=dict)

    def run(self, kernel: BlockingKernel) -> Any:
        """Lend the service, fit the arguments to the method's own types, call it."""
        key: ServiceKey[Any] = ServiceKey(self.service)
        with kernel.use(key) as service:
            method = self._method(service)
            return method(**_fitted(method, self.arguments, f"{self.service}.{self.method}"))

    def _method(self, service: Any) -> Callable[..., Any]:
        found = service
        for part in self.method.split("."):
            found = None if part.startswith("_") else getattr(found, part, None)
        if not callable(found):
            raise UnknownVerb(f"{self.service}.{self.method}"[:80])
        return cast("Callable[..., Any]", found)


def _fitted(method: Callable[..., Any], arguments: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the arguments as the method's annotations want them: a plugin's service needs nothing else."""
    original = inspect.unwrap(method)
    try:
        inspect.signature(original).bind(**arguments)
        hints = typing.get_type_hints(original)
    except (TypeError, NameError) as misfit:
        raise BadParams(f"{name}: {misfit}", within="$.arguments") from None
    return {key: _argument(key, value, hints.get(key, Any)) for key, value in arguments.items()}


def _argument(key: str, value: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(value, kind)
    except (TypeError, msgspec.ValidationError) as misfit:
        raise BadParams(str(misfit), within=f"$.arguments.{key}") from None


_KINDS: tuple[type[Params] | type[Waiting], ...] = (
    Follow,
    Publish,
    Validate,
    SealedBytes,
    Announced,
    Announcements,
    Deliveries,
    Settled,
    Signed,
    UpdateIdentity,
    TakeItem,
    Filed,
    Failed,
    Rows,
    Again,
    Plugins,
    Professional,
    OpenCard,
    Holder,
    CloseCard,
    Wake,
    Use,
    *sharing.VERBS,
    *records.VERBS,
)
VERBS = {kind.verb: kind for kind in _KINDS}


def read_params(verb: str, params: bytes) -> Params | Waiting:
    """Return the parameters of a verb, checked.

    Raises:
        UnknownVerb, BadJson.
        BadParams: with the place.
    """
    kind = VERBS.get(verb)
    if kind is None:
        raise UnknownVerb(verb[:80])
    try:
        return msgspec.json.decode(params, type=kind)
    except msgspec.ValidationError as misfit:
        raise BadParams(str(misfit)) from None
    except NOT_JSON:
        raise BadJson("not JSON") from None
