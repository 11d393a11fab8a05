"""What arrives: kept before the service is told, handed to the practice's software until it has it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from caducee.model.practice import Actor


class InboxState(StrEnum):
    """Where an item stands. ``aside``: the handler failed too often; a person must look, it is not lost."""

    WAITING = "waiting"
    TAKEN = "taken"
    FILED = "filed"
    ASIDE = "aside"


class InboxItem(msgspec.Struct, frozen=True, kw_only=True):
    """One item, as handed to the practice's software.

    ``item_id`` is the same each time this item is handed over, for ever: with it the software recognises a repeat.
    ``fence`` must come back with the answer. ``failures`` counts earlier attempts that failed.
    """

    item_id: str
    plugin: str
    kind: str
    key: str
    content: bytes
    subject: str
    received: datetime
    failures: int
    fence: int


class InboxRow(msgspec.Struct, frozen=True, kw_only=True):
    """An item as lists show it: nothing of its content. ``reason`` is why it was set aside, without patient data."""

    item_id: str
    plugin: str
    kind: str
    state: InboxState
    received: datetime
    failures: int
    reason: str


Handler = Callable[[InboxItem], Awaitable[None]]
"""Files one item. Returning says that the practice's software has it for good; raising, that it has not."""


class Inbox(Protocol):
    """The inbox of one tenant, as the practice's software sees it (``kernel.inbox``).

    ``acting`` is who files: the person at the keyboard, or ``Actor.automaton(…)``. Who may not file mail gets
    ``ActorRefused``.
    """

    async def serve(self, handler: Handler, *, acting: Actor, kinds: tuple[str, ...] = ()) -> None:
        """Hand over every item, oldest first, for ever; a failing one is handed again later, then set aside.

        At least once: a program that dies between its own commit and our note is handed the same ``item_id`` again.
        """
        ...

    async def take(self, *, kinds: tuple[str, ...] = ()) -> InboxItem | None:
        """Take the next item, for software that asks instead of being called; ``None`` when nothing waits."""
        ...

    async def filed(self, item: InboxItem, *, acting: Actor) -> None:
        """Say that the practice's software has it for good.

        Raises:
            LeaseLost: it was handed to somebody else meanwhile.
        """
        ...

    async def failed(self, item: InboxItem, *, reason: str, acting: Actor) -> None:
        """Say that it could not be filed. ``reason`` is a code or a class name: no patient data."""
        ...

    async def rows(self, *, states: frozenset[InboxState] | None = None) -> tuple[InboxRow, ...]:
        """List items, newest first."""
        ...

    async def again(self, item_id: str, *, acting: Actor) -> bool:
        """A person asks again for an item set aside; say whether anything changed."""
        ...
