from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from caducee.errors import AuditBroken
from caducee.outbox.contract import AuditEntry, Store

from .publications import ManualClock, opened

pytestmark = pytest.mark.anyio


async def write(store: Store, *actions: str) -> None:
    for action in actions:
        async with store.transaction() as tx:
            await tx.audit(AuditEntry(action=action, actor="doctor:roux", reason="soin", subject="P1", detail="d"))


async def test_entries_come_back_in_order(store: Store, clock: ManualClock) -> None:
    await write(store, "consult", "feed")
    entries = [entry async for entry in store.audit_entries()]
    assert [(number, entry.action) for number, _, entry in entries] == [(1, "consult"), (2, "feed")]
    assert entries[0][1] == clock.now()
    assert (entries[0][2].reason, entries[0][2].subject) == ("soin", "P1")
    assert await store.verify_audit() == (2, None)


async def test_a_long_trail_is_read_to_its_end(store: Store) -> None:
    async with store.transaction() as tx:
        for number in range(450):
            await tx.audit(AuditEntry(action=f"a{number}", actor="x"))
    assert [number async for number, _, _ in store.audit_entries()] == list(range(1, 451))


@pytest.mark.parametrize("entries", [1, 200, 201])
async def test_what_is_written_while_a_trail_is_read_is_of_the_next_reading(store: Store, entries: int) -> None:
    async with store.transaction() as tx:
        for number in range(entries):
            await tx.audit(AuditEntry(action=f"a{number}", actor="x"))
    read = []
    async for row in store.audit_trail():
        read.append(row.number)
        if len(read) == 1:
            await write(store, "later")
    assert read == list(range(1, entries + 1))
    assert [row.number async for row in store.audit_trail()] == [*read, entries + 1]


def change_time(db: sqlite3.Connection) -> None:
    db.execute("UPDATE audit SET at = at + 1 WHERE number = 2")


def change_payload(db: sqlite3.Connection) -> None:
    db.execute("UPDATE audit SET payload = zeroblob(40) WHERE number = 3")


def remove_first(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM audit WHERE number = 1")


def remove_middle(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM audit WHERE number = 2")


def cut_tail(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM audit WHERE number = 3")


def cut_tail_and_head(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM audit WHERE number = 3")
    db.execute("UPDATE tenant SET audit_count = 2, audit_head = (SELECT hash FROM audit WHERE number = 2)")


def swap(db: sqlite3.Connection) -> None:
    db.execute("UPDATE audit SET number = -number")
    db.execute("UPDATE audit SET number = CASE number WHEN -1 THEN 2 WHEN -2 THEN 1 ELSE 3 END")


def empty(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM audit")


@pytest.mark.parametrize(
    "tamper",
    [change_time, change_payload, remove_first, remove_middle, cut_tail, cut_tail_and_head, swap, empty],
)
async def test_tampering_shows(
    tmp_path: Path, clock: ManualClock, tamper: Callable[[sqlite3.Connection], None]
) -> None:
    async with opened(tmp_path, clock) as store:
        await write(store, "one", "two", "three")
        assert await store.verify_audit() == (3, None)
        with closing(sqlite3.connect(tmp_path / "caducee.db", isolation_level=None)) as db:
            db.execute("DROP TRIGGER audit_kept")
            db.execute("DROP TRIGGER audit_unchanged")
            tamper(db)
        _, broken = await store.verify_audit()
        assert broken is not None
        with pytest.raises(AuditBroken):
            [row async for row in store.audit_trail()]


@pytest.mark.parametrize("statement", ["DELETE FROM audit", "UPDATE audit SET at = 0"])
async def test_the_trail_refuses_to_be_rewritten(tmp_path: Path, clock: ManualClock, statement: str) -> None:
    async with opened(tmp_path, clock) as store:
        await write(store, "one")
        with (
            closing(sqlite3.connect(tmp_path / "caducee.db", isolation_level=None)) as db,
            pytest.raises(sqlite3.IntegrityError),
        ):
            db.execute(statement)
