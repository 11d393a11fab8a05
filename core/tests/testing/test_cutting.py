from __future__ import annotations

import anyio
import anyio.lowlevel
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.testing.contract.cutting import Cutter, spread

pytestmark = pytest.mark.anyio


async def three_awaits(passed: list[int]) -> str:
    for number in (1, 2, 3):
        await anyio.lowlevel.checkpoint()
        passed.append(number)
    return "done"


async def test_every_await_is_counted_and_the_result_comes_through() -> None:
    cutter = Cutter()
    assert await cutter.call(three_awaits([])) == "done"
    assert cutter.awaits >= 3


async def test_the_cut_comes_at_the_await_that_was_asked_for() -> None:
    reached = []
    for at in (1, 2, 3):
        cutter, passed = Cutter(at), list[int]()
        with cutter.scope:
            await cutter.call(three_awaits(passed))
        assert cutter.scope.cancelled_caught
        reached.append(len(passed))
    assert reached == sorted(reached)
    assert reached[0] == 0


async def test_an_error_and_a_timeout_inside_go_their_way() -> None:
    async def fails() -> None:
        with anyio.move_on_after(0.01):
            await anyio.sleep_forever()
        raise KeyError("x")

    with pytest.raises(KeyError):
        await Cutter().call(fails())


@given(count=st.integers(0, 500), most=st.integers(2, 40))
def test_cuts_are_few_and_reach_from_the_first_to_the_last(count: int, most: int) -> None:
    cuts = spread(count, most)
    assert len(cuts) <= most
    assert cuts == sorted(set(cuts))
    assert (cuts[:1], cuts[-1:]) == (([1], [count]) if count else ([], []))
