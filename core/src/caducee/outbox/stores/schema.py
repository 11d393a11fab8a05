"""The tables, version by version. A released step never changes: a new version is a new step at the end.

Columns named here are in clear: opaque identifiers, states, codes and times. What names a patient is in BLOB columns
sealed by ``Cells``, or is a blind index. Times are microseconds since 1970, UTC.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from caducee.errors import StoreDamaged, StoreNewer
from caducee.platform.permissions import private_file

APPLICATION = 0x43414443
Step = tuple[str, ...]

_OPEN = "state IN ('pending', 'sending', 'unknown')"

_TO_1: Step = (
    """
    CREATE TABLE tenant (
        tenant TEXT PRIMARY KEY, key_check BLOB NOT NULL,
        audit_count INTEGER NOT NULL, audit_head BLOB NOT NULL, audit_mac BLOB NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE document (
        id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, document_id TEXT NOT NULL,
        key_index BLOB NOT NULL, local_index BLOB NOT NULL, author TEXT NOT NULL, series TEXT NOT NULL,
        set_id TEXT NOT NULL, signature_id TEXT NOT NULL, submission_time TEXT NOT NULL, created INTEGER NOT NULL,
        sealed INTEGER NOT NULL, head BLOB NOT NULL,
        UNIQUE (tenant, document_id), UNIQUE (tenant, key_index)
    ) STRICT
    """,
    "CREATE INDEX document_local ON document (tenant, local_index)",
    """
    CREATE TABLE content (
        id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, document_id TEXT NOT NULL, name TEXT NOT NULL,
        value BLOB NOT NULL, UNIQUE (tenant, document_id, name)
    ) STRICT
    """,
    """
    CREATE TABLE delivery (
        id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, delivery_id TEXT NOT NULL, document_id TEXT NOT NULL,
        kind TEXT NOT NULL, reference TEXT NOT NULL, series TEXT NOT NULL, author TEXT NOT NULL,
        state TEXT NOT NULL, why TEXT NOT NULL, attempts INTEGER NOT NULL, failures INTEGER NOT NULL,
        doubtful INTEGER NOT NULL, created INTEGER NOT NULL, due INTEGER NOT NULL,
        fence INTEGER NOT NULL, owner TEXT, lease_until INTEGER,
        code TEXT NOT NULL, service_code TEXT NOT NULL,
        destination BLOB NOT NULL, outcome BLOB, prepared BLOB,
        UNIQUE (tenant, delivery_id)
    ) STRICT
    """,
    "CREATE INDEX delivery_document ON delivery (tenant, document_id, id)",
    f"CREATE INDEX delivery_open ON delivery (tenant, kind, id) WHERE {_OPEN}",
    "CREATE INDEX delivery_series ON delivery (tenant, series, kind, reference, id)",
    """
    CREATE TABLE event (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
        document_id TEXT NOT NULL, delivery_id TEXT NOT NULL, state TEXT NOT NULL, why TEXT NOT NULL,
        code TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX event_tenant ON event (tenant, seq)",
    """
    CREATE TABLE record (
        tenant TEXT NOT NULL, plugin TEXT NOT NULL, collection TEXT NOT NULL, key_index BLOB NOT NULL,
        value BLOB NOT NULL, PRIMARY KEY (tenant, plugin, collection, key_index)
    ) STRICT
    """,
    """
    CREATE TABLE audit (
        tenant TEXT NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, payload BLOB NOT NULL,
        hash BLOB NOT NULL, PRIMARY KEY (tenant, number)
    ) STRICT
    """,
    "CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    "CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'append-only'); END",
)

_TO_2: Step = (
    "ALTER TABLE record ADD COLUMN name BLOB",
    """
    CREATE TABLE record_index (
        id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, plugin TEXT NOT NULL, collection TEXT NOT NULL,
        name TEXT NOT NULL, value_index BLOB NOT NULL, key_index BLOB NOT NULL
    ) STRICT
    """,
    "CREATE INDEX record_index_value ON record_index (tenant, plugin, collection, name, value_index, id)",
    "CREATE INDEX record_index_key ON record_index (tenant, plugin, collection, key_index)",
    """
    CREATE TABLE stream (
        tenant TEXT NOT NULL, plugin TEXT NOT NULL, stream TEXT NOT NULL, number INTEGER NOT NULL,
        value BLOB NOT NULL, PRIMARY KEY (tenant, plugin, stream, number)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE state (
        tenant TEXT NOT NULL, plugin TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (tenant, plugin)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE inbox (
        id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, item_id TEXT NOT NULL, plugin TEXT NOT NULL,
        kind TEXT NOT NULL, key_index BLOB NOT NULL, state TEXT NOT NULL, received INTEGER NOT NULL,
        due INTEGER NOT NULL, failures INTEGER NOT NULL, fence INTEGER NOT NULL, owner TEXT, lease_until INTEGER,
        reason TEXT NOT NULL, body BLOB NOT NULL,
        UNIQUE (tenant, item_id), UNIQUE (tenant, plugin, key_index)
    ) STRICT
    """,
    "CREATE INDEX inbox_open ON inbox (tenant, id) WHERE state IN ('waiting', 'taken')",
)

_TO_3: Step = ("ALTER TABLE delivery ADD COLUMN returned INTEGER NOT NULL DEFAULT 0",)

STEPS: tuple[Step, ...] = (_TO_1, _TO_2, _TO_3)
"""``STEPS[n]`` takes a store from version ``n`` to ``n + 1``; version 0 is an empty file."""


def bring_up_to_date(connection: sqlite3.Connection, path: Path, steps: Sequence[Step] = STEPS) -> None:
    """Create or upgrade the store in one transaction; an older one is copied beside itself first.

    The caller keeps every other process from opening the store meanwhile.

    Raises:
        StoreNewer: the store was written by a newer version; nothing changed.
        StoreDamaged: the file belongs to another program; nothing changed.
    """
    version = _version(connection)
    if version > len(steps):
        raise StoreNewer(f"store version {version}, this program knows {len(steps)}")
    if version == len(steps):
        return
    if version:
        _copy(connection, path.with_name(f"{path.name}.version-{version}"))
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in (statement for step in steps[version:] for statement in step):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {len(steps)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    if application == APPLICATION:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    if application or connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        raise StoreDamaged("the file belongs to another program")
    return 0


def _copy(connection: sqlite3.Connection, target: Path) -> None:
    target.unlink(missing_ok=True)
    private_file(target)
    with closing(sqlite3.connect(target)) as copy:
        connection.backup(copy)
