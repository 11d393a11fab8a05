"""SQL of what only grows: events and the audit trail."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime

import msgspec

from caducee.audit.chain import START, Head, Link, link, sealed_head, verify
from caducee.errors import StoreKeyWrong
from caducee.outbox.contract import AuditEntry, AuditRow, EventRow
from caducee.outbox.stores.cells import Cells
from caducee.outbox.stores.columns import instant, micros

_AUDIT = ("audit", "payload")


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """An event to append."""

    kind: str
    document_id: str = ""
    delivery_id: str = ""
    state: str = ""
    why: str = ""
    code: str = ""


def enter(db: sqlite3.Connection, cells: Cells) -> None:
    """Make the tenant's row, or check that the key is the one of the first time.

    Raises:
        StoreKeyWrong: it is not.
    """
    row = db.execute("SELECT key_check FROM tenant WHERE tenant = ?", (cells.tenant,)).fetchone()
    if row is not None and row[0] != cells.check:
        raise StoreKeyWrong("the key does not open this store")
    if row is None:
        head = sealed_head(0, START, cells.mac)
        db.execute("INSERT INTO tenant VALUES (?, ?, ?, ?, ?)", (cells.tenant, cells.check, 0, head.hash, head.mac))


def append_event(db: sqlite3.Connection, cells: Cells, event: Event, now: datetime) -> None:
    """Append one event."""
    db.execute(
        "INSERT INTO event (tenant, at, kind, document_id, delivery_id, state, why, code)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (cells.tenant, micros(now), *msgspec.structs.astuple(event)),
    )


def events(db: sqlite3.Connection, cells: Cells, after: int, limit: int) -> tuple[EventRow, ...]:
    """Return the events that follow ``after``."""
    rows = db.execute(
        "SELECT seq, at, kind, document_id, delivery_id, state, why, code FROM event"
        " WHERE tenant = ? AND seq > ? ORDER BY seq LIMIT ?",
        (cells.tenant, after, limit),
    )
    return tuple(
        EventRow(
            seq=seq, at=instant(at), kind=kind, document_id=document, delivery_id=delivery, state=s, why=why, code=c
        )
        for seq, at, kind, document, delivery, s, why, c in rows
    )


def append_audit(db: sqlite3.Connection, cells: Cells, entry: AuditEntry, now: datetime) -> None:
    """Append one entry to the chain and move its head."""
    head = audit_head(db, cells)
    number, at = head.count + 1, micros(now)
    payload = cells.seal(_AUDIT, str(number), msgspec.msgpack.encode(entry))
    digest = link(head.hash, number, at, payload)
    db.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?)", (cells.tenant, number, at, payload, digest))
    moved = sealed_head(number, digest, cells.mac)
    db.execute(
        "UPDATE tenant SET audit_count = ?, audit_head = ?, audit_mac = ? WHERE tenant = ?",
        (moved.count, moved.hash, moved.mac, cells.tenant),
    )


def audit_page(
    db: sqlite3.Connection, cells: Cells, after: int, limit: int
) -> tuple[tuple[int, datetime, AuditEntry], ...]:
    """Return the entries that follow the number ``after``, decrypted."""
    rows = db.execute(
        "SELECT number, at, payload FROM audit WHERE tenant = ? AND number > ? ORDER BY number LIMIT ?",
        (cells.tenant, after, limit),
    )
    return tuple((number, instant(at), _entry(cells, number, payload)) for number, at, payload in rows)


def audit_links(db: sqlite3.Connection, cells: Cells, after: int, limit: int) -> tuple[Link, ...]:
    """Return the entries that follow the number ``after``, as they are chained."""
    rows = db.execute(
        "SELECT number, at, payload, hash FROM audit WHERE tenant = ? AND number > ? ORDER BY number LIMIT ?",
        (cells.tenant, after, limit),
    )
    return tuple(Link(number=number, at=at, payload=payload, hash=digest) for number, at, payload, digest in rows)


def audit_row(cells: Cells, entry: Link) -> AuditRow:
    """Decrypt one entry.

    Raises:
        StoreDamaged: it does not open.
    """
    decrypted = _entry(cells, entry.number, entry.payload)
    return AuditRow(number=entry.number, at=instant(entry.at), hash=entry.hash, entry=decrypted)


def verify_audit(db: sqlite3.Connection, cells: Cells) -> tuple[int, str | None]:
    """Walk the whole chain: how many entries hold, and where it breaks."""
    return verify(_links(db, cells), audit_head(db, cells), cells.mac)


def audit_head(db: sqlite3.Connection, cells: Cells) -> Head:
    """Return what the trail must end with."""
    row = db.execute(
        "SELECT audit_count, audit_head, audit_mac FROM tenant WHERE tenant = ?", (cells.tenant,)
    ).fetchone()
    return Head(*row)


def _links(db: sqlite3.Connection, cells: Cells) -> Iterator[Link]:
    rows = db.execute("SELECT number, at, payload, hash FROM audit WHERE tenant = ? ORDER BY number", (cells.tenant,))
    for number, at, payload, digest in rows:
        yield Link(number=number, at=at, payload=payload, hash=digest)


def _entry(cells: Cells, number: int, payload: bytes) -> AuditEntry:
    return msgspec.msgpack.decode(cells.open(_AUDIT, str(number), payload), type=AuditEntry)
