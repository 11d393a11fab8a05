"""The verbs: what each takes, and what it does with the façade."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from typing import Any, ClassVar

import msgspec

from caducee.blocking import BlockingKernel
from caducee.contracts.inbox import InboxItem
from caducee.model.destination import Audience
from caducee.model.document import Document
from caducee.model.patient import Patient
from caducee.model.practice import Actor
from caducee.serve.messages import BadParams, UnknownVerb
from caducee.services import ServiceKey


class Params(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parameters of one verb."""

    verb: ClassVar[str]

    def run(self, kernel: BlockingKernel) -> Any:
        """Do it; what is returned goes back as JSON."""
        raise NotImplementedError


class Publish(Params, frozen=True, kw_only=True):
    """``documents.publish``: each item of ``audience`` is ``{"kind": …}`` with the fields of that destination."""

    verb = "documents.publish"
    document: Document
    audience: tuple[dict[str, Any], ...]
    acting: Actor
    idempotency_key: str
    validated_by: str = ""

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
        )
        return {"document_id": ticket.document_id}


class Validate(Params, frozen=True, kw_only=True):
    """``documents.validate``."""

    verb = "documents.validate"
    document_id: str
    acting: Actor

    def run(self, kernel: BlockingKernel) -> Any:
        """Say the author's word."""
        kernel.documents.validate(self.document_id, acting=self.acting)


class Deliveries(Params, frozen=True, kw_only=True):
    """``ticket.deliveries``: where each delivery stands, with its French sentence."""

    verb = "ticket.deliveries"
    document_id: str

    def run(self, kernel: BlockingKernel) -> Any:
        """Look."""
        return kernel.documents.ticket(self.document_id).deliveries()


class Settled(Params, frozen=True, kw_only=True):
    """``ticket.settled``: wait until every delivery has ended, ``timeout`` seconds at most."""

    verb = "ticket.settled"
    document_id: str
    timeout: float

    def run(self, kernel: BlockingKernel) -> Any:
        """Wait; the result says whether it has ended, and where each delivery stands."""
        ticket = kernel.documents.ticket(self.document_id)
        try:
            return {"ended": True, "deliveries": ticket.settled(timeout=self.timeout)}
        except TimeoutError:
            return {"ended": False, "deliveries": ticket.deliveries()}


class UpdateIdentity(Params, frozen=True, kw_only=True):
    """``identities.update``: the deliveries that it released."""

    verb = "identities.update"
    patient: Patient
    acting: Actor

    def run(self, kernel: BlockingKernel) -> Any:
        """Release what waited for this identity."""
        return kernel.identities.update(self.patient, acting=self.acting)


class TakeItem(Params, frozen=True, kw_only=True):
    """``inbox.take``: the next item, or null."""

    verb = "inbox.take"
    kinds: tuple[str, ...] = ()

    def run(self, kernel: BlockingKernel) -> Any:
        """Take it."""
        return kernel.inbox.take(kinds=self.kinds)


class Filed(Params, frozen=True, kw_only=True):
    """``inbox.filed``: ``item`` as it was taken."""

    verb = "inbox.filed"
    item: InboxItem

    def run(self, kernel: BlockingKernel) -> Any:
        """Note it."""
        kernel.inbox.filed(self.item)


class Failed(Params, frozen=True, kw_only=True):
    """``inbox.failed``."""

    verb = "inbox.failed"
    item: InboxItem
    reason: str

    def run(self, kernel: BlockingKernel) -> Any:
        """Note it."""
        kernel.inbox.failed(self.item, reason=self.reason)


class Plugins(Params, frozen=True, kw_only=True):
    """``plugins``: where each plugin stands."""

    verb = "plugins"

    def run(self, kernel: BlockingKernel) -> Any:
        """Look."""
        return kernel.plugins()


class OpenCard(Params, frozen=True, kw_only=True):
    """``card.open``: present the PIN once."""

    verb = "card.open"
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

    def run(self, kernel: BlockingKernel) -> Any:
        """Read it."""
        return kernel.card.holder()


class Wake(Params, frozen=True, kw_only=True):
    """``wake``."""

    verb = "wake"

    def run(self, kernel: BlockingKernel) -> Any:
        """Look again at everything that waits."""
        kernel.wake()


class Use(Params, frozen=True, kw_only=True):
    """``use``: a method of a plugin's service, its arguments by name."""

    verb = "use"
    service: str
    method: str
    arguments: dict[str, Any] = {}

    def run(self, kernel: BlockingKernel) -> Any:
        """Lend the service, fit the arguments to the method's own types, call it."""
        key: ServiceKey[Any] = ServiceKey(self.service)
        with kernel.use(key) as service:
            if self.method.startswith("_") or not callable(getattr(service, self.method, None)):
                raise UnknownVerb(f"{self.service}.{self.method}")
            method = getattr(service, self.method)
            return method(**_fitted(method, self.arguments, f"{self.service}.{self.method}"))


def _fitted(method: Callable[..., Any], arguments: dict[str, Any], name: str) -> dict[str, Any]:
    original = inspect.unwrap(method)
    try:
        inspect.signature(original).bind(**arguments)
        hints = typing.get_type_hints(original)
        return {key: msgspec.convert(value, hints.get(key, Any)) for key, value in arguments.items()}
    except (TypeError, NameError, msgspec.ValidationError) as misfit:
        raise BadParams(f"{name}: {misfit}") from None


VERBS: dict[str, type[Params]] = {
    params.verb: params
    for params in (
        Publish,
        Validate,
        Deliveries,
        Settled,
        UpdateIdentity,
        TakeItem,
        Filed,
        Failed,
        Plugins,
        OpenCard,
        Holder,
        Wake,
        Use,
    )
}


def read_params(verb: str, params: bytes) -> Params:
    """Return the parameters of a verb, checked.

    Raises:
        UnknownVerb, BadParams: with the place.
    """
    kind = VERBS.get(verb)
    if kind is None:
        raise UnknownVerb(verb[:80])
    try:
        return msgspec.json.decode(params, type=kind)
    except msgspec.ValidationError as misfit:
        raise BadParams(str(misfit)) from None
