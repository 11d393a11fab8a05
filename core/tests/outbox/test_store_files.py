"""The store on SQLite: its files, its keys, its versions, and a disk that is full."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from caducee.errors import (
    DiskFull,
    NetworkFileSystem,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreKeyWrong,
    StoreNewer,
)
from caducee.outbox.contract import AuditEntry, Store
from caducee.outbox.stores import database, schema

from .publications import KEY, OTHER_KEY, ManualClock, opened, publication, publish

pytestmark = pytest.mark.anyio

FIXTURES = Path(__file__).parent / "fixtures"


@asynccontextmanager
async def raw(folder: Path) -> AsyncIterator[sqlite3.Connection]:
    with closing(sqlite3.connect(folder / "caducee.db", isolation_level=None)) as db:
        yield db


async def open_once(folder: Path, clock: ManualClock, key: bytes = KEY, tenant: str = "cabinet") -> None:
    async with opened(folder, clock, key=key, tenant=tenant):
        pass


async def test_only_their_owner_reads_the_files(tmp_path: Path, clock: ManualClock) -> None:
    folder = tmp_path / "data"
    async with opened(folder, clock) as store, store.drain():
        await publish(store, publication("A"))
        assert folder.stat().st_mode & 0o777 == 0o700
        assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}.keys() >= {
            "caducee.db",
            "caducee.db-wal",
        }
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


async def test_another_key_is_refused_when_opening(tmp_path: Path, clock: ManualClock) -> None:
    await open_once(tmp_path / "data", clock)
    with pytest.raises(StoreKeyWrong):
        await open_once(tmp_path / "data", clock, OTHER_KEY)
    with pytest.raises(StoreKeyWrong):
        await open_once(tmp_path / "data", clock, b"short")


async def test_tenants_of_one_file_do_not_see_each_other(tmp_path: Path, clock: ManualClock) -> None:
    folder = tmp_path / "data"
    async with opened(folder, clock, tenant="one") as one, opened(folder, clock, tenant="two") as two:
        await publish(one, publication("A"))
        assert await two.document("A") is None
        assert await two.find_by_key(publication("A").idempotency_key) is None
        assert await two.deliveries() == ()
        await publish(two, publication("A"))
        async with one.drain(), two.drain():
            assert await two.lease("dmp", clock.now()) is not None
            assert await one.lease("dmp", clock.now()) is not None


async def test_a_cell_that_was_moved_does_not_open(tmp_path: Path, clock: ManualClock) -> None:
    async with opened(tmp_path / "data", clock) as store:
        await publish(store, publication("A"), publication("B"))
        async with raw(tmp_path / "data") as db:
            (cell,) = db.execute("SELECT value FROM content WHERE document_id='A' AND name='document'").fetchone()
            db.execute("UPDATE content SET value=? WHERE document_id='B' AND name='document'", (cell,))
        assert await store.sealed_bytes("A") is not None
        with pytest.raises(StoreDamaged):
            await store.sealed_bytes("B")


async def test_a_newer_store_is_refused_and_unchanged(tmp_path: Path, clock: ManualClock) -> None:
    folder = tmp_path / "data"
    await open_once(folder, clock)
    async with raw(folder) as db:
        db.execute(f"PRAGMA user_version = {len(schema.STEPS) + 1}")
    before = (folder / "caducee.db").read_bytes()
    with pytest.raises(StoreNewer):
        await open_once(folder, clock)
    assert (folder / "caducee.db").read_bytes() == before


async def test_a_file_of_another_program_is_refused_and_unchanged(tmp_path: Path, clock: ManualClock) -> None:
    async with raw(tmp_path) as db:
        db.execute("CREATE TABLE theirs (a)")
    before = (tmp_path / "caducee.db").read_bytes()
    with pytest.raises(StoreDamaged):
        await open_once(tmp_path, clock)
    assert (tmp_path / "caducee.db").read_bytes() == before


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path, clock: ManualClock) -> None:
    (tmp_path / "caducee.db").write_bytes(b"not a database, for more than a hundred bytes " * 30)
    with pytest.raises(StoreDamaged):
        await open_once(tmp_path, clock)


async def test_a_network_file_system_is_refused(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = f"/dev/sda1 / ext4 rw 0 0\nserver:/cabinet {tmp_path.resolve()} nfs4 rw 0 0\n"
    read = Path.read_text
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(
        Path, "read_text", lambda path, **options: table if path == Path("/proc/mounts") else read(path, **options)
    )
    with pytest.raises(NetworkFileSystem) as refused:
        await open_once(tmp_path / "data", clock)
    said = refused.value.explain()
    assert said.sentence == "Le dossier de données est sur un disque réseau."
    assert said.remedy == "Placez-le sur un disque local du poste."
    assert not (tmp_path / "data" / "caducee.db").exists()


async def test_every_commit_is_synced_and_no_commit_moves_the_log(tmp_path: Path, clock: ManualClock) -> None:
    async with opened(tmp_path / "data", clock) as store:
        before = (tmp_path / "data" / "caducee.db").stat().st_size
        await publish(store, *(publication(f"D{n}", size=200_000) for n in range(30)))
        log = tmp_path / "data" / "caducee.db-wal"
        assert log.stat().st_size > 30 * 200_000
        assert (tmp_path / "data" / "caducee.db").stat().st_size == before
        settings = await store._database.write(  # type: ignore[attr-defined]
            lambda db: [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
        )
        assert settings == ["wal", 2]
        await store.checkpoint()
        assert (tmp_path / "data" / "caducee.db").stat().st_size > 30 * 200_000


async def test_while_there_is_work_the_log_is_moved_after_many_commits_only(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "COMMITS_WORTH_MOVING", 12)
    file = tmp_path / "data" / "caducee.db"
    async with opened(tmp_path / "data", clock) as store:
        before = file.stat().st_size
        for number in range(20):
            moved = file.stat().st_size > before
            await publish(store, publication(f"D{number}", size=200_000))
            await store.checkpoint(resting=False)
            if number < 9:
                assert not moved
        assert file.stat().st_size > 9 * 200_000


async def test_the_log_is_bounded_where_nobody_drains(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LOG_BOUND", 1_000_000)
    async with opened(tmp_path / "data", clock) as store:
        await publish(store, *(publication(f"D{n}", size=200_000) for n in range(30)))
        assert (tmp_path / "data" / "caducee.db-wal").stat().st_size < 3_000_000


async def _limit_pages(store: Store) -> None:
    def limit(db: sqlite3.Connection) -> None:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages + 10}")

    await store._database.write(limit)  # type: ignore[attr-defined]


async def test_a_full_database_keeps_nothing_half_done(tmp_path: Path, clock: ManualClock) -> None:
    async with opened(tmp_path / "data", clock) as store:
        await publish(store, publication("A"))
        await _limit_pages(store)

        async def publish_with_audit() -> None:
            async with store.transaction() as tx:
                await tx.audit(AuditEntry(action="publish", actor="doctor:x"))
                await tx.add_document(publication("B", size=1_000_000))

        with pytest.raises(DiskFull):
            await publish_with_audit()
        assert await store.document("B") is None
        assert await store.verify_audit() == (0, None)
        await publish(store, publication("C"))
        assert await store.document("C") is not None


FULL = """
    import resource, sys
    from pathlib import Path
    import anyio
    sys.path.insert(0, sys.argv[2])
    from publications import ManualClock, opened, publication, publish
    from caducee.errors import DiskFull

    async def main():
        async with opened(Path(sys.argv[1]), ManualClock()) as store:
            await publish(store, publication("A"))
            resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
            try:
                await publish(store, publication("B", size=3_000_000))
            except DiskFull as full:
                print("full", full.code)
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            await publish(store, publication("C"))

    anyio.run(main)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the limit on the size of a file is POSIX")
async def test_when_the_system_writes_no_more_nothing_half_done_is_kept(tmp_path: Path, clock: ManualClock) -> None:
    command = [sys.executable, "-c", textwrap.dedent(FULL), str(tmp_path / "data"), str(Path(__file__).parent)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.stdout.strip(), ended.stderr) == ("full store.disk_full", "")
    async with opened(tmp_path / "data", clock) as store:
        assert [await store.document(name) is not None for name in "ABC"] == [True, False, True]


async def test_a_store_kept_busy_by_others_is_a_typed_error_that_may_be_tried_again(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    async with opened(tmp_path / "data", clock) as store, raw(tmp_path / "data") as db:
        db.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy) as refused:
            await publish(store, publication("A"))
        assert refused.value.retry == "later"
        db.execute("COMMIT")
        await publish(store, publication("A"))


async def test_a_closed_store_says_so(tmp_path: Path, clock: ManualClock) -> None:
    async with opened(tmp_path / "data", clock) as store:
        pass
    with pytest.raises(StoreError, match="closed"):
        await store.document("A")


async def test_a_look_at_the_inbox_does_not_walk_through_what_was_filed(tmp_path: Path, clock: ManualClock) -> None:
    statements: list[str] = []
    async with opened(tmp_path / "data", clock) as store, raw(tmp_path / "data") as db:
        await store._database.write(lambda writer: writer.set_trace_callback(statements.append))  # type: ignore[attr-defined]
        assert await store.take_item(("mail",), until=clock.now()) is None
        (look,) = (statement for statement in statements if statement.startswith("SELECT"))
        plan = " ".join(step[3] for step in db.execute(f"EXPLAIN QUERY PLAN {look}"))
        assert "USING INDEX inbox_open" in plan
        assert "TEMP B-TREE" not in plan
