"""What is on the disk names no patient: not in the file, not in its log, not in a copy made before an upgrade."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from caducee.contracts.inbox import InboxState
from caducee.contracts.state import Parcel, Received
from caducee.outbox.contract import AuditEntry, DeliveryState, Store
from caducee.outbox.stores import schema

from .publications import CANARY, ManualClock, opened, publication, publish

pytestmark = pytest.mark.anyio


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_nothing_that_names_a_patient_reaches_the_disk_in_clear(tmp_path: Path, clock: ManualClock) -> None:
    async with opened(tmp_path / "data", clock) as store, store.drain():
        await publish(store, publication("A"))
        leased = await store.lease("dmp", clock.now())
        assert leased is not None
        await store.begin_send(leased, CANARY.encode())
        await store.settle(leased, DeliveryState.REJECTED, code="x", service_text=CANARY)
        async with store.transaction() as tx:
            await tx.put("insi", "answers", CANARY, CANARY.encode())
            await tx.audit(AuditEntry(action="consult", actor="doctor:x", subject=CANARY, detail=CANARY))
        written = on_disk(tmp_path / "data")
    assert CANARY.encode() not in written
    assert b"series-A" in written


async def keep_everything(store: Store) -> None:
    """Keep the canary wherever a plugin or a service can put words of its own."""
    async with store.transaction() as tx:
        await tx.put("mss", "threads", CANARY, CANARY.encode(), index={"patient": CANARY, "sender": CANARY})
        await tx.append("mss", "ledger", CANARY.encode())
        await tx.deliver(
            "mss",
            Parcel(key=CANARY, kind="mail", payload=CANARY.encode(), destination=CANARY.encode(), series=CANARY),
        )
        for number in range(3):
            key = f"{number} {CANARY}"
            await tx.receive("mss", Received(key=key, kind="mail", content=CANARY.encode(), subject=CANARY))


async def end_items(store: Store, clock: ManualClock) -> None:
    """Leave one item waiting, one filed, one aside."""
    for state in (InboxState.FILED, InboxState.ASIDE):
        item = await store.take_item((), until=clock.now() + timedelta(minutes=1))
        assert item is not None
        await store.end_item(item, state, reason="ValueError")


async def test_nothing_that_plugins_keep_receive_or_hand_over_reaches_the_disk_in_clear(
    tmp_path: Path, clock: ManualClock
) -> None:
    folder = tmp_path / "data"
    async with opened(folder, clock) as store:
        await keep_everything(store)
        await end_items(store, clock)
        assert (folder / "caducee.db-wal").stat().st_size > 0
        written = on_disk(folder)
        await store.checkpoint()
    assert CANARY.encode() not in written + on_disk(folder)
    assert b"threads" in written


async def test_the_copy_made_before_an_upgrade_names_no_patient_either(tmp_path: Path, clock: ManualClock) -> None:
    folder = tmp_path / "data"
    async with opened(folder, clock) as store:
        await keep_everything(store)
    path = folder / "caducee.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        schema.bring_up_to_date(db, path, (*schema.STEPS, ("CREATE TABLE more (a)",)))
    copy = folder / f"caducee.db.version-{len(schema.STEPS)}"
    assert CANARY.encode() not in copy.read_bytes()
    shutil.copy(copy, path)
    async with opened(folder, clock) as store:
        assert await store.get("mss", "threads", CANARY) == CANARY.encode()


async def test_a_filed_item_keeps_nothing_of_its_content(tmp_path: Path, clock: ManualClock) -> None:
    async with opened(tmp_path, clock) as store:
        async with store.transaction() as tx:
            await tx.receive("mss", Received(key="k", kind="mail", content=b"x" * 100_000))
        item = await store.take_item((), until=clock.now() + timedelta(minutes=1))
        assert item is not None
        await store.end_item(item, InboxState.FILED)
    with closing(sqlite3.connect(tmp_path / "caducee.db")) as db:
        assert db.execute("SELECT length(body) < 200 FROM inbox").fetchall() == [(1,)]
