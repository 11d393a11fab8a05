"""SQL of the inbox: what a service gave, until the practice's software has it."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from uuid import uuid4

import msgspec

from caducee.contracts.inbox import InboxItem, InboxRow, InboxState
from caducee.contracts.state import Received
from caducee.errors import LeaseLost
from caducee.outbox.contract import AuditEntry
from caducee.outbox.stores.cells import Cells
from caducee.outbox.stores.columns import instant, micros, pack, unpack
from caducee.outbox.stores.journal import Event, append_audit, append_event

_BODY = ("inbox", "body")

# As the partial index says it: without these words every look would walk through all that was ever filed.
_OPEN = "state IN ('waiting', 'taken')"


class Body(msgspec.Struct, frozen=True, array_like=True):
    """The encrypted part of an item."""

    key: str
    subject: str
    content: bytes


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """How a lease ends: filed, waiting again from ``due`` on, or set aside."""

    state: InboxState
    due: datetime | None
    reason: str
    counts: bool
    actor: str


def receive(db: sqlite3.Connection, cells: Cells, plugin: str, item: Received, now: datetime) -> None:
    """Keep an item; one whose key this plugin has given before changes nothing, filed or not."""
    item_id = str(uuid4())
    body = pack(cells, _BODY, item_id, Body(item.key, item.subject, item.content))
    inserted = db.execute(
        "INSERT INTO inbox (tenant, item_id, plugin, kind, key_index, state, received, due, failures, fence, reason,"
        " body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, '', ?) ON CONFLICT (tenant, plugin, key_index) DO NOTHING",
        (
            cells.tenant,
            item_id,
            plugin,
            item.kind,
            cells.index("inbox", f"{plugin}:{item.key}"),
            InboxState.WAITING,
            micros(now),
            micros(now),
            body,
        ),
    )
    if inserted.rowcount:
        append_event(db, cells, Event(kind="inbox.received", delivery_id=item_id, state=item.kind), now)


def take(
    db: sqlite3.Connection, cells: Cells, kinds: tuple[str, ...], owner: str, now: datetime, until: datetime
) -> InboxItem | None:
    """Lease the oldest item that is due: waiting, or taken by somebody whose lease has ended, which is a failure."""
    wanted = f"AND kind IN ({', '.join('?' * len(kinds))})" if kinds else ""
    row = db.execute(
        "SELECT item_id, plugin, kind, received, failures + (state = 'taken'), fence, body FROM inbox WHERE tenant = ?"  # noqa: S608
        f" AND {_OPEN} AND (state = 'waiting' AND due <= ? OR state = 'taken' AND lease_until <= ?) {wanted}"
        " ORDER BY id LIMIT 1",
        (cells.tenant, micros(now), micros(now), *kinds),
    ).fetchone()
    if row is None:
        return None
    item_id, plugin, kind, received, failures, fence, cell = row
    db.execute(
        "UPDATE inbox SET state = 'taken', owner = ?, lease_until = ?, fence = ?, failures = ?"
        " WHERE tenant = ? AND item_id = ?",
        (owner, micros(until), fence + 1, failures, cells.tenant, item_id),
    )
    body = unpack(cells, _BODY, item_id, cell, Body)
    return InboxItem(
        item_id=item_id,
        plugin=plugin,
        kind=kind,
        key=body.key,
        content=body.content,
        subject=body.subject,
        received=instant(received),
        failures=failures,
        fence=fence + 1,
    )


def extend(db: sqlite3.Connection, cells: Cells, item: InboxItem, until: datetime) -> None:
    """Move the end of a lease."""
    changed = db.execute(
        "UPDATE inbox SET lease_until = ? WHERE tenant = ? AND item_id = ? AND fence = ? AND state = 'taken'",
        (micros(until), cells.tenant, item.item_id, item.fence),
    )
    _refuse_lost(changed, item)


def end(db: sqlite3.Connection, cells: Cells, item: InboxItem, ending: Ending, now: datetime) -> None:
    """End a lease. A filed item keeps the key that tells a repeat, and nothing else of what it held."""
    body = pack(cells, _BODY, item.item_id, Body(item.key, item.subject, b""))
    changed = db.execute(
        "UPDATE inbox SET state = ?, due = ?, reason = ?, failures = failures + ?, owner = NULL, lease_until = NULL,"
        " body = CASE WHEN ? THEN ? ELSE body END WHERE tenant = ? AND item_id = ? AND fence = ? AND state = 'taken'",
        (
            ending.state,
            micros(ending.due or now),
            ending.reason,
            int(ending.counts and ending.state is not InboxState.FILED),
            ending.state is InboxState.FILED,
            body,
            cells.tenant,
            item.item_id,
            item.fence,
        ),
    )
    _refuse_lost(changed, item)
    if ending.state in (InboxState.FILED, InboxState.ASIDE):
        event = Event(kind=f"inbox.{ending.state}", delivery_id=item.item_id, state=item.kind, code=ending.reason)
        append_event(db, cells, event, now)
        entry = AuditEntry(
            action=f"inbox.{ending.state}",
            actor=ending.actor or f"plugin:{item.plugin}",
            subject=item.subject,
            reason=ending.reason,
            detail=item.item_id,
        )
        append_audit(db, cells, entry, now)


def rows(
    db: sqlite3.Connection, cells: Cells, states: frozenset[InboxState] | None, limit: int
) -> tuple[InboxRow, ...]:
    """List items, newest first."""
    wanted = tuple(states) if states is not None else tuple(InboxState)
    found = db.execute(
        "SELECT item_id, plugin, kind, state, received, failures, reason FROM inbox WHERE tenant = ?"  # noqa: S608
        f" AND state IN ({', '.join('?' * len(wanted))}) ORDER BY id DESC LIMIT ?",
        (cells.tenant, *wanted, limit),
    )
    return tuple(
        InboxRow(
            item_id=item_id,
            plugin=plugin,
            kind=kind,
            state=InboxState(state),
            received=instant(received),
            failures=failures,
            reason=reason,
        )
        for item_id, plugin, kind, state, received, failures, reason in found
    )


def about(db: sqlite3.Connection, cells: Cells, local_id: str) -> tuple[tuple[InboxItem, InboxState], ...]:
    """Return the items about a patient, oldest first: who an item is about is encrypted, each one is opened."""
    found = db.execute(
        "SELECT item_id, plugin, kind, received, failures, fence, state, body FROM inbox WHERE tenant = ? ORDER BY id",
        (cells.tenant,),
    )
    items = []
    for item_id, plugin, kind, received, failures, fence, state, cell in found:
        body = unpack(cells, _BODY, item_id, cell, Body)
        if body.subject == local_id:
            item = InboxItem(
                item_id=item_id,
                plugin=plugin,
                kind=kind,
                key=body.key,
                content=body.content,
                subject=body.subject,
                received=instant(received),
                failures=failures,
                fence=fence,
            )
            items.append((item, InboxState(state)))
    return tuple(items)


def again(db: sqlite3.Connection, cells: Cells, item_id: str, actor: str, now: datetime) -> bool:
    """Let an item that was set aside wait again, with no failure counted; say whether anything changed."""
    changed = db.execute(
        "UPDATE inbox SET state = 'waiting', due = ?, failures = 0, reason = '' WHERE tenant = ? AND item_id = ?"
        " AND state = 'aside'",
        (micros(now), cells.tenant, item_id),
    )
    if changed.rowcount == 1:
        append_audit(db, cells, AuditEntry(action="inbox.again", actor=actor, subject="", detail=item_id), now)
    return changed.rowcount == 1


def _refuse_lost(changed: sqlite3.Cursor, item: InboxItem) -> None:
    if changed.rowcount != 1:
        raise LeaseLost(f"item {item.item_id} was handed to somebody else")
