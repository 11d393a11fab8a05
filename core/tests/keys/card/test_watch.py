"""Cards come and go, and whoever waits for one is told."""

from __future__ import annotations

import threading

import anyio
import pytest

from caducee.clock import SystemClock
from caducee.contracts.signer import SignatureAlgorithm
from caducee.errors import CardModuleFailed, CardRemoved
from caducee.keys.card.access import Card
from caducee.keys.card.process import CardProcess
from caducee.keys.card.signer import CardSigner
from caducee.keys.card.watch import CardWatch

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


class Polls(SystemClock):
    """Time passes at once; the watch gives up after so many looks."""

    def __init__(self, most):
        self.most, self.waits = most, []

    async def sleep(self, seconds):
        self.waits.append(seconds)
        if len(self.waits) == self.most:
            raise TimeoutError


async def test_a_change_is_told_twice_for_whoever_blocks_at_that_moment(make_card, desk, roux):
    clock = Polls(6)
    watch = CardWatch(make_card(), clock)
    assert [await anext(watch), await anext(watch)] == [{roux.serial}, {roux.serial}]
    with pytest.raises(TimeoutError):
        await anext(watch)
    assert clock.waits == [0.0, *[0.5] * 5]


async def test_a_change_after_a_change_is_told_twice_again(make_card, desk, roux):
    watch = CardWatch(make_card(), Polls(9))
    told = [await anext(watch)]
    desk.remove()
    told += [await anext(watch), await anext(watch)]
    assert told == [{roux.serial}, set(), set()]
    with pytest.raises(TimeoutError):
        await anext(watch)


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
    clock = Polls(9)
    watch = Card(CardProcess(str(tmp_path / "no.so"), environment={}), clock=clock).watch()
    assert [await anext(watch), await anext(watch)] == [set(), set()]
    with pytest.raises(TimeoutError):
        await anext(watch)
    assert clock.waits == [0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


async def test_a_module_that_works_again_is_asked_as_often_as_before(make_card, desk, roux):
    card, clock = make_card(), Polls(6)
    whole, failures = card.look, iter([True, True, False, False, False])

    async def look():
        if next(failures):
            raise CardModuleFailed("down")
        return await whole()

    card.look = look
    watch = CardWatch(card, clock)
    assert [await anext(watch) for _ in range(4)] == [set(), set(), {roux.serial}, {roux.serial}]
    with pytest.raises(TimeoutError):
        await anext(watch)
    assert clock.waits == [0.0, 1.0, 2.0, 0.5, 0.5, 0.5]


async def test_the_loop_is_never_held_while_the_card_works(make_card, process, roux, monkeypatch):
    whole, threads = process.call, []

    def call(request):
        threads.append(threading.get_ident())
        return whole(request)

    monkeypatch.setattr(process, "call", call)
    card = make_card()
    await card.open(roux.pin)
    await CardSigner(card, roux.identifier, clock=SystemClock()).sign(b"x", SignatureAlgorithm.RSA_SHA256)
    await card.close()
    assert len(threads) >= 5
    assert threading.get_ident() not in threads
