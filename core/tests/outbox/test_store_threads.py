"""The event loop of the host: never stalled by the store, and free to cancel."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import anyio
import pytest

from caducee.outbox.contract import Store

from .publications import ManualClock, opened, publication, publish

pytestmark = pytest.mark.anyio


async def longest_stall() -> float:
    longest = 0.0
    with anyio.move_on_after(0.5):
        while True:
            began = time.perf_counter()
            await anyio.sleep(0.001)
            longest = max(longest, time.perf_counter() - began)
    return longest


async def test_the_loop_goes_on_while_another_program_holds_the_store(tmp_path: Path, clock: ManualClock) -> None:
    async with opened(tmp_path, clock) as store:
        with closing(sqlite3.connect(tmp_path / "caducee.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            async with anyio.create_task_group() as group:
                group.start_soon(publish, store, publication("A"))
                stall = await longest_stall()
                assert await store.document("A") is None
                other.execute("COMMIT")
        assert await store.document("A") is not None
        assert stall < 0.25, "a writer that waits must not hold the event loop"


async def test_many_tasks_write_and_read_at_once(store: Store) -> None:
    async with anyio.create_task_group() as group:
        for number in range(20):
            group.start_soon(publish, store, publication(f"D{number}"))
            group.start_soon(store.deliveries)
    assert len(await store.deliveries()) == 20


async def test_a_cancelled_publication_is_stored_or_not_and_the_store_goes_on(store: Store) -> None:
    for number in range(20):
        with anyio.move_on_after(0.0005):
            await publish(store, publication(f"D{number}", size=300_000))
    await publish(store, publication("last"))
    assert await store.document("last") is not None


@pytest.mark.parametrize("anyio_backend", ["asyncio"], indirect=False)
async def test_a_native_cancellation_leaves_a_store_that_works(store: Store, anyio_backend: str) -> None:
    for number in range(20):
        task = asyncio.ensure_future(publish(store, publication(f"D{number}", size=300_000)))
        await asyncio.sleep(0.0005)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await publish(store, publication("last"))
    assert await store.document("last") is not None
