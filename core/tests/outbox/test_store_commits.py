"""Writes that wait at the same moment share one commit, and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import anyio
import pytest

from caducee.errors import StateConflict, StoreError
from caducee.outbox.stores.commits import Write, commit_together
from caducee.outbox.stores.database import Database, Work

pytestmark = pytest.mark.anyio


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "data" / "store.db")
    await database.open()
    await database.write(lambda db: db.execute("CREATE TABLE kept(number INTEGER PRIMARY KEY)"))
    yield database
    await database.close()


def keep(number: int) -> Work[int]:
    def work(db: sqlite3.Connection) -> int:
        db.execute("INSERT INTO kept VALUES (?)", (number,))
        return number

    return work


async def kept(database: Database) -> list[int]:
    return await database.read(lambda db: [row[0] for row in db.execute("SELECT number FROM kept ORDER BY number")])


async def all_at_once(database: Database, folder: Path, works: list[Work[int]]) -> list[object]:
    """Let the writes gather while another program holds the store; return what each returned or raised."""
    ends: list[object] = [None] * len(works)

    async def one(at: int) -> None:
        try:
            ends[at] = await database.write(works[at])
        except (StateConflict, StoreError) as error:
            ends[at] = type(error)

    with closing(sqlite3.connect(folder / "data" / "store.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with anyio.create_task_group() as group:
            for at in range(len(works)):
                group.start_soon(one, at)
            await anyio.wait_all_tasks_blocked()
            other.execute("COMMIT")
    return ends


async def test_writes_that_wait_together_are_committed_together(database: Database, tmp_path: Path) -> None:
    statements: list[str] = []
    await database.write(lambda db: db.set_trace_callback(statements.append))
    assert await all_at_once(database, tmp_path, [keep(number) for number in range(20)]) == list(range(20))
    await database.write(lambda db: db.set_trace_callback(None))
    assert statements.count("COMMIT") <= 3
    assert await kept(database) == list(range(20))


async def test_a_write_that_fails_keeps_nothing_and_spoils_no_other(database: Database, tmp_path: Path) -> None:
    def fails(db: sqlite3.Connection) -> int:
        db.execute("INSERT INTO kept VALUES (100)")
        raise StateConflict("it is not so")

    ends = await all_at_once(database, tmp_path, [keep(1), keep(2), fails, keep(3)])
    assert ends == [1, 2, StateConflict, 3]
    assert await kept(database) == [1, 2, 3]


async def test_an_error_of_sqlite_within_one_write_is_translated_for_that_one(
    database: Database, tmp_path: Path
) -> None:
    ends = await all_at_once(database, tmp_path, [keep(1), keep(2), keep(2), keep(3)])
    assert (ends[0], ends[3]) == (1, 3)
    assert set(ends[1:3]) == {2, StoreError}
    assert await kept(database) == [1, 2, 3]


async def test_when_the_whole_transaction_is_given_up_nobody_is_told_that_it_was_kept(
    database: Database, tmp_path: Path
) -> None:
    def gives_up(db: sqlite3.Connection) -> int:
        db.execute("ROLLBACK")
        raise sqlite3.OperationalError("disk I/O error")

    ends = await all_at_once(database, tmp_path, [keep(0), keep(1), gives_up, keep(2)])
    assert {number for number in ends if isinstance(number, int)} == set(await kept(database))
    assert StoreError in ends
    assert await database.write(keep(9)) == 9


async def test_a_write_of_a_task_that_was_cancelled_before_is_not_made(database: Database) -> None:
    with anyio.CancelScope() as scope:
        scope.cancel()
        await database.write(keep(1))
    assert await kept(database) == []


@pytest.mark.parametrize(("first", "second", "level"), [(False, False, 1), (False, True, 2), (True, False, 1)])
async def test_a_write_waits_for_the_disk_when_it_is_to_last(
    database: Database, *, first: bool, second: bool, level: int
) -> None:
    """SQLite says 1 when a commit goes to the log only, 2 when it waits for the disk."""

    def asks(db: sqlite3.Connection) -> int:
        return int(db.execute("PRAGMA synchronous").fetchone()[0])

    await database.write(keep(1), lasting=first)
    assert await database.write(asks, lasting=second) == level
    assert await kept(database) == [1]


async def test_what_waits_beside_a_write_that_is_to_last_lasts_with_it() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        statements: list[str] = []
        db.set_trace_callback(statements.append)
        commit_together(db, [Write(lambda _: 1, lasting=False), Write(lambda _: 2)])
    assert statements[0] == "PRAGMA synchronous = FULL"


async def test_a_closed_store_says_so_to_all_who_wait(database: Database) -> None:
    await database.close()
    with pytest.raises(StoreError):
        await database.write(keep(1))
