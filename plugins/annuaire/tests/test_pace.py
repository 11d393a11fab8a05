from __future__ import annotations

import anyio
import pytest

from caducee_annuaire.pace import Pace

from .scripted import FakeTime, pace_of

pytestmark = pytest.mark.anyio


async def test_the_eighteenth_call_waits_for_the_first_to_be_a_second_old() -> None:
    time = FakeTime()
    pace = pace_of(time)
    for _ in range(17):
        await pace.turn()
    assert time.waits == []
    await pace.turn()
    assert time.waits == [1.0]


async def test_in_no_second_there_are_more_calls_than_allowed() -> None:
    time, begun = FakeTime(), []
    pace = pace_of(time, calls=5)
    for number in range(40):
        await pace.turn()
        begun.append(time.now)
        time.now += 0.03 * (number % 4)
    for start in begun:
        assert sum(start <= one < start + 1.0 for one in begun) <= 5


async def test_all_callers_share_one_rate() -> None:
    time, order = FakeTime(), []
    pace = pace_of(time, calls=2)

    async def call(name: int) -> None:
        await pace.turn()
        order.append((name, time.now))

    async with anyio.create_task_group() as tasks:
        for name in range(6):
            tasks.start_soon(call, name)
    assert sorted(when for _, when in order) == [100.0, 100.0, 101.0, 101.0, 102.0, 102.0]


async def test_a_caller_that_gives_up_leaves_the_turn_to_the_next() -> None:
    time = FakeTime()
    asleep = anyio.Event()

    async def sleep(seconds: float) -> None:
        if not asleep.is_set():
            asleep.set()
            await anyio.sleep_forever()
        await time.sleep(seconds)

    pace = Pace(1, now=time, sleep=sleep)
    await pace.turn()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(pace.turn)
        await asleep.wait()
        tasks.cancel_scope.cancel()
    await pace.turn()
    assert time.waits == [1.0]


async def test_when_the_service_asks_to_wait_everybody_does() -> None:
    time = FakeTime()
    pace = pace_of(time)
    pace.hold(3.0)
    assert pace.held == 3.0
    await pace.turn()
    assert time.waits == [3.0]
    assert pace.held == 0.0
