"""A store of any earlier version opens with all that it holds, after a copy."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from caducee.contracts.inbox import InboxState
from caducee.contracts.state import Record, StateSpec
from caducee.outbox.contract import DeliveryState
from caducee.outbox.stores import schema

from .publications import ManualClock, opened, publication

pytestmark = pytest.mark.anyio

FIXTURES = Path(__file__).parent / "fixtures"
EMPTY = {2: {"state"}}
"""Tables that no plugin had written to when the fixture was made."""


def unpack(version: int, folder: Path) -> Path:
    """Put the store that this version wrote into the folder."""
    path = folder / "caducee.db"
    path.write_bytes(gzip.decompress((FIXTURES / f"store-version-{version}.db.gz").read_bytes()))
    return path


def rows_of(path: Path, columns: dict[str, str]) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of these tables, as far as these columns go."""
    with closing(sqlite3.connect(path)) as db:
        found = {table: db.execute(f"SELECT {names} FROM {table}").fetchall() for table, names in columns.items()}
    return {table: sorted(rows, key=repr) for table, rows in found.items()}


def columns_of(path: Path) -> dict[str, str]:
    """Return the tables of a store with their columns."""
    with closing(sqlite3.connect(path)) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {t: ", ".join(column[1] for column in db.execute(f"PRAGMA table_info({t})")) for t in tables}


@pytest.mark.parametrize("version", range(1, len(schema.STEPS)))
async def test_an_upgrade_leaves_every_row_as_it_was_here_and_in_the_copy(
    tmp_path: Path, clock: ManualClock, version: int
) -> None:
    path = unpack(version, tmp_path)
    columns = columns_of(path)
    before = rows_of(path, columns)
    assert {table for table, rows in before.items() if not rows} == EMPTY.get(version, set())
    async with opened(tmp_path, clock):
        pass
    copy = tmp_path / f"caducee.db.version-{version}"
    assert rows_of(path, columns) == before
    assert rows_of(copy, columns_of(copy)) == before
    assert copy.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("version", range(1, len(schema.STEPS) + 1))
async def test_a_store_of_each_version_still_opens(tmp_path: Path, clock: ManualClock, version: int) -> None:
    unpack(version, tmp_path)
    async with opened(tmp_path, clock) as store, store.drain():
        assert await store.sealed_bytes("A") == publication("A").document
        states = {row.document_id: row.state for row in await store.deliveries() if row.kind == "dmp"}
        assert states == {
            "A": DeliveryState.DELIVERED,
            "B": DeliveryState.SENDING,
            "C": DeliveryState.BLOCKED,
            "rejected-": DeliveryState.REJECTED,
            "unknown-": DeliveryState.UNKNOWN,
            "blocked-card": DeliveryState.BLOCKED,
            "not_applicable-no_dmp": DeliveryState.NOT_APPLICABLE,
            "pending-": DeliveryState.PENDING,
            "B2": DeliveryState.PENDING,
        }
        leased = await store.lease("dmp", clock.now())
        assert leased is not None
        assert (leased.envelope.document_id, leased.prepared, leased.was_sending) == ("B", b"signed too", True)
        assert await store.lease("dmp", clock.now()) is None, "B2 follows B in its series"
        assert [found.document_id for found in await store.blocked_on_identity("P3")] == ["C"]
        assert await store.get("insi", "answers", "key") == b"value"
        count, broken = await store.verify_audit()
        assert (count > 2, broken) == (True, None)


async def test_what_the_second_version_added_still_opens(tmp_path: Path, clock: ManualClock) -> None:
    unpack(2, tmp_path)
    async with opened(tmp_path, clock) as store:
        assert [record.value for record in await store.find("mss", "threads", "patient", "P3")] == [b"thread"]
        assert [e.value for e in await store.read_stream("tp", "ledger", after=0, limit=9)] == [b"one", b"two"]
        assert [row.state for row in await store.items()] == [InboxState.WAITING, InboxState.FILED]


async def test_what_came_back_in_the_third_version_still_holds_nobody_back(tmp_path: Path, clock: ManualClock) -> None:
    unpack(3, tmp_path)
    await clock.advance(60)
    async with opened(tmp_path, clock) as store, store.drain():
        assert [row.why for row in await store.deliveries_of("R")] == ["operator"]
        leased = await store.lease("mss", clock.now())
        assert leased is not None
        assert leased.envelope.document_id == "R2"


async def test_records_of_the_first_version_are_found_and_have_no_key(tmp_path: Path, clock: ManualClock) -> None:
    unpack(1, tmp_path)
    async with opened(tmp_path, clock) as store:
        assert [record async for record in store.records("insi", "answers")] == [Record(key="", value=b"value")]
        assert await store.get("insi", "answers", "key") == b"value"


async def test_records_of_the_first_version_get_their_key_when_they_are_stored_again(
    tmp_path: Path, clock: ManualClock
) -> None:
    unpack(1, tmp_path)
    async with opened(tmp_path, clock) as store:
        async with store.transaction() as tx:
            await tx.put("insi", "answers", "key", b"new", index={"patient": "P1"})
        record = Record(key="key", value=b"new")
        assert [found async for found in store.records("insi", "answers")] == [record]
        assert await store.find("insi", "answers", "patient", "P1") == (record,)


async def test_records_of_the_first_version_are_upgraded_and_deleted_by_their_key(
    tmp_path: Path, clock: ManualClock
) -> None:
    unpack(1, tmp_path)
    async with opened(tmp_path, clock) as store:
        await store.upgrade_state("insi", StateSpec(version=2, upgrades=(lambda place, value: value + b"2",)))
        assert await store.get("insi", "answers", "key") == b"value2"
        async with store.transaction() as tx:
            await tx.delete("insi", "answers", "key")
        assert [found async for found in store.records("insi", "answers")] == []


def test_an_upgrade_happens_in_one_transaction_after_a_copy(tmp_path: Path) -> None:
    path = tmp_path / "caducee.db"
    steps = (*schema.STEPS, ("CREATE TABLE more (a) STRICT".replace(" STRICT", ""), "INSERT INTO more VALUES (1)"))
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        schema.bring_up_to_date(db, path)
        broken = (*schema.STEPS, ("CREATE TABLE more (a)", "INSERT INTO missing VALUES (1)"))
        with pytest.raises(sqlite3.OperationalError):
            schema.bring_up_to_date(db, path, broken)
        assert db.execute("PRAGMA user_version").fetchone() == (len(schema.STEPS),)
        schema.bring_up_to_date(db, path, steps)
        assert db.execute("PRAGMA user_version").fetchone() == (len(steps),)
        assert db.execute("SELECT a FROM more").fetchone() == (1,)
    with closing(sqlite3.connect(tmp_path / f"caducee.db.version-{len(schema.STEPS)}")) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (len(schema.STEPS),)
