from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import anyio.abc
import pytest

from caducee.drift import Drift
from caducee.drift_book import DriftBook, kept_drifts
from caducee.outbox.contract import Store
from caducee.outbox.stores.sqlite import open_store
from caducee.testing import MovingClock
from caducee.wire.http import HttpClient

pytestmark = pytest.mark.anyio
RIGHT, WRONG = Drift(seconds=0.5, margin=0.6), Drift(seconds=90.0, margin=0.6)


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
async def store(tmp_path: Path, clock: MovingClock) -> AsyncIterator[Store]:
    async with open_store(tmp_path, tenant="t", key=bytes(32), clock=clock) as made:
        yield made


async def kinds(store: Store) -> list[tuple[str, str]]:
    return [(row.kind, row.code) for row in await store.events(0)]


async def test_a_measure_outlives_who_made_it(store: Store, clock: MovingClock) -> None:
    await DriftBook(store, clock).note("dmp", WRONG)
    (kept,) = [one async for one in kept_drifts(store)]
    assert (kept.service, kept.drift, kept.at) == ("dmp", WRONG, clock.now())


async def test_a_wrong_clock_is_said_once_and_once_more_when_it_is_right(
    store: Store, clock: MovingClock, caplog: pytest.LogCaptureFixture
) -> None:
    book = DriftBook(store, clock)
    with caplog.at_level(logging.WARNING):
        for drift in (RIGHT, WRONG, WRONG, WRONG, RIGHT, RIGHT):
            await book.note("dmp", drift)
    assert await kinds(store) == [("clock.drift", "dmp"), ("clock.right", "dmp")]
    assert [record.getMessage() for record in caplog.records] == ["the clock of this machine is +90 s from that of dmp"]


async def test_a_measure_that_says_nothing_new_is_written_again_after_an_hour_only(
    store: Store, clock: MovingClock
) -> None:
    book = DriftBook(store, clock)
    began = clock.now()
    for _ in range(3):
        await book.note("dmp", RIGHT)
        await clock.advance(1200)
    assert [one.at async for one in kept_drifts(store)] == [began]
    await book.note("dmp", RIGHT)
    assert [one.at async for one in kept_drifts(store)] == [began + timedelta(hours=1)]


async def test_a_store_that_cannot_write_stops_no_exchange(
    store: Store, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from caducee.errors import DiskFull

    def refusing() -> None:
        raise DiskFull

    monkeypatch.setattr(store, "transaction", refusing)
    await DriftBook(store, clock).note("dmp", WRONG)


async def test_the_answers_of_the_clients_that_it_makes_are_measured(store: Store) -> None:
    long_ago = MovingClock(datetime(2000, 1, 1, tzinfo=UTC))
    made = DriftBook(store, long_ago).watching(HttpClient)

    async def serve(stream: anyio.abc.SocketStream) -> None:
        async with stream:
            await stream.receive()
            await stream.send(b"HTTP/1.1 200 OK\r\nDate: Sat, 14 Mar 2026 09:15:00 GMT\r\nContent-Length: 0\r\n\r\n")

    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1") as listener,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(listener.serve, serve)
        url = f"http://127.0.0.1:{listener.extra(anyio.abc.SocketAttribute.local_port)}"
        async with made(service="dmp", base_url=url, tls=None) as http:
            answer = await http.get("x")
        tasks.cancel_scope.cancel()
    (kept,) = [one async for one in kept_drifts(store)]
    assert (kept.service, kept.at, kept.drift) == ("dmp", long_ago.now(), answer.drift)
    assert kept.drift.seconds < -timedelta(days=9000).total_seconds()
