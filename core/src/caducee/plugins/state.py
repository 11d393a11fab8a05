"""The durable state of one plugin, over the kernel's store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from caducee.contracts.state import Parcel, PluginTransaction, Received, Record, StreamEntry
from caducee.outbox.contract import AuditEntry, Returned, Store, Transaction
from caducee.sharing.fact_kind import FactKind
from caducee.sharing.facts import note


class PluginState:
    """The ``State`` of one plugin: all names are its own, other plugins cannot see them."""

    def __init__(self, store: Store, plugin: str) -> None:
        self._store = store
        self._plugin = plugin

    async def get(self, collection: str, key: str) -> bytes | None:
        """Return one record."""
        return await self._store.get(self._plugin, collection, key)

    async def find(self, collection: str, name: str, value: str) -> tuple[Record, ...]:
        """Return the records that were stored with ``index={name: value}``, oldest first."""
        return await self._store.find(self._plugin, collection, name, value)

    def records(self, collection: str) -> AsyncIterator[Record]:
        """Read a whole collection."""
        return self._store.records(self._plugin, collection)

    async def read(self, stream: str, *, after: int = 0, limit: int = 500) -> tuple[StreamEntry, ...]:
        """Return entries of a stream in their order."""
        return await self._store.read_stream(self._plugin, stream, after=after, limit=limit)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[PluginTransaction]:
        """Open a transaction over state, inbox, outbox, events and audit."""
        async with self._store.transaction() as tx:
            yield _PluginWrites(self._store, tx, self._plugin)


class _PluginWrites:
    """Writes of one plugin, gathered in a transaction of the store."""

    def __init__(self, store: Store, tx: Transaction, plugin: str) -> None:
        self._store = store
        self._tx = tx
        self._plugin = plugin

    async def put(self, collection: str, key: str, value: bytes, *, index: Mapping[str, str] | None = None) -> None:
        await self._tx.put(self._plugin, collection, key, value, index=index)

    async def delete(self, collection: str, key: str) -> None:
        await self._tx.delete(self._plugin, collection, key)

    async def append(self, stream: str, value: bytes, *, expected: int | None = None) -> None:
        await self._tx.append(self._plugin, stream, value, expected=expected)

    async def receive(self, item: Received) -> None:
        await self._tx.receive(self._plugin, item)

    async def deliver(self, parcel: Parcel) -> None:
        await self._tx.deliver(self._plugin, parcel)

    async def returned(
        self, delivery_id: str, *, why: str, code: str, service_code: str = "", service_text: str = ""
    ) -> None:
        returned = Returned(why=why, code=code, service_code=service_code, service_text=service_text)
        await self._tx.returned(self._plugin, delivery_id, returned)

    async def logged_in(self) -> None:
        await self._tx.release_waiting("login")

    async def audit(self, action: str, *, actor: str, subject: str = "", reason: str = "", detail: str = "") -> None:
        await self._tx.audit(AuditEntry(action=action, actor=actor, subject=subject, reason=reason, detail=detail))

    async def note(self, kind: FactKind, *, code: str = "", local_id: str = "") -> None:
        await note(self._store, self._tx, kind, code=code, local_id=local_id)

    async def event(self, kind: str, *, reference: str = "", code: str = "") -> None:
        await self._tx.event(f"{self._plugin}.{kind}", delivery_id=reference, code=code)
