"""The hook specifications, version 1. Each says when it is called.

Hooks are synchronous, pure and quick: they register async factories, they never await. They run in a worker thread
with a deadline (``HOOK_DEADLINE``); a plugin whose hook raises, is late or is a coroutine function is named and
degraded, and the others go on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

import msgspec
import pluggy

from caducee.model.destination import Destination
from caducee.model.environment import Environment

if TYPE_CHECKING:
    from caducee.contracts.delivery import Failure, Verdict
    from caducee.contracts.plugin import Registrar
    from caducee.errors import Explanation, Finding
    from caducee.model.document import Document

API_VERSION = 1
"""The version that this kernel speaks. A plugin says the one it was written for,
``CADUCEE_API = 1``; one that does not say was written for the first."""

HOOK_DEADLINE = 0.25


def spoken(current: int = API_VERSION) -> tuple[int, ...]:
    """Return the API versions that load: this one and, once there is one, the one before it."""
    return tuple(version for version in (current - 1, current) if version >= 1)


F = TypeVar("F", bound=Callable[..., object])


class _Marker(Protocol):
    """Marks a function as an implementation of the hook it is named after, and returns it."""

    def __call__(self, function: F) -> F: ...


PROJECT = "caducee"
hookimpl: _Marker = cast("_Marker", pluggy.HookimplMarker(PROJECT))
_hookspec = pluggy.HookspecMarker(PROJECT)
_spec: _Marker = cast("_Marker", _hookspec)
_first: _Marker = cast("_Marker", _hookspec(firstresult=True))


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What routing may depend on, beside the document."""

    destinations: tuple[Destination, ...]
    environment: Environment


class UntilTold(msgspec.Struct, frozen=True, kw_only=True):
    """How a destination takes at once what the patient must be told first.

    ``hidden`` is delivered in its place, kept from the patient there. ``shown`` is delivered once they have been told,
    before anything else that waited for it: it lifts the hiding. Both are of the destination's own kind and reference,
    which keeps their order.
    """

    hidden: Destination
    shown: Destination


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """A plugin takes a destination.

    With ``needs_qualified_ins`` it waits while the identity is not qualified. With ``waits_for_announcement`` the
    patient would see the document there: it waits while what is in it must be told to them first; with ``until_told``
    it goes at once, hidden.
    """

    destination: Destination
    needs_qualified_ins: bool = False
    waits_for_announcement: bool = False
    until_told: UntilTold | None = None


class HookSpecs:
    """The hooks of API version 1."""

    @_spec
    def caducee_register(self, registrar: Registrar) -> None:
        """Called once when the kernel starts: register configuration, services and destinations."""

    @_spec
    def caducee_route(self, document: Document, facts: Facts) -> list[Route]:  # type: ignore[empty-body]
        """Called by ``publish()`` before the seal: which of the asked destinations this plugin serves."""

    @_spec
    def caducee_validate(self, document: Document, destination: Destination, facts: Facts) -> list[Finding]:  # type: ignore[empty-body]
        """Called by ``publish()`` for each destination: findings at the desk, before anything is stored."""

    @_first
    def caducee_classify(self, kind: str, failure: Failure) -> Verdict | None:
        """Called by the outbox after a failed step of a delivery. ``None`` leaves it to the default policy."""

    @_first
    def caducee_explain(self, code: str) -> Explanation | None:
        """Called to show a code of this plugin to a person: French sentence and remedy."""
