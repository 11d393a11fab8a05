"""A plugin's state in memory, for tests of one service alone. The contract suite uses the real store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

from caducee.contracts.state import Parcel, PluginTransaction, Received, Record, StreamEntry
from caducee.errors import IdempotencyConflict, StateConflict
from caducee.sharing.fact_kind import FactKind
from caducee.sharing.facts import check_fact


class AuditLine(NamedTuple):
    """One line of the audit trail, as it was written."""

    action: str
    actor: str
    subject: str
    detail: str
    reason: str


class ReturnedDelivery(NamedTuple):
    """A delivery that was said to have come back."""

    delivery_id: str
    why: str
    code: str
    service_code: str
    service_text: str


class MemoryState:
    """A ``State`` that shows what was written: ``audit``, ``events``, ``noted``, ``received``, ``parcels``."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], bytes] = {}
        self.indexes: dict[tuple[str, str], dict[str, str]] = {}
        self.streams: dict[str, list[bytes]] = {}
        self.audit: list[AuditLine] = []
        self.events: list[tuple[str, str, str]] = []
        self.noted: list[tuple[FactKind, str, str]] = []
        self.received: dict[str, Received] = {}
        self.parcels: dict[str, Parcel] = {}
        self.returned: list[ReturnedDelivery] = []
        self.logins: list[int] = []

    async def get(self, collection: str, key: str) -> bytes | None:
        """Return one record."""
        return self.values.get((collection, key))

    async def find(self, collection: str, name: str, value: str) -> tuple[Record, ...]:
        """Return the records that were stored with ``index={name: value}``."""
        keys = [key for (shelf, key), index in self.indexes.items() if shelf == collection and index.get(name) == value]
        return tuple(Record(key=key, value=self.values[collection, key]) for key in keys)

    async def records(self, collection: str) -> AsyncIterator[Record]:
        """Read a whole collection."""
        for (shelf, key), value in tuple(self.values.items()):
            if shelf == collection:
                yield Record(key=key, value=value)

    async def read(self, stream: str, *, after: int = 0, limit: int = 500) -> tuple[StreamEntry, ...]:
        """Return entries of a stream in their order."""
        entries = enumerate(self.streams.get(stream, []), start=1)
        return tuple(StreamEntry(number=n, value=value) for n, value in entries if n > after)[:limit]

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[PluginTransaction]:
        """Gather writes; a block that raises, or a conflict at its end, leaves nothing behind."""
        draft = MemoryState()
        for name, kept in vars(self).items():
            setattr(draft, name, {k: list(v) for k, v in kept.items()} if name == "streams" else type(kept)(kept))
        yield _Writes(draft)
        vars(self).update(vars(draft))


class _Writes:
    def __init__(self, draft: MemoryState) -> None:
        self._draft = draft

    async def put(self, collection: str, key: str, value: bytes, *, index: Mapping[str, str] | None = None) -> None:
        self._draft.values[collection, key] = value
        self._draft.indexes[collection, key] = dict(index or {})

    async def delete(self, collection: str, key: str) -> None:
        self._draft.values.pop((collection, key), None)
        self._draft.indexes.pop((collection, key), None)

    async def append(self, stream: str, value: bytes, *, expected: int | None = None) -> None:
        entries = self._draft.streams.setdefault(stream, [])
        if expected is not None and expected != len(entries):
            raise StateConflict(f"{stream} has {len(entries)} entries, {expected} were expected")
        entries.append(value)

    async def receive(self, item: Received) -> None:
        self._draft.received.setdefault(item.key, item)

    async def deliver(self, parcel: Parcel) -> None:
        known = self._draft.parcels.setdefault(parcel.key, parcel)
        if (known.payload, known.kind, known.destination) != (parcel.payload, parcel.kind, parcel.destination):
            raise IdempotencyConflict("a parcel of this key left with another content")

    async def returned(
        self, delivery_id: str, *, why: str, code: str, service_code: str = "", service_text: str = ""
    ) -> None:
        self._draft.returned.append(ReturnedDelivery(delivery_id, why, code, service_code, service_text))

    async def logged_in(self) -> None:
        self._draft.logins.append(len(self._draft.logins) + 1)

    async def audit(self, action: str, *, actor: str, subject: str = "", reason: str = "", detail: str = "") -> None:
        self._draft.audit.append(AuditLine(action, actor, subject, detail, reason))

    async def note(self, kind: FactKind, *, code: str = "", local_id: str = "") -> None:
        check_fact(kind, code, local_id=local_id)
        self._draft.noted.append((kind, code, local_id))

    async def event(self, kind: str, *, reference: str = "", code: str = "") -> None:
        self._draft.events.append((kind, reference, code))
