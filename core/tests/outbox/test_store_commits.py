"""Writes that wait at the same moment share one commit, and nothing else."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import anyio
import anyio.to_thread
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


async def test_an_error_of_sqlite_is_called_by_its_name_there_and_has_no_value(database: Database) -> None:
    await database.write(keep(1))
    with pytest.raises(StoreError) as caught:
        await database.write(keep(1))
    assert str(caught.value) == "SQLITE_CONSTRAINT_PRIMARYKEY"


async def test_an_error_that_sqlite_does_not_number_is_called_by_its_kind(database: Database) -> None:
    def closed(_: sqlite3.Connection) -> None:
        raise sqlite3.ProgrammingError("Cannot operate on a closed database.")

    with pytest.raises(StoreError) as caught:
        await database.write(closed)
    assert (type(caught.value), str(caught.value)) == (StoreError, "ProgrammingError")


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


async def test_a_closed_store_says_so_to_all_who_wait(database: Database) -> None:
    await database.close()
    with pytest.raises(StoreError):
        await database.write(keep(1))


async def test_who_is_cancelled_while_another_makes_their_write_learns_what_became_of_it(database: Database) -> None:
    at_work, go_on, ends = threading.Event(), threading.Event(), []
    scope = anyio.CancelScope()

    def slow(db: sqlite3.Connection) -> int:
        at_work.set()
        go_on.wait(60)
        return keep(2)(db)

    async def cancelled() -> None:
        with scope:
            ends.append(await database.write(slow))

    async with anyio.create_task_group() as group:
        with database._busy:
            group.start_soon(database.write, keep(1))
            await anyio.wait_all_tasks_blocked()
            group.start_soon(cancelled)
            await anyio.wait_all_tasks_blocked()
        await anyio.to_thread.run_sync(at_work.wait)
        scope.cancel()
        await anyio.wait_all_tasks_blocked()
        go_on.set()
    assert (ends, await kept(database)) == ([2], [1, 2])


async def test_a_store_whose_owner_is_cancelled_is_closed_all_the_same(database: Database) -> None:
    with anyio.CancelScope() as scope:
        scope.cancel()
        await database.close()
    with pytest.raises(StoreError):
        await database.write(keep(1))


@pytest.fixture
def memory() -> Iterator[sqlite3.Connection]:
    """A store in memory whose commit fails as long as a row points at none."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("CREATE TABLE kept(number INTEGER PRIMARY KEY)")
        db.execute("CREATE TABLE owes(number INTEGER REFERENCES kept DEFERRABLE INITIALLY DEFERRED)")
        yield db


def owe(db: sqlite3.Connection) -> int:
    db.execute("INSERT INTO owes VALUES (7)")
    return 7


def refuse(db: sqlite3.Connection) -> int:
    db.execute("INSERT INTO kept VALUES (100)")
    raise StateConflict("it is not so")


def in_store(db: sqlite3.Connection) -> list[int]:
    return [row[0] for row in db.execute("SELECT number FROM kept UNION ALL SELECT number FROM owes")]


async def test_a_commit_that_fails_has_failed_for_each_and_the_next_one_is_made(memory: sqlite3.Connection) -> None:
    first, second = Write(keep(1)), Write(owe)
    commit_together(memory, [first, second])
    for write in (first, second):
        assert write.ended
        with pytest.raises(sqlite3.IntegrityError):
            write.outcome()
    assert (in_store(memory), memory.in_transaction) == ([], False)
    third = Write(keep(2))
    commit_together(memory, [third])
    assert (third.outcome(), in_store(memory)) == (2, [2])


async def test_a_write_that_failed_by_itself_says_so_even_if_the_commit_failed_too(memory: sqlite3.Connection) -> None:
    refused, failed = Write(refuse), Write(owe)
    commit_together(memory, [refused, failed])
    with pytest.raises(StateConflict):
        refused.outcome()
    with pytest.raises(sqlite3.IntegrityError):
        failed.outcome()


async def test_a_commit_that_cannot_begin_has_failed_for_each(memory: sqlite3.Connection) -> None:
    memory.execute("BEGIN")
    write = Write(keep(1))
    commit_together(memory, [write])
    assert write.ended
    with pytest.raises(sqlite3.OperationalError):
        write.outcome()
    assert (in_store(memory), memory.in_transaction) == ([], False)


async def test_a_write_after_one_that_failed_is_kept_and_its_number_given(memory: sqlite3.Connection) -> None:
    writes = [Write(keep(1)), Write(refuse), Write(keep(2))]
    commit_together(memory, writes)
    assert [one.ended for one in writes] == [True] * 3
    assert (writes[0].outcome(), writes[2].outcome()) == (1, 2)
    assert in_store(memory) == [1, 2]


@pytest.mark.parametrize(
    ("lasting", "waits"), [((False, False), "NORMAL"), ((True, False), "FULL"), ((False, True), "FULL")]
)
async def test_a_commit_waits_for_the_disk_if_one_of_its_writes_is_to_last(
    memory: sqlite3.Connection, lasting: tuple[bool, ...], waits: str
) -> None:
    statements: list[str] = []
    memory.set_trace_callback(statements.append)
    commit_together(memory, [Write(lambda _: 1, lasting=one) for one in lasting])
    assert statements[0] == f"PRAGMA synchronous = {waits}"
    assert (statements[1], statements[-1]) == ("BEGIN IMMEDIATE", "COMMIT")


def test_a_write_lasts_unless_it_is_said_and_has_not_ended_before_its_commit() -> None:
    write = Write(lambda _: 1)
    assert (write.lasting, write.ended) == (True, False)
