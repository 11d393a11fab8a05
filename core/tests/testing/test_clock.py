from __future__ import annotations

import anyio
import pytest

from caducee.testing import MovingClock

pytestmark = pytest.mark.anyio


async def test_sleepers_wake_in_the_order_of_their_time_when_the_clock_is_moved() -> None:
    clock = MovingClock()
    woken: list[float] = []

    async def sleeper(seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append(seconds)

    async with anyio.create_task_group() as tasks:
        for seconds in (30, 10, 20):
            tasks.start_soon(sleeper, seconds)
        await anyio.wait_all_tasks_blocked()
        await clock.advance(5)
        assert woken == []
        await clock.advance(15)
        assert sorted(woken) == [10, 20]
        assert clock.sleepers == 1
        await clock.advance(10)
    assert woken[-1] == 30


async def test_a_hurried_clock_moves_by_itself() -> None:
    clock = MovingClock(hurried=True)
    before = clock.now()
    await clock.sleep(3600)
    assert (clock.now() - before).total_seconds() == 3600
