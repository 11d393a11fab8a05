"""What a plugin keeps: encrypted records, a blind index to find them, streams that only grow."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import msgspec

from caducee.sharing.fact_kind import FactKind

Upgrade = Callable[[str, bytes], bytes]
"""One upgrade step of one value: ``(collection or stream, old bytes) -> new bytes``. Pure: it may run again."""


class StateSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What a plugin says of its state when it registers it: ``registrar.state(StateSpec(version=…, upgrades=…))``.

    ``version`` starts at 1. ``upgrades[n]`` takes every value from version ``n + 1`` to ``n + 2``: there are
    ``version - 1`` of them. All values are upgraded in one transaction before the plugin starts; a state written by a
    newer version refuses the plugin and stays as it is.
    """

    version: int = 1
    upgrades: tuple[Upgrade, ...] = ()


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One record, decrypted.

    ``key`` is empty for a record that the first version of the store wrote: it kept no key that could be read back.
    ``get`` and ``delete`` find such a record by its key all the same, and ``put`` gives it its key.
    """

    key: str
    value: bytes


class StreamEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a stream. ``number`` starts at 1 and has no gap."""

    number: int
    value: bytes


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is not a document and must leave once, by the lane of ``kind``.

    ``key`` is the plugin's own name for it: the same key with the same payload is stored once. ``destination`` is
    encrypted; ``reference`` is its opaque face in lists and logs. ``series`` keeps the order among parcels of one
    series. ``author`` is a practitioner of the configuration, when a key of theirs is needed.
    """

    key: str
    kind: str
    payload: bytes
    reference: str = ""
    destination: bytes = b"{}"
    series: str = ""
    author: str = ""


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """Something a service gave us, to be handed to the practice's software.

    ``key`` is what tells a repeat: the service's own identifier, at best. ``kind`` says what it is (``mail``). Content
    and ``subject`` (a patient's record in the practice, when known) are encrypted.
    """

    key: str
    kind: str
    content: bytes
    subject: str = ""


class PluginTransaction(Protocol):
    """Writes of one plugin that become durable together, or not at all, when the block ends."""

    async def put(self, collection: str, key: str, value: bytes, *, index: Mapping[str, str] | None = None) -> None:
        """Store one record. ``index`` gives the values it can be found by; it replaces the earlier ones."""
        ...

    async def delete(self, collection: str, key: str) -> None:
        """Remove one record; nothing happens when there is none."""
        ...

    async def append(self, stream: str, value: bytes, *, expected: int | None = None) -> None:
        """Append to a stream. With ``expected``, only if that is the number of its last entry (0: none).

        Raises (when the block ends):
            StateConflict: somebody else has appended; nothing of this transaction was kept.
        """
        ...

    async def receive(self, item: Received) -> None:
        """Put into the inbox; an item whose key this plugin has given before changes nothing."""
        ...

    async def deliver(self, parcel: Parcel) -> None:
        """Hand a parcel to the outbox.

        Raises (when the block ends):
            IdempotencyConflict: the key exists with another payload; nothing was kept.
        """
        ...

    async def returned(
        self, delivery_id: str, *, why: str, code: str, service_code: str = "", service_text: str = ""
    ) -> None:
        """Say that what this plugin had delivered came back: its receipt stays beside what is said now.

        ``why`` is ``operator`` (a person decides, and may send again), ``no_mailbox`` or ``closed`` (nobody is there to
        receive it). Nothing changes when the delivery has not left, or has come back before.
        """
        ...

    async def logged_in(self) -> None:
        """Say that somebody has logged in: whatever was ``blocked(login)`` tries again.

        Whoever wrote it: a shared box is opened by another professional than the author. What still lacks a log-in
        waits again, without having used an attempt.
        """
        ...

    async def audit(self, action: str, *, actor: str, subject: str = "", reason: str = "", detail: str = "") -> None:
        """Append to the audit chain."""
        ...

    async def note(self, kind: FactKind, *, code: str = "", local_id: str = "") -> None:
        """Note a fact that the practice's figures count (``caducee indicators``); its event names no patient.

        ``local_id`` is the patient's record, the document or the care sheet that it is about.

        Raises:
            FactInvalid: nothing was noted.
        """
        ...

    async def event(self, kind: str, *, reference: str = "", code: str = "") -> None:
        """Tell the practice's software. ``kind`` is prefixed with the plugin's name; never patient data."""
        ...


class State(Protocol):
    """The durable state of one plugin. Other plugins cannot see it."""

    async def get(self, collection: str, key: str) -> bytes | None:
        """Return one record."""
        ...

    async def find(self, collection: str, name: str, value: str) -> tuple[Record, ...]:
        """Return the records that were stored with ``index={name: value}``, oldest first."""
        ...

    def records(self, collection: str) -> AsyncIterator[Record]:
        """Read a whole collection, in no order that means anything."""
        ...

    async def read(self, stream: str, *, after: int = 0, limit: int = 500) -> tuple[StreamEntry, ...]:
        """Return entries of a stream in their order, from the one that follows ``after``."""
        ...

    def transaction(self) -> AbstractAsyncContextManager[PluginTransaction]:
        """Open a transaction over state, inbox, outbox, events and audit.

        Raises:
            StoreError: nothing was kept.
        """
        ...
