"""What the contract suite must know of a plugin."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from caducee.contracts.state import State
from caducee.model.destination import Destination
from caducee.model.document import Document
from caducee.services import ServiceKey
from caducee.testing.letters import invented_letter
from caducee.testing.service import ScriptedService

if TYPE_CHECKING:
    from caducee.kernel import Kernel
    from caducee.testing.card import FakeCard


class StateSample(msgspec.Struct, frozen=True, kw_only=True):
    """State as an earlier version of the plugin wrote it.

    ``write`` stores it as version ``version`` did; ``check`` raises ``AssertionError`` unless the present version
    still has all of it. Of a plugin at version 1, ``version`` is 1.
    """

    version: int
    write: Callable[[State], Awaitable[None]]
    check: Callable[[State], Awaitable[None]]


class InboxSample(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the scripted service has for us.

    ``offer`` puts one new item at the service, ``fetch`` makes the plugin look for what is new, ``acknowledged`` counts
    the items that the service was told it may forget.
    """

    offer: Callable[[], None]
    fetch: Callable[[Kernel], Awaitable[None]]
    acknowledged: Callable[[], int]


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """A plugin to hold against the contract.

    ``plugin`` is the module or object with the hooks, ``name`` the name of its table. ``codes`` are all codes it
    raises or shows. ``service`` plays what it talks to; ``table`` gives ``[plugins.NAME]`` for the address of that
    service. ``patience`` is the longest any single call may take, in seconds: give the table time limits below it.

    ``destination`` goes with ``DestinationContract``, and ``held`` counts what the service holds; ``services`` goes
    with ``ServiceContract`` and says how to call each service (``None`` for one that talks to nobody); ``state`` goes
    with ``StateContract``, ``inbox`` with ``InboxContract``. ``secrets`` are words of the table that must show nowhere.
    """

    plugin: object
    name: str
    table: Callable[[str], Mapping[str, Any]]
    codes: tuple[str, ...]
    service: ScriptedService
    destination: Destination | None = None
    held: Callable[[], int] | None = None
    services: Mapping[ServiceKey[Any], Callable[[Any], Awaitable[object]] | None] = {}
    state: StateSample | None = None
    inbox: InboxSample | None = None
    credentials: FakeCard | None = None
    secrets: tuple[str, ...] = ()
    patience: float = 2.0
    letter: Callable[[str], Document] = invented_letter
