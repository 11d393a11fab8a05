from __future__ import annotations

import anyio
import pytest

from caducee_annuaire.pace import Pace

from .scripted import FakeTime, pace_of

pytestmark = pytest.mark.anyio


async def call(pace: Pace) -> None:
    async with pace.turn():
        pass


async def test_the_eighteenth_call_waits_until_the_first_is_a_second_old() -> None:
    time = FakeTime()
    pace = pace_of(time)
    for _ in range(17):
        await call(pace)
    assert time.waits == []
    await call(pace)
    assert time.waits == [1.0]


async def test_wherever_on_the_way_requests_are_counted_no_second_holds_more() -> None:
    time = FakeTime()
    spans: list[tuple[float, float]] = []
    pace = pace_of(time, calls=5)
    for number in range(60):
        async with pace.turn():
            start = time.now
            time.now += 0.13 * (number % 4)
            spans.append((start, time.now))
    begun, ended = zip(*spans, strict=True)
    for arrivals in (begun, ended, [span[number % 2] for number, span in enumerate(spans)]):
        for start in arrivals:
            assert sum(start <= one < start + 0.999 for one in arrivals) <= 5


async def test_calls_under_way_count_as_long_as_they_are() -> None:
    time = FakeTime()
    pace, order = pace_of(time, calls=1), list[str]()

    async def second() -> None:
        async with pace.turn():
            order.append("second")

    async with anyio.create_task_group() as tasks, pace.turn():
        tasks.start_soon(second)
        await anyio.wait_all_tasks_blocked()
        order.append("first")
    assert order == ["first", "second"]
    assert time.waits == [1.0]


async def test_all_callers_share_one_rate() -> None:
    time, order = FakeTime(), list[float]()
    pace = pace_of(time, calls=2)

    async def caller() -> None:
        async with pace.turn():
            order.append(time.now)

    async with anyio.create_task_group() as tasks:
        for _ in range(6):
            tasks.start_soon(caller)
    assert sorted(order) == [100.0, 100.0, 101.0, 101.0, 102.0, 102.0]


async def test_a_caller_that_gives_up_leaves_the_turn_to_the_next() -> None:
    time, asleep = FakeTime(), anyio.Event()

    async def sleep(seconds: float) -> None:
        if not asleep.is_set():
            asleep.set()
            await anyio.sleep_forever()
        await time.sleep(seconds)

    pace = Pace(1, now=time, sleep=sleep)
    await call(pace)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(call, pace)
        await asleep.wait()
        tasks.cancel_scope.cancel()
    await call(pace)
    assert time.waits == [1.0]


async def test_a_call_that_fails_counts_as_any_other() -> None:
    time = FakeTime()
    pace = pace_of(time, calls=1)
    with pytest.raises(LookupError):
        async with pace.turn():
            raise LookupError
    await call(pace)
    assert time.waits == [1.0]


async def test_when_the_service_asks_to_wait_everybody_does() -> None:
    time = FakeTime()
    pace = pace_of(time)
    pace.hold(3.0)
    assert pace.held == 3.0
    await call(pace)
    assert time.waits == [3.0]
    assert pace.held == 0.0
