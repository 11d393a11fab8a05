"""SQL of the worker: taking a delivery, what becomes of it, and releasing what waited."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

import msgspec

from caducee.contracts.delivery import Envelope, Receipt
from caducee.errors import LeaseLost, StoreDamaged
from caducee.outbox.contract import AuditEntry, DeliveryState, Leased, Returned
from caducee.outbox.stores.cells import Cells
from caducee.outbox.stores.columns import (
    DESTINATION,
    HEAD,
    OUTCOME,
    PREPARED,
    Head,
    Outcome,
    Seal,
    content,
    instant,
    micros,
    pack,
    unpack,
)
from caducee.outbox.stores.journal import Event, append_audit, append_event
from caducee.outbox.stores.publications import content_of

LEASE = timedelta(seconds=30)

_TAKEABLE = """
    FROM delivery d JOIN document c ON c.tenant = d.tenant AND c.document_id = d.document_id
    WHERE d.tenant = :tenant AND d.kind = :kind AND d.state IN ('pending', 'sending', 'unknown') AND c.sealed = 1
    AND NOT EXISTS (
        SELECT 1 FROM delivery e
        WHERE e.tenant = d.tenant AND e.series = d.series AND e.kind = d.kind AND e.reference = d.reference
        AND e.id < d.id AND e.state NOT IN ('delivered', 'rejected', 'not_applicable') AND e.returned = 0
    )
"""


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """How a lease ends."""

    state: DeliveryState
    why: str = ""
    due: datetime | None = None
    code: str = ""
    service_code: str = ""
    service_text: str = ""
    receipt: Receipt | None = None
    doubtful: bool = False


class SendWasCut(Exception):
    """The delivery that is due was being sent before: its lease may tell an event, which must last."""


def take_untouched(db: sqlite3.Connection, cells: Cells, kind: str, owner: str, now: datetime) -> Leased | None:
    """Lease the oldest delivery that is due, unless it was being sent before: this lease need not last.

    Raises:
        SendWasCut: it was; nothing may be kept.
    """
    leased = take(db, cells, kind, owner, now)
    if leased is not None and leased.was_sending:
        raise SendWasCut
    return leased


def take(db: sqlite3.Connection, cells: Cells, kind: str, owner: str, now: datetime) -> Leased | None:
    """Lease the oldest delivery that is due.

    Only the holder of the drain lock calls this, so a lease of another owner belongs to a dead one.
    """
    row = db.execute(
        "SELECT d.delivery_id, d.document_id, d.reference, d.author, d.state, d.attempts, d.failures, d.doubtful,"
        " d.fence, d.destination, d.prepared, c.set_id, c.signature_id, c.submission_time"
        f" {_TAKEABLE} AND d.due <= :now AND (d.owner IS NULL OR d.owner <> :owner OR d.lease_until <= :now)"
        " ORDER BY d.id LIMIT 1",
        {"tenant": cells.tenant, "kind": kind, "now": micros(now), "owner": owner},
    ).fetchone()
    if row is None:
        return None
    delivery_id, document_id, reference, author, state, attempts, failures, doubtful, fence, *rest = row
    destination, prepared, set_id, signature_id, submission_time = rest
    found = DeliveryState.UNKNOWN if state == DeliveryState.SENDING else DeliveryState(state)
    db.execute(
        "UPDATE delivery SET owner = ?, lease_until = ?, fence = ?, state = ? WHERE tenant = ? AND delivery_id = ?",
        (owner, micros(now + LEASE), fence + 1, found, cells.tenant, delivery_id),
    )
    if found != state:
        event = Event(kind="delivery.recovered", document_id=document_id, delivery_id=delivery_id, state=found)
        append_event(db, cells, event, now)
    document, described = _sealed(db, cells, document_id)
    return Leased(
        fence=fence + 1,
        envelope=Envelope(
            delivery_id=delivery_id,
            kind=kind,
            reference=reference,
            destination=cells.open(DESTINATION, delivery_id, destination),
            author=author,
            document_id=document_id,
            set_id=set_id,
            signature_id=signature_id,
            submission_time=submission_time,
            document=document,
            sha1=described.sha1,
            sha256=described.sha256,
            entry=described.entry,
        ),
        prepared=None if prepared is None else cells.open(PREPARED, delivery_id, prepared),
        attempts=attempts,
        failures=failures,
        state=found,
        was_sending=bool(doubtful),
    )


def next_due(db: sqlite3.Connection, cells: Cells, kind: str, owner: str) -> datetime | None:
    """Return when the next delivery of that kind can be taken."""
    row = db.execute(
        "SELECT min(CASE WHEN d.owner = :owner THEN max(d.due, d.lease_until) ELSE d.due END)" + _TAKEABLE,
        {"tenant": cells.tenant, "kind": kind, "owner": owner},
    ).fetchone()
    return None if row[0] is None else instant(row[0])


def extend(db: sqlite3.Connection, cells: Cells, leased: Leased, owner: str, now: datetime) -> None:
    """Move the end of a lease."""
    _update(db, cells, leased, owner, "lease_until = ?", (micros(now + LEASE),))


def begin_send(db: sqlite3.Connection, cells: Cells, leased: Leased, owner: str, prepared: bytes | None = None) -> None:
    """Note that bytes may leave, and keep what was prepared when it is given."""
    begins = "state = 'sending', doubtful = 1, attempts = attempts + 1"
    if prepared is None:
        _update(db, cells, leased, owner, begins, ())
    else:
        cell = cells.seal(PREPARED, leased.envelope.delivery_id, prepared)
        _update(db, cells, leased, owner, f"{begins}, prepared = ?", (cell,))


def settle(db: sqlite3.Connection, cells: Cells, leased: Leased, owner: str, end: Settlement, now: datetime) -> None:
    """End a lease. One that ends as it began, untried, leaves no trace in events and audit."""
    outcome = pack(cells, OUTCOME, leased.envelope.delivery_id, Outcome(end.service_text, end.receipt))
    _update(
        db,
        cells,
        leased,
        owner,
        "attempts = attempts - (state = 'sending' AND ?), failures = failures + ?,"
        " state = ?, why = ?, due = ?, code = ?, service_code = ?, doubtful = ?, outcome = ?,"
        " owner = NULL, lease_until = NULL",
        (
            end.state is DeliveryState.BLOCKED,
            end.code != "",
            end.state,
            end.why,
            micros(end.due or now),
            end.code,
            end.service_code,
            end.doubtful or end.state is DeliveryState.UNKNOWN,
            outcome,
        ),
    )
    if end.state is not DeliveryState.PENDING or end.code:
        _tell(db, cells, leased, end, now)
    if end.state is DeliveryState.DELIVERED:
        _supersede(db, cells, leased.envelope.delivery_id, now)


def release(db: sqlite3.Connection, cells: Cells, delivery_id: str, now: datetime) -> bool:
    """Set a blocked delivery to ``pending``, due now."""
    return _release(db, cells, "delivery_id = ? AND state = 'blocked'", (delivery_id,), now) == 1


def release_waiting(db: sqlite3.Connection, cells: Cells, why: str, now: datetime) -> int:
    """Release every delivery ``blocked(why)``, of every kind."""
    return _release(db, cells, "state = 'blocked' AND why = ?", (why,), now)


def hold(db: sqlite3.Connection, cells: Cells, delivery_id: str, why: str) -> None:
    """Let a blocked delivery wait for something else."""
    db.execute(
        "UPDATE delivery SET why = ? WHERE tenant = ? AND delivery_id = ? AND state = 'blocked'",
        (why, cells.tenant, delivery_id),
    )


def stop(db: sqlite3.Connection, cells: Cells, delivery_id: str, why: str, now: datetime) -> None:
    """End a delivery that waits, unless bytes of it may have left; whoever prepares it loses the lease."""
    row = db.execute(
        "UPDATE delivery SET state = 'not_applicable', why = ?, due = ?, fence = fence + 1, owner = NULL,"
        " lease_until = NULL, returned = 0 WHERE tenant = ? AND delivery_id = ?"
        " AND state IN ('pending', 'blocked') AND doubtful = 0 RETURNING document_id",
        (why, micros(now), cells.tenant, delivery_id),
    ).fetchone()
    if row is not None:
        ended = DeliveryState.NOT_APPLICABLE
        event = Event(kind="delivery.settled", document_id=row[0], delivery_id=delivery_id, state=ended, why=why)
        append_event(db, cells, event, now)


def come_back(
    db: sqlite3.Connection, cells: Cells, plugin: str, delivery_id: str, returned: Returned, now: datetime
) -> None:
    """Open a delivered delivery again: what it was delivered with stays beside what came back.

    It had left, so a later version for the same recipient does not wait for it.
    What comes back before its sending was noted has left all the same: whoever is sending it loses the lease.
    """
    row = db.execute(
        "SELECT document_id, outcome FROM delivery WHERE tenant = ? AND delivery_id = ?"
        " AND (state IN ('delivered', 'sending') OR (state IN ('unknown', 'blocked') AND doubtful))",
        (cells.tenant, delivery_id),
    ).fetchone()
    if row is None:
        return
    document_id, outcome = row
    before = Outcome() if outcome is None else unpack(cells, OUTCOME, delivery_id, outcome, Outcome)
    state = DeliveryState.BLOCKED if returned.why == "operator" else DeliveryState.NOT_APPLICABLE
    db.execute(
        "UPDATE delivery SET state = ?, why = ?, code = ?, service_code = ?, outcome = ?, doubtful = 0, due = ?,"
        " returned = ?, fence = fence + 1, owner = NULL, lease_until = NULL"
        " WHERE tenant = ? AND delivery_id = ?",
        (
            state,
            returned.why,
            returned.code,
            returned.service_code,
            pack(cells, OUTCOME, delivery_id, Outcome(returned.service_text, before.receipt)),
            micros(now),
            state is DeliveryState.BLOCKED,
            cells.tenant,
            delivery_id,
        ),
    )
    event = Event(
        kind="delivery.returned",
        document_id=document_id,
        delivery_id=delivery_id,
        state=state,
        why=returned.why,
        code=returned.code,
    )
    append_event(db, cells, event, now)
    detail = {"document": document_id, "delivery": delivery_id, "state": state, "why": returned.why}
    detail |= {"code": returned.code, "service_code": returned.service_code}
    entry = AuditEntry(
        action="delivery.returned",
        actor=f"automaton:{plugin}",
        subject=_patient(db, cells, document_id),
        detail=msgspec.json.encode({key: value for key, value in detail.items() if value}).decode(),
    )
    append_audit(db, cells, entry, now)


def unblock(db: sqlite3.Connection, cells: Cells, kind: str, why: str, now: datetime) -> int:
    """Release every delivery ``blocked(why)`` of that kind."""
    return _release(db, cells, "kind = ? AND state = 'blocked' AND why = ?", (kind, why), now)


def retry(db: sqlite3.Connection, cells: Cells, delivery_id: str, now: datetime) -> bool:
    """Release a blocked or rejected delivery, or make an unknown one due now.

    Only an identity stands for an identity, the author's word for a validation, their telling for an announcement.
    """
    held = "('identity', 'validation', 'announcement')"
    waits = f"delivery_id = ? AND state IN ('blocked', 'rejected') AND why NOT IN {held}"
    if _release(db, cells, waits, (delivery_id,), now):
        return True
    asked = db.execute(
        "UPDATE delivery SET due = ? WHERE tenant = ? AND delivery_id = ? AND state = 'unknown'",
        (micros(now), cells.tenant, delivery_id),
    )
    return asked.rowcount == 1


def _sealed(db: sqlite3.Connection, cells: Cells, document_id: str) -> tuple[bytes, Seal]:
    document = content_of(db, cells, document_id, "document")
    row = db.execute(
        "SELECT value FROM content WHERE tenant = ? AND document_id = ? AND name = 'seal'", (cells.tenant, document_id)
    ).fetchone()
    if document is None or row is None:
        raise StoreDamaged("the bytes of a sealed publication are missing")
    return document, unpack(cells, content("seal"), document_id, row[0], Seal)


def _update(
    db: sqlite3.Connection, cells: Cells, leased: Leased, owner: str, change: str, values: tuple[object, ...]
) -> None:
    """Change a leased delivery, unless its fence has moved."""
    changed = db.execute(
        f"UPDATE delivery SET {change} WHERE tenant = ? AND delivery_id = ? AND fence = ? AND owner = ?",  # noqa: S608
        (*values, cells.tenant, leased.envelope.delivery_id, leased.fence, owner),
    )
    if changed.rowcount != 1:
        raise LeaseLost("another worker has this delivery")


def _release(db: sqlite3.Connection, cells: Cells, which: str, values: tuple[object, ...], now: datetime) -> int:
    rows = db.execute(
        "UPDATE delivery SET state = CASE WHEN doubtful THEN 'unknown' ELSE 'pending' END, why = '', due = ?,"  # noqa: S608
        f" failures = 0, returned = 0 WHERE tenant = ? AND {which} AND EXISTS (SELECT 1 FROM document c WHERE"
        " c.tenant = delivery.tenant AND c.document_id = delivery.document_id AND c.sealed = 1)"
        " RETURNING document_id, delivery_id, state",
        (micros(now), cells.tenant, *values),
    ).fetchall()
    for document_id, delivery_id, state in rows:
        event = Event(kind="delivery.released", document_id=document_id, delivery_id=delivery_id, state=state)
        append_event(db, cells, event, now)
    return len(rows)


def _supersede(db: sqlite3.Connection, cells: Cells, delivery_id: str, now: datetime) -> None:
    """Close what came back of earlier versions: sent again, it would arrive after the version that replaces it."""
    rows = db.execute(
        "UPDATE delivery SET state = 'not_applicable', why = 'superseded', returned = 0"
        " FROM (SELECT id, series, kind, reference FROM delivery WHERE tenant = ? AND delivery_id = ?) later"
        " WHERE tenant = ? AND delivery.series = later.series AND delivery.kind = later.kind"
        " AND delivery.reference = later.reference AND delivery.id < later.id AND returned = 1"
        " RETURNING document_id, delivery_id",
        (cells.tenant, delivery_id, cells.tenant),
    ).fetchall()
    for document_id, earlier in rows:
        event = Event(
            kind="delivery.settled",
            document_id=document_id,
            delivery_id=earlier,
            state=DeliveryState.NOT_APPLICABLE,
            why="superseded",
        )
        append_event(db, cells, event, now)


def _tell(db: sqlite3.Connection, cells: Cells, leased: Leased, end: Settlement, now: datetime) -> None:
    envelope = leased.envelope
    event = Event(
        kind="delivery.settled",
        document_id=envelope.document_id,
        delivery_id=envelope.delivery_id,
        state=end.state,
        why=end.why,
        code=end.code,
    )
    append_event(db, cells, event, now)
    detail = {
        "document": envelope.document_id,
        "delivery": envelope.delivery_id,
        "destination": f"{envelope.kind}:{envelope.reference}",
        "author": envelope.author,
        "state": end.state,
        "why": end.why,
        "code": end.code,
        "service_code": end.service_code,
        "mode": end.receipt.mode if end.receipt else "",
    }
    entry = AuditEntry(
        action="feed",
        actor="automaton:outbox",
        subject=_patient(db, cells, envelope.document_id),
        detail=msgspec.json.encode({key: value for key, value in detail.items() if value}).decode(),
    )
    append_audit(db, cells, entry, now)


def _patient(db: sqlite3.Connection, cells: Cells, document_id: str) -> str:
    row = db.execute(
        "SELECT head FROM document WHERE tenant = ? AND document_id = ?", (cells.tenant, document_id)
    ).fetchone()
    return unpack(cells, HEAD, document_id, row[0], Head).local_id
