"""The store on SQLite: one file beside the practice's software."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from caducee.audit.chain import Link, Walk
from caducee.clock import Clock
from caducee.contracts.delivery import Receipt
from caducee.contracts.inbox import InboxItem, InboxRow, InboxState
from caducee.contracts.state import Parcel, Received, Record, StateSpec, StreamEntry
from caducee.errors import AuditBroken, DrainedElsewhere, StoreDamaged
from caducee.outbox.contract import (
    AuditEntry,
    AuditRow,
    DeliveryRow,
    DeliveryState,
    EventRow,
    Leased,
    NewDocument,
    Returned,
    StoredDocument,
    Transaction,
)
from caducee.outbox.stores import inbox, journal, leases, parcels, publications, state
from caducee.outbox.stores.cells import Cells
from caducee.outbox.stores.columns import Seal
from caducee.outbox.stores.database import Database
from caducee.platform.locks import FileLock

T = TypeVar("T")

FILE = "caducee.db"
_PAGE = 200


@asynccontextmanager
async def open_store(folder: Path, *, tenant: str, key: bytes, clock: Clock) -> AsyncIterator[SqliteStore]:
    """Open the store of a tenant in that folder, made if it is missing (0700, files 0600).

    ``key`` is the 32-byte store key. Any number of programs may open one store; one of them drains.

    Raises:
        StoreKeyWrong, StoreNewer, StoreDamaged, NetworkFileSystem, DiskFull, StoreBusy.
    """
    cells = Cells(key, tenant)
    database = Database(folder / FILE)
    await database.open()
    try:
        await database.write(lambda db: journal.enter(db, cells))
        yield SqliteStore(folder, database, cells, clock)
    finally:
        await database.close()


class SqliteTransaction:
    """Gathers writes; the store makes them when the block ends."""

    def __init__(self, cells: Cells, clock: Clock) -> None:
        self._cells = cells
        self._clock = clock
        self._writes: list[Callable[[sqlite3.Connection], object]] = []

    async def add_document(self, document: NewDocument) -> None:
        now = self._clock.now()
        self._writes.append(lambda db: publications.add(db, self._cells, document, now))

    async def seal(
        self, document_id: str, *, model: bytes, document: bytes, sha1: bytes, sha256: bytes, entry: bytes
    ) -> None:
        described = Seal(sha1, sha256, entry)
        self._writes.append(lambda db: publications.seal(db, self._cells, document_id, model, document, described))

    async def release(self, delivery_id: str) -> None:
        now = self._clock.now()
        self._writes.append(lambda db: leases.release(db, self._cells, delivery_id, now))

    async def release_waiting(self, why: str) -> None:
        now = self._clock.now()
        self._writes.append(lambda db: leases.release_waiting(db, self._cells, why, now))

    async def hold(self, delivery_id: str, why: str) -> None:
        self._writes.append(lambda db: leases.hold(db, self._cells, delivery_id, why))

    async def stop(self, delivery_id: str, why: str) -> None:
        now = self._clock.now()
        self._writes.append(lambda db: leases.stop(db, self._cells, delivery_id, why, now))

    async def returned(self, plugin: str, delivery_id: str, returned: Returned) -> None:
        now = self._clock.now()
        self._writes.append(lambda db: leases.come_back(db, self._cells, plugin, delivery_id, returned, now))

    async def audit(self, entry: AuditEntry) -> None:
        now = self._clock.now()
        self._writes.append(lambda db: journal.append_audit(db, self._cells, entry, now))

    async def event(
        self, kind: str, *, document_id: str = "", delivery_id: str = "", state: str = "", why: str = "", code: str = ""
    ) -> None:
        now = self._clock.now()
        event = journal.Event(
            kind=kind, document_id=document_id, delivery_id=delivery_id, state=state, why=why, code=code
        )
        self._writes.append(lambda db: journal.append_event(db, self._cells, event, now))

    async def put(
        self, plugin: str, collection: str, key: str, value: bytes, *, index: Mapping[str, str] | None = None
    ) -> None:
        shelf, found_by = state.Shelf(plugin, collection), dict(index or {})
        self._writes.append(lambda db: state.put(db, self._cells, shelf, key, value, found_by))

    async def delete(self, plugin: str, collection: str, key: str) -> None:
        self._writes.append(lambda db: state.delete(db, self._cells, state.Shelf(plugin, collection), key))

    async def append(self, plugin: str, stream: str, value: bytes, *, expected: int | None = None) -> None:
        self._writes.append(lambda db: state.append(db, self._cells, plugin, stream, value, expected))

    async def receive(self, plugin: str, item: Received) -> None:
        now = self._clock.now()
        self._writes.append(lambda db: inbox.receive(db, self._cells, plugin, item, now))

    async def deliver(self, plugin: str, parcel: Parcel) -> None:
        await self.add_document(parcels.as_publication(self._cells, plugin, parcel))

    def make(self, db: sqlite3.Connection) -> None:
        """Make the writes, in their order."""
        for write in self._writes:
            write(db)


class SqliteStore:
    """The store contract on one SQLite file. Made by ``open_store``."""

    def __init__(self, folder: Path, database: Database, cells: Cells, clock: Clock) -> None:
        self._folder = folder
        self._database = database
        self._cells = cells
        self._clock = clock
        self._owner = ""
        self._holder = str(uuid4())

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        gathered = SqliteTransaction(self._cells, self._clock)
        yield gathered
        await self._database.write(gathered.make)

    async def find_by_key(self, idempotency_key: str) -> StoredDocument | None:
        return await self._read(lambda db: publications.by_key(db, self._cells, idempotency_key))

    async def document(self, document_id: str) -> StoredDocument | None:
        return await self._read(lambda db: publications.by_id(db, self._cells, document_id))

    async def sealed_bytes(self, document_id: str) -> bytes | None:
        return await self._read(lambda db: publications.content_of(db, self._cells, document_id, "document"))

    async def documents_of(self, local_id: str) -> tuple[StoredDocument, ...]:
        return await self._read(lambda db: publications.of_patient(db, self._cells, local_id))

    async def entry_of(self, document_id: str) -> bytes | None:
        return await self._read(lambda db: publications.entry_of(db, self._cells, document_id))

    async def items_about(self, local_id: str) -> tuple[tuple[InboxItem, InboxState], ...]:
        return await self._read(lambda db: inbox.about(db, self._cells, local_id))

    async def blocked_on_identity(self, local_id: str) -> tuple[StoredDocument, ...]:
        return await self._read(lambda db: publications.waiting_for_identity(db, self._cells, local_id))

    async def waiting_of(self, local_id: str) -> tuple[StoredDocument, ...]:
        return await self._read(lambda db: publications.waiting_of(db, self._cells, local_id))

    async def deliveries(
        self, *, states: frozenset[DeliveryState] | None = None, limit: int = 500
    ) -> tuple[DeliveryRow, ...]:
        return await self._read(lambda db: publications.deliveries(db, self._cells, states, limit))

    async def deliveries_of(self, document_id: str) -> tuple[DeliveryRow, ...]:
        return await self._read(lambda db: publications.deliveries_of(db, self._cells, document_id))

    async def get(self, plugin: str, collection: str, key: str) -> bytes | None:
        return await self._read(lambda db: state.get(db, self._cells, state.Shelf(plugin, collection), key))

    async def find(self, plugin: str, collection: str, name: str, value: str) -> tuple[Record, ...]:
        shelf = state.Shelf(plugin, collection)
        return await self._read(lambda db: state.find(db, self._cells, shelf, name, value))

    async def records(self, plugin: str, collection: str) -> AsyncIterator[Record]:
        after = b""
        while True:
            page, after = await self._record_page(state.Shelf(plugin, collection), after)
            if not page:
                return
            for record in page:
                yield record

    async def read_stream(self, plugin: str, stream: str, *, after: int, limit: int) -> tuple[StreamEntry, ...]:
        return await self._read(lambda db: state.read(db, self._cells, plugin, stream, after, limit))

    async def upgrade_state(self, plugin: str, spec: StateSpec) -> None:
        await self._write(lambda db: state.upgrade(db, self._cells, plugin, spec))

    async def take_item(self, kinds: tuple[str, ...], *, until: datetime) -> InboxItem | None:
        now = self._clock.now()
        return await self._write(lambda db: inbox.take(db, self._cells, kinds, self._holder, now, until))

    async def extend_item(self, item: InboxItem, *, until: datetime) -> None:
        await self._write(lambda db: inbox.extend(db, self._cells, item, until))

    async def end_item(
        self,
        item: InboxItem,
        state: InboxState,
        *,
        due: datetime | None = None,
        reason: str = "",
        counts: bool = True,
        actor: str = "",
    ) -> None:
        now = self._clock.now()
        ending = inbox.Ending(state=state, due=due, reason=reason, counts=counts, actor=actor)
        await self._write(lambda db: inbox.end(db, self._cells, item, ending, now))

    async def items(self, states: frozenset[InboxState] | None = None, limit: int = 500) -> tuple[InboxRow, ...]:
        return await self._read(lambda db: inbox.rows(db, self._cells, states, limit))

    async def retry_item(self, item_id: str, *, actor: str) -> bool:
        now = self._clock.now()
        return await self._write(lambda db: inbox.again(db, self._cells, item_id, actor, now))

    async def events(self, after: int, limit: int = 200) -> tuple[EventRow, ...]:
        return await self._read(lambda db: journal.events(db, self._cells, after, limit))

    async def audit_entries(self) -> AsyncIterator[tuple[int, datetime, AuditEntry]]:
        seen = 0
        while page := await self._audit_page(seen):
            for entry in page:
                yield entry
            seen = page[-1][0]

    async def audit_trail(self) -> AsyncIterator[AuditRow]:
        head, walk = await self._read(lambda db: journal.audit_head(db, self._cells)), Walk()
        while page := await self._links(walk.count, min(_PAGE, head.count - walk.count)):
            for link in page:
                if fault := walk.step(link):
                    raise AuditBroken(fault)
                try:
                    row = journal.audit_row(self._cells, link)
                except StoreDamaged as damaged:
                    raise AuditBroken(f"entry {link.number} was changed") from damaged
                yield row
        if fault := walk.end(head, self._cells.mac):
            raise AuditBroken(fault)

    async def verify_audit(self) -> tuple[int, str | None]:
        return await self._read(lambda db: journal.verify_audit(db, self._cells))

    @asynccontextmanager
    async def drain(self) -> AsyncIterator[None]:
        tenant = hashlib.sha256(self._cells.tenant.encode()).hexdigest()[:16]
        lock = FileLock(self._folder / f"drain-{tenant}.lock")
        if not lock.acquire():
            raise DrainedElsewhere(lock.owner())
        self._owner = str(uuid4())
        try:
            yield
        finally:
            self._owner = ""
            lock.release()

    async def lease(self, kind: str, now: datetime) -> Leased | None:
        owner = self._draining()
        try:
            # A lease means nothing after a loss of power: its owner is gone with it.
            return await self._database.write(
                lambda db: leases.take_untouched(db, self._cells, kind, owner, now), lasting=False
            )
        except leases.SendWasCut:
            # The number of an event that was told is never given to another.
            return await self._write(lambda db: leases.take(db, self._cells, kind, owner, now))

    async def next_due(self, kind: str) -> datetime | None:
        return await self._read(lambda db: leases.next_due(db, self._cells, kind, self._owner))

    async def extend(self, leased: Leased) -> None:
        owner, now = self._draining(), self._clock.now()
        await self._database.write(lambda db: leases.extend(db, self._cells, leased, owner, now), lasting=False)

    async def begin_send(self, leased: Leased, prepared: bytes | None = None) -> None:
        owner = self._draining()
        await self._write(lambda db: leases.begin_send(db, self._cells, leased, owner, prepared))

    async def settle(
        self,
        leased: Leased,
        state: DeliveryState,
        *,
        why: str = "",
        due: datetime | None = None,
        code: str = "",
        service_code: str = "",
        service_text: str = "",
        receipt: Receipt | None = None,
        doubtful: bool = False,
    ) -> None:
        owner, now = self._draining(), self._clock.now()
        end = leases.Settlement(
            state=state,
            why=why,
            due=due,
            code=code,
            service_code=service_code,
            service_text=service_text,
            receipt=receipt,
            doubtful=doubtful,
        )
        await self._write(lambda db: leases.settle(db, self._cells, leased, owner, end, now))

    async def unblock(self, kind: str, why: str) -> int:
        now = self._clock.now()
        return await self._write(lambda db: leases.unblock(db, self._cells, kind, why, now))

    async def retry(self, delivery_id: str) -> bool:
        now = self._clock.now()
        return await self._write(lambda db: leases.retry(db, self._cells, delivery_id, now))

    async def checkpoint(self, *, resting: bool = True) -> None:
        await self._database.checkpoint(resting=resting)

    async def _record_page(self, shelf: state.Shelf, after: bytes) -> tuple[list[Record], bytes]:
        return await self._read(lambda db: state.page(db, self._cells, shelf, after, _PAGE))

    async def _audit_page(self, after: int) -> tuple[tuple[int, datetime, AuditEntry], ...]:
        return await self._read(lambda db: journal.audit_page(db, self._cells, after, _PAGE))

    async def _links(self, after: int, limit: int) -> tuple[Link, ...]:
        return await self._read(lambda db: journal.audit_links(db, self._cells, after, max(0, limit)))

    async def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await self._database.read(work)

    async def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await self._database.write(work)

    def _draining(self) -> str:
        if not self._owner:
            raise RuntimeError("only the holder of the drain lock may do this")
        return self._owner
