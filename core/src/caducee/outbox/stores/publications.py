"""SQL of publications: storing, sealing, reading."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from caducee.errors import IdempotencyConflict, StoreError
from caducee.outbox.contract import DeliveryRow, DeliveryState, NewDelivery, NewDocument, StoredDocument
from caducee.outbox.stores.cells import Cells
from caducee.outbox.stores.columns import (
    DESTINATION,
    HEAD,
    OUTCOME,
    Head,
    Outcome,
    Seal,
    content,
    instant,
    micros,
    pack,
    unpack,
)

_DOCUMENT = "document_id, head, series, set_id, signature_id, submission_time, author, sealed"
_DELIVERY = (
    "delivery_id, document_id, kind, reference, series, author, state, why, attempts, created, due, code,"
    " service_code, outcome, prepared IS NOT NULL"
)


def add(db: sqlite3.Connection, cells: Cells, new: NewDocument, now: datetime) -> None:
    """Store a publication and its deliveries, once for each idempotency key."""
    key_index = cells.index("key", new.idempotency_key)
    known = db.execute(
        "SELECT document_id, head FROM document WHERE tenant = ? AND key_index = ?", (cells.tenant, key_index)
    ).fetchone()
    if known is not None:
        if unpack(cells, HEAD, known[0], known[1], Head).content_hash != new.content_hash:
            raise IdempotencyConflict("same key, other content")
        return
    head = Head(new.idempotency_key, new.local_id, new.content_hash)
    db.execute(
        "INSERT INTO document (tenant, document_id, key_index, local_index, author, series, set_id, signature_id,"
        " submission_time, created, sealed, head) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            cells.tenant,
            new.document_id,
            key_index,
            cells.index("patient", new.local_id),
            new.author,
            new.series,
            new.set_id,
            new.signature_id,
            new.submission_time,
            micros(now),
            new.document is not None,
            pack(cells, HEAD, new.document_id, head),
        ),
    )
    _keep(db, cells, new.document_id, "model", new.model)
    if new.document is not None:
        _keep_sealed(db, cells, new.document_id, new.document, _seal_of(new))
    for delivery in new.deliveries:
        _add_delivery(db, cells, new, delivery, micros(now))


def seal(
    db: sqlite3.Connection, cells: Cells, document_id: str, model: bytes, document: bytes, described: Seal
) -> None:
    """Give the bytes of a publication that waited; what is sealed never changes."""
    changed = db.execute(
        "UPDATE document SET sealed = 1 WHERE tenant = ? AND document_id = ? AND sealed = 0",
        (cells.tenant, document_id),
    )
    if changed.rowcount != 1:
        raise StoreError("no publication waits for its seal under this identifier")
    _keep(db, cells, document_id, "model", model)
    _keep_sealed(db, cells, document_id, document, described)


def by_key(db: sqlite3.Connection, cells: Cells, idempotency_key: str) -> StoredDocument | None:
    """Return the publication with that idempotency key."""
    row = db.execute(
        f"SELECT {_DOCUMENT} FROM document WHERE tenant = ? AND key_index = ?",  # noqa: S608
        (cells.tenant, cells.index("key", idempotency_key)),
    ).fetchone()
    return _document(db, cells, row)


def by_id(db: sqlite3.Connection, cells: Cells, document_id: str) -> StoredDocument | None:
    """Return the publication with that identifier."""
    row = db.execute(
        f"SELECT {_DOCUMENT} FROM document WHERE tenant = ? AND document_id = ?",  # noqa: S608
        (cells.tenant, document_id),
    ).fetchone()
    return _document(db, cells, row)


def of_patient(db: sqlite3.Connection, cells: Cells, local_id: str) -> tuple[StoredDocument, ...]:
    """Return the publications about a patient, oldest first."""
    rows = db.execute(
        f"SELECT {_DOCUMENT} FROM document WHERE tenant = ? AND local_index = ? ORDER BY id",  # noqa: S608
        (cells.tenant, cells.index("patient", local_id)),
    ).fetchall()
    found = (_document(db, cells, row) for row in rows)
    return tuple(document for document in found if document is not None)


def entry_of(db: sqlite3.Connection, cells: Cells, document_id: str) -> bytes | None:
    """Return the XDS entry of a sealed publication, as JSON."""
    row = db.execute(
        "SELECT value FROM content WHERE tenant = ? AND document_id = ? AND name = 'seal'", (cells.tenant, document_id)
    ).fetchone()
    return None if row is None else unpack(cells, content("seal"), document_id, row[0], Seal).entry


def waiting_for_identity(db: sqlite3.Connection, cells: Cells, local_id: str) -> tuple[StoredDocument, ...]:
    """Return the publications of a patient with a delivery ``blocked(identity)``, oldest first."""
    return _of_patient(db, cells, local_id, "state = 'blocked' AND why = 'identity'")


def waiting_of(db: sqlite3.Connection, cells: Cells, local_id: str) -> tuple[StoredDocument, ...]:
    """Return the publications of a patient with a delivery that is pending or blocked, oldest first."""
    return _of_patient(db, cells, local_id, "state IN ('pending', 'blocked')")


def _of_patient(db: sqlite3.Connection, cells: Cells, local_id: str, having: str) -> tuple[StoredDocument, ...]:
    rows = db.execute(
        f"SELECT {_DOCUMENT} FROM document d WHERE tenant = ? AND local_index = ? AND EXISTS ("  # noqa: S608
        "SELECT 1 FROM delivery WHERE tenant = d.tenant AND document_id = d.document_id"
        f" AND {having}) ORDER BY id",
        (cells.tenant, cells.index("patient", local_id)),
    ).fetchall()
    found = (_document(db, cells, row) for row in rows)
    return tuple(document for document in found if document is not None)


def content_of(db: sqlite3.Connection, cells: Cells, document_id: str, name: str) -> bytes | None:
    """Return one content of a publication, decrypted."""
    row = db.execute(
        "SELECT value FROM content WHERE tenant = ? AND document_id = ? AND name = ?", (cells.tenant, document_id, name)
    ).fetchone()
    return None if row is None else cells.open(content(name), document_id, row[0])


def deliveries_of(db: sqlite3.Connection, cells: Cells, document_id: str) -> tuple[DeliveryRow, ...]:
    """Return the deliveries of a publication in the order of its audience."""
    rows = db.execute(
        f"SELECT {_DELIVERY} FROM delivery WHERE tenant = ? AND document_id = ? ORDER BY id",  # noqa: S608
        (cells.tenant, document_id),
    )
    return tuple(_delivery(cells, row) for row in rows)


def deliveries(
    db: sqlite3.Connection, cells: Cells, states: frozenset[DeliveryState] | None, limit: int
) -> tuple[DeliveryRow, ...]:
    """List deliveries in these states, newest first."""
    wanted = sorted(DeliveryState if states is None else states)
    marks = ", ".join("?" * len(wanted))
    rows = db.execute(
        f"SELECT {_DELIVERY} FROM delivery WHERE tenant = ? AND state IN ({marks})"  # noqa: S608
        " ORDER BY id DESC LIMIT ?",
        (cells.tenant, *wanted, limit),
    )
    return tuple(_delivery(cells, row) for row in rows)


def _seal_of(new: NewDocument) -> Seal:
    if new.sha1 is None or new.sha256 is None or new.entry is None:
        raise StoreError("a sealed publication has its hashes and its entry")
    return Seal(new.sha1, new.sha256, new.entry)


def _keep_sealed(db: sqlite3.Connection, cells: Cells, document_id: str, document: bytes, described: Seal) -> None:
    _keep(db, cells, document_id, "document", document)
    cell = pack(cells, content("seal"), document_id, described)
    _write(db, cells.tenant, document_id, "seal", cell)


def _keep(db: sqlite3.Connection, cells: Cells, document_id: str, name: str, value: bytes) -> None:
    _write(db, cells.tenant, document_id, name, cells.seal(content(name), document_id, value))


def _write(db: sqlite3.Connection, tenant: str, document_id: str, name: str, cell: bytes) -> None:
    db.execute(
        "INSERT INTO content (tenant, document_id, name, value) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET value = excluded.value",
        (tenant, document_id, name, cell),
    )


def _add_delivery(db: sqlite3.Connection, cells: Cells, document: NewDocument, new: NewDelivery, now: int) -> None:
    db.execute(
        "INSERT INTO delivery (tenant, delivery_id, document_id, kind, reference, series, author, state, why, attempts,"
        " failures, doubtful, created, due, fence, code, service_code, destination)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?, ?, 0, '', '', ?)",
        (
            cells.tenant,
            new.delivery_id,
            document.document_id,
            new.kind,
            new.reference,
            document.series,
            document.author,
            new.state,
            new.why,
            now,
            now,
            cells.seal(DESTINATION, new.delivery_id, new.destination),
        ),
    )


def _document(db: sqlite3.Connection, cells: Cells, row: sqlite3.Row | None) -> StoredDocument | None:
    if row is None:
        return None
    document_id, head, series, set_id, signature_id, submission_time, author, sealed = row
    private = unpack(cells, HEAD, document_id, head, Head)
    model = content_of(db, cells, document_id, "model")
    if model is None:
        raise StoreError("the model of a publication is missing")
    return StoredDocument(
        document_id=document_id,
        idempotency_key=private.idempotency_key,
        content_hash=private.content_hash,
        model=model,
        series=series,
        set_id=set_id,
        signature_id=signature_id,
        submission_time=submission_time,
        author=author,
        sealed=bool(sealed),
        deliveries=deliveries_of(db, cells, document_id),
    )


def _delivery(cells: Cells, row: sqlite3.Row) -> DeliveryRow:
    *face, created, due, code, service_code, outcome, prepared = row
    delivery_id, document_id, kind, reference, series, author, state, why, attempts = face
    private = Outcome() if outcome is None else unpack(cells, OUTCOME, delivery_id, outcome, Outcome)
    return DeliveryRow(
        delivery_id=delivery_id,
        document_id=document_id,
        kind=kind,
        reference=reference,
        series=series,
        author=author,
        state=DeliveryState(state),
        why=why,
        attempts=attempts,
        created=instant(created),
        due=instant(due),
        code=code,
        service_code=service_code,
        service_text=private.service_text,
        receipt=private.receipt,
        prepared=bool(prepared),
    )
