"""SQL of what plugins keep: records that are found by a blind index, streams that only grow, and their upgrade."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from caducee.contracts.state import Record, StateSpec, StreamEntry, Upgrade
from caducee.errors import PluginRefused, StateConflict, StateNewer
from caducee.outbox.stores.cells import Cells

_VALUE = ("record", "value")
_KEY = ("record", "name")
_ENTRY = ("stream", "value")


class Shelf(NamedTuple):
    """Where records lie: a plugin's collection."""

    plugin: str
    collection: str

    def locate(self, cells: Cells, key: str) -> tuple[bytes, str]:
        """Return the blind index of a record's key, and the row that its cells are bound to."""
        index = cells.index("record", key)
        return index, msgspec.json.encode((*self, index.hex())).decode()


class Steps(NamedTuple):
    """The upgrades that bring a plugin's values from a version to the present one."""

    plugin: str
    version: int
    upgrades: tuple[Upgrade, ...]

    def through(self, place: str, value: bytes) -> bytes:
        """Take one value through every step. What a step says when it raises may hold the value: it is not kept."""
        for number, step in enumerate(self.upgrades, start=self.version):
            try:
                value = memoryview(step(place, value)).tobytes()
            except Exception as error:  # noqa: BLE001 - the plugin's own code
                why = f"the upgrade of its state from version {number} failed: {type(error).__name__}"
                raise PluginRefused(self.plugin, why) from None
        return value


def put(
    db: sqlite3.Connection, cells: Cells, shelf: Shelf, key: str, value: bytes, found_by: Mapping[str, str]
) -> None:
    """Store one record and the values it is found by; earlier ones are replaced."""
    index, row = shelf.locate(cells, key)
    db.execute(
        "INSERT INTO record (tenant, plugin, collection, key_index, value, name) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET value = excluded.value, name = excluded.name",
        (cells.tenant, *shelf, index, cells.seal(_VALUE, row, value), cells.seal(_KEY, row, key.encode())),
    )
    _find_by(db, cells, shelf, index, found_by)


def delete(db: sqlite3.Connection, cells: Cells, shelf: Shelf, key: str) -> None:
    """Remove one record and what it was found by."""
    index, _ = shelf.locate(cells, key)
    _forget_indexes(db, cells, shelf, index)
    db.execute(
        "DELETE FROM record WHERE tenant = ? AND plugin = ? AND collection = ? AND key_index = ?",
        (cells.tenant, *shelf, index),
    )


def get(db: sqlite3.Connection, cells: Cells, shelf: Shelf, key: str) -> bytes | None:
    """Return one record."""
    index, row = shelf.locate(cells, key)
    found = db.execute(
        "SELECT value FROM record WHERE tenant = ? AND plugin = ? AND collection = ? AND key_index = ?",
        (cells.tenant, *shelf, index),
    ).fetchone()
    return None if found is None else cells.open(_VALUE, row, found[0])


def find(db: sqlite3.Connection, cells: Cells, shelf: Shelf, name: str, value: str) -> tuple[Record, ...]:
    """Return the records that are found by that value, oldest first."""
    rows = db.execute(
        "SELECT r.key_index, r.value, r.name FROM record_index i JOIN record r USING (tenant, plugin, collection,"
        " key_index) WHERE i.tenant = ? AND i.plugin = ? AND i.collection = ? AND i.name = ? AND i.value_index = ?"
        " ORDER BY i.id",
        (cells.tenant, *shelf, name, _found_by(cells, name, value)),
    )
    return tuple(_record(cells, shelf, *row) for row in rows)


def page(db: sqlite3.Connection, cells: Cells, shelf: Shelf, after: bytes, limit: int) -> tuple[list[Record], bytes]:
    """Return some records of a collection, and where the next page begins."""
    rows = db.execute(
        "SELECT key_index, value, name FROM record WHERE tenant = ? AND plugin = ? AND collection = ?"
        " AND key_index > ? ORDER BY key_index LIMIT ?",
        (cells.tenant, *shelf, after, limit),
    ).fetchall()
    return [_record(cells, shelf, *row) for row in rows], rows[-1][0] if rows else after


def append(db: sqlite3.Connection, cells: Cells, plugin: str, stream: str, value: bytes, expected: int | None) -> None:
    """Append to a stream.

    Raises:
        StateConflict: ``expected`` is not the number of its last entry.
    """
    last = db.execute(
        "SELECT coalesce(max(number), 0) FROM stream WHERE tenant = ? AND plugin = ? AND stream = ?",
        (cells.tenant, plugin, stream),
    ).fetchone()[0]
    if expected is not None and expected != last:
        raise StateConflict(f"{plugin}: {stream} has {last} entries, {expected} were expected")
    number = last + 1
    cell = cells.seal(_ENTRY, _entry_row(plugin, stream, number), value)
    db.execute("INSERT INTO stream VALUES (?, ?, ?, ?, ?)", (cells.tenant, plugin, stream, number, cell))


def read(
    db: sqlite3.Connection, cells: Cells, plugin: str, stream: str, after: int, limit: int
) -> tuple[StreamEntry, ...]:
    """Return entries of a stream in their order."""
    rows = db.execute(
        "SELECT number, value FROM stream WHERE tenant = ? AND plugin = ? AND stream = ? AND number > ?"
        " ORDER BY number LIMIT ?",
        (cells.tenant, plugin, stream, after, limit),
    )
    return tuple(
        StreamEntry(number=number, value=cells.open(_ENTRY, _entry_row(plugin, stream, number), value))
        for number, value in rows
    )


def upgrade(db: sqlite3.Connection, cells: Cells, plugin: str, spec: StateSpec) -> None:
    """Bring every value of a plugin to the version of its specification.

    Raises:
        StateNewer: the state was written by a newer version; nothing changed.
        PluginRefused: a step raised, or returned something else than bytes; nothing changed.
    """
    kept = db.execute("SELECT version FROM state WHERE tenant = ? AND plugin = ?", (cells.tenant, plugin)).fetchone()
    version = kept[0] if kept else 1
    if version > spec.version:
        raise StateNewer(plugin, f"its state is of version {version}, this program knows {spec.version}")
    steps = Steps(plugin, version, spec.upgrades[version - 1 : spec.version - 1])
    if steps.upgrades:
        _upgrade_records(db, cells, plugin, steps)
        _upgrade_streams(db, cells, plugin, steps)
    db.execute(
        "INSERT INTO state VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version",
        (cells.tenant, plugin, spec.version),
    )


def _upgrade_records(db: sqlite3.Connection, cells: Cells, plugin: str, steps: Steps) -> None:
    rows = db.execute(
        "SELECT collection, key_index, value FROM record WHERE tenant = ? AND plugin = ?", (cells.tenant, plugin)
    ).fetchall()
    for collection, index, cell in rows:
        row = msgspec.json.encode((plugin, collection, index.hex())).decode()
        value = steps.through(collection, cells.open(_VALUE, row, cell))
        db.execute(
            "UPDATE record SET value = ? WHERE tenant = ? AND plugin = ? AND collection = ? AND key_index = ?",
            (cells.seal(_VALUE, row, value), cells.tenant, plugin, collection, index),
        )


def _upgrade_streams(db: sqlite3.Connection, cells: Cells, plugin: str, steps: Steps) -> None:
    rows = db.execute(
        "SELECT stream, number, value FROM stream WHERE tenant = ? AND plugin = ?", (cells.tenant, plugin)
    ).fetchall()
    for stream, number, cell in rows:
        row = _entry_row(plugin, stream, number)
        value = steps.through(stream, cells.open(_ENTRY, row, cell))
        db.execute(
            "UPDATE stream SET value = ? WHERE tenant = ? AND plugin = ? AND stream = ? AND number = ?",
            (cells.seal(_ENTRY, row, value), cells.tenant, plugin, stream, number),
        )


def _record(cells: Cells, shelf: Shelf, index: bytes, value: bytes, name: bytes | None) -> Record:
    row = msgspec.json.encode((*shelf, index.hex())).decode()
    # A record of the first version of the store was kept without its key.
    key = "" if name is None else cells.open(_KEY, row, name).decode()
    return Record(key=key, value=cells.open(_VALUE, row, value))


def _find_by(db: sqlite3.Connection, cells: Cells, shelf: Shelf, index: bytes, found_by: Mapping[str, str]) -> None:
    """Let a record be found by these values alone; by those it was found by already it keeps its place in the order."""
    wanted = {name: _found_by(cells, name, text) for name, text in found_by.items()}
    known = db.execute(
        "SELECT id, name, value_index FROM record_index"
        " WHERE tenant = ? AND plugin = ? AND collection = ? AND key_index = ?",
        (cells.tenant, *shelf, index),
    ).fetchall()
    stale = [(number,) for number, name, value in known if wanted.get(name) != value]
    if stale:
        db.executemany("DELETE FROM record_index WHERE id = ?", stale)
    there = {(name, value) for _, name, value in known}
    db.executemany(
        "INSERT INTO record_index (tenant, plugin, collection, name, value_index, key_index) VALUES (?, ?, ?, ?, ?, ?)",
        [(cells.tenant, *shelf, name, value, index) for name, value in wanted.items() if (name, value) not in there],
    )


def _forget_indexes(db: sqlite3.Connection, cells: Cells, shelf: Shelf, index: bytes) -> None:
    db.execute(
        "DELETE FROM record_index WHERE tenant = ? AND plugin = ? AND collection = ? AND key_index = ?",
        (cells.tenant, *shelf, index),
    )


def _found_by(cells: Cells, name: str, value: str) -> bytes:
    return cells.index(f"found by {name}", value)


def _entry_row(plugin: str, stream: str, number: int) -> str:
    return msgspec.json.encode((plugin, stream, number)).decode()
