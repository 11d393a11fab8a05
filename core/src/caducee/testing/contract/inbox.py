"""What a plugin that receives keeps to: kept before it is acknowledged, and kept once."""

from __future__ import annotations

from contextlib import suppress

import pytest

from caducee.errors import CaduceeError
from caducee.kernel import Kernel
from caducee.testing.contract.base import MOST_CUTS, PluginContract, abandons
from caducee.testing.contract.bench import Bench
from caducee.testing.contract.cutting import Cutter, spread
from caducee.testing.contract.subject import InboxSample
from caducee.testing.exchange import Outage


class InboxContract(PluginContract):
    """The contract of a plugin that puts what a service gives into the inbox (``PluginTransaction.receive``).

    The service of the ``Subject`` must say which requests write: the acknowledgements.
    """

    async def test_what_arrives_is_kept_then_acknowledged(self, bench: Bench) -> None:
        sample = _sample(bench)
        sample.offer()
        async with bench.kernel() as kernel:
            await _fetch(bench, kernel)
            item = await kernel.inbox.take()
        assert item is not None, "what the service offered is not in the inbox"
        assert item.key, "the item has no key: a repeat could not be told"
        assert sample.acknowledged() == 1, "the service was not told that we have it"

    async def test_what_comes_again_after_a_lost_acknowledgement_is_kept_once(self, bench: Bench) -> None:
        sample = _sample(bench)
        sample.offer()
        bench.service.inflict(Outage.DROPPED, times=1)
        async with bench.kernel() as kernel:
            with suppress(CaduceeError):
                await _fetch(bench, kernel)
            bench.service.lift()
            await _fetch(bench, kernel)
            kept = len(await kernel.inbox.rows())
        assert kept == 1, f"one item was offered, {kept} are kept"
        assert sample.acknowledged() == 1, "the service was not told that we have it"

    @abandons
    @pytest.mark.usefixtures("swept")
    async def test_it_survives_a_cancel_at_every_await_of_a_fetch(self, bench: Bench) -> None:
        sample, counting = _sample(bench), Cutter()
        sample.offer()
        async with bench.kernel() as kernel:
            await _fetch(bench, kernel, counting)
            for number, at in enumerate(spread(counting.awaits, MOST_CUTS), start=1):
                sample.offer()
                cutter = Cutter(at)
                with cutter.scope:
                    await _fetch(bench, kernel, cutter)
                await _kept(kernel, sample, at)
                await _fetch(bench, kernel)
                # An acknowledgement not read at the moment of the cut was read since, or the item was offered again.
                kept = await _kept(kernel, sample, at)
                assert kept == number + 1, f"cut at await {at}: {number + 1} items were offered, {kept} are kept"


def _sample(bench: Bench) -> InboxSample:
    assert bench.subject.inbox is not None, "the Subject of an InboxContract says how something is offered and fetched"
    return bench.subject.inbox


async def _kept(kernel: Kernel, sample: InboxSample, at: int) -> int:
    kept = len(await kernel.inbox.rows())
    assert sample.acknowledged() <= kept, f"cut at await {at}: acknowledged before it was kept"
    return kept


async def _fetch(bench: Bench, kernel: Kernel, cutter: Cutter | None = None) -> None:
    await bench.ready(kernel)
    await (cutter or Cutter()).call(_sample(bench).fetch(kernel))
