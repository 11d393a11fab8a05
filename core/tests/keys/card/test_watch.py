"""Cards come and go, and whoever waits for one is told."""

from __future__ import annotations

import anyio
import pytest

from caducee.clock import SystemClock
from caducee.contracts.signer import SignatureAlgorithm
from caducee.errors import CardRemoved
from caducee.keys.card.access import Card
from caducee.keys.card.process import CardProcess
from caducee.keys.card.signer import CardSigner

pytestmark = pytest.mark.anyio


async def until(watch, expected):
    """Follow the watch until it tells this set; other sets on the way are repeats."""
    while await anext(watch) != expected:
        pass


async def test_each_coming_and_going_is_told(make_card, desk, roux, lenoir):
    watch = make_card().watch()
    with anyio.fail_after(20):
        await until(watch, {roux.serial})
        desk.remove()
        await until(watch, set())
        desk.insert(lenoir.serial)
        await until(watch, {lenoir.serial})
        desk.insert(roux.serial, "Lecteur B")
        await until(watch, {lenoir.serial, roux.serial})


async def test_a_change_is_told_twice_for_whoever_blocks_at_that_moment(make_card, desk, roux):
    watch = make_card().watch()
    with anyio.fail_after(20):
        assert [await anext(watch), await anext(watch)] == [{roux.serial}, {roux.serial}]
        with anyio.move_on_after(0.5):
            await anext(watch)
            raise AssertionError("a third time")


async def test_a_removal_that_a_signature_noticed_is_told_even_if_the_card_is_already_back(make_card, desk, roux):
    card = make_card()
    await card.open(roux.pin)
    watch = card.watch()
    sign = CardSigner(card, roux.identifier, clock=SystemClock())
    with anyio.fail_after(20):
        for _ in range(2):
            await anext(watch)
        desk.remove()
        desk.insert(roux.serial)
        with pytest.raises(CardRemoved):
            await sign.sign(b"x", SignatureAlgorithm.RSA_SHA256)
        assert await anext(watch) == {roux.serial}


async def test_a_module_that_fails_counts_as_no_card_and_is_asked_less_often(tmp_path):
    waits = []

    class Clock(SystemClock):
        async def sleep(self, seconds):
            waits.append(seconds)
            if len(waits) == 9:
                raise TimeoutError

    watch = Card(CardProcess(str(tmp_path / "no.so"), environment={}), clock=Clock()).watch()
    assert [await anext(watch), await anext(watch)] == [set(), set()]
    with pytest.raises(TimeoutError):
        await anext(watch)
    assert waits == [0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


async def test_the_loop_is_never_held_while_the_card_works(make_card, desk, roux):
    desk.delay(roux.serial, 600)
    card = make_card()
    await card.open(roux.pin)
    longest = 0.0

    async def beat():
        nonlocal longest
        while True:
            before = anyio.current_time()
            await anyio.sleep(0.005)
            longest = max(longest, anyio.current_time() - before)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(beat)
        await CardSigner(card, roux.identifier, clock=SystemClock()).sign(b"x", SignatureAlgorithm.RSA_SHA256)
        tasks.cancel_scope.cancel()
    assert longest < 0.3, "the loop was held for as long as the card works"
