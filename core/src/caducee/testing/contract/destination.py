"""What a plugin that serves a destination keeps to: one document arrives once, whatever happens on the way."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from caducee.contracts.plugin import Need
from caducee.errors import DocumentInvalid
from caducee.model.destination import Audience, Destination
from caducee.model.practice import Actor
from caducee.outbox.contract import DeliveryState
from caducee.testing.card import CardPlace, FakeCard
from caducee.testing.contract.base import MOST_CUTS, PluginContract, abandons
from caducee.testing.contract.bench import GRACE, Bench
from caducee.testing.contract.cutting import Cutter, spread
from caducee.testing.exchange import Outage, Request

_PENDING, _UNKNOWN, _DELIVERED = DeliveryState.PENDING, DeliveryState.UNKNOWN, DeliveryState.DELIVERED
FIRST_STATES = {
    Outage.DOWN: {_PENDING},
    Outage.DROPPED: {_UNKNOWN},
    Outage.SLOW: {_UNKNOWN},
    Outage.LOST: {_UNKNOWN},
    Outage.DUPLICATE: {_DELIVERED},
    Outage.HTML: {_UNKNOWN},
    Outage.TRUNCATED: {_UNKNOWN},
    Outage.ENDLESS: {_UNKNOWN},
    Outage.DRIBBLE: {_UNKNOWN},
    Outage.ERROR_500: {_PENDING, _UNKNOWN},
}
"""Where each outage of the writing request may leave a delivery."""
QUESTIONS = (Outage.LOST, Outage.SLOW, Outage.HTML, Outage.TRUNCATED, Outage.ERROR_500)


class _Elsewhere(Destination, frozen=True):
    """A destination that no plugin serves."""

    kind = "caducee-contract-elsewhere"


class DestinationContract(PluginContract):
    """The contract of a plugin that registers a destination.

    The service of the ``Subject`` must say which requests write (``ScriptedService(…, writes=…)``), and ``held`` count
    what they left.
    """

    async def test_a_document_is_delivered_once_with_a_receipt(self, bench: Bench) -> None:
        async with bench.kernel() as kernel:
            ticket = await bench.publish(kernel, "L1")
            status = await bench.ended(ticket)
            assert status.state is _DELIVERED, f"{status.state}({status.why}) {status.row.code}"
            assert status.row.receipt is not None
            assert status.row.receipt.service, "the receipt names no service"
            again = await bench.publish(kernel, "L1")
            assert again.document_id == ticket.document_id
            await bench.ended(again)
        assert held(bench) == 1

    async def test_the_destinations_of_others_are_left_to_them(self, bench: Bench) -> None:
        letter, audience = bench.subject.letter("L1"), Audience(_Elsewhere())
        async with bench.kernel() as kernel:
            try:
                await kernel.documents.publish(
                    letter, audience=audience, acting=Actor.doctor("roux"), idempotency_key="L1"
                )
            except DocumentInvalid:
                return
        raise AssertionError("it took a destination that is not its own")

    @pytest.mark.parametrize("place", [CardPlace.ABSENT, CardPlace.OTHER, CardPlace.NEEDS_PIN], ids=str)
    async def test_without_its_author_s_card_it_waits_or_needs_none(self, bench: Bench, place: CardPlace) -> None:
        signs = Need.SIGNATURE in bench.registration().keys
        card = bench.subject.credentials or FakeCard()
        assert bench.subject.credentials or not signs, "a plugin that signs is given a FakeCard: Subject.credentials"
        with card.moved(place):
            async with bench.kernel() as kernel:
                states = await bench.states(kernel, await bench.publish(kernel, "L1"))
        if signs:
            assert states == [DeliveryState.BLOCKED], f"without the card ({place}): {' -> '.join(states)}"
            assert bench.service.written == [], "something was sent although nothing could be signed"
        else:
            assert states[-1] is _DELIVERED, " -> ".join(states)

    @pytest.mark.parametrize("outage", list(Outage), ids=str)
    async def test_after_each_outage_the_document_is_there_once(self, bench: Bench, outage: Outage) -> None:
        bench.service.inflict(outage, times=1)
        async with bench.kernel() as kernel:
            ticket = await bench.publish(kernel, "L1")
            states = await bench.states(kernel, ticket)
            status = await bench.ended(ticket)
        passed = " -> ".join(states)
        assert states[0] in FIRST_STATES[outage], f"{outage}: {passed}, expected first {sorted(FIRST_STATES[outage])}"
        assert states[-1] is _DELIVERED, f"{outage}: {passed} {status.row.code}"
        assert held(bench) == 1, f"{outage}: the service holds {held(bench)}"

    async def test_after_a_lost_answer_the_service_is_asked_before_anything_is_sent_again(self, bench: Bench) -> None:
        bench.service.inflict(Outage.LOST, times=1)
        async with bench.kernel() as kernel:
            ticket = await bench.publish(kernel, "L1")
            status = await bench.ended(ticket)
        assert status.row.receipt is not None
        assert status.row.receipt.found_by_probe, "the receipt does not come from a probe"
        assert len(bench.service.written) == 1, "it was sent again although the service holds it"

    @pytest.mark.parametrize("outage", QUESTIONS, ids=str)
    async def test_a_question_without_an_answer_settles_nothing(self, bench: Bench, outage: Outage) -> None:
        def asks(request: Request) -> bool:
            return bool(bench.service.written) and not bench.service.writes(request)

        bench.service.inflict(Outage.LOST, times=1)
        async with bench.kernel() as kernel:
            ticket = await bench.publish(kernel, "L1")
            await _wait_for(bench, lambda: bool(bench.service.written))
            bench.service.inflict(outage, times=1, on=asks)
            states = await bench.states(kernel, ticket, lift=False)
        assert states[-1] is _DELIVERED, " -> ".join(states)
        assert set(states[:-1]) == {_UNKNOWN}, f"a probe that failed must leave it unknown: {' -> '.join(states)}"
        assert len(bench.service.written) == 1, "it was sent again although nobody had said that it is not there"
        assert held(bench) == 1

    @abandons
    @pytest.mark.usefixtures("swept")
    async def test_it_survives_a_cancel_at_every_await_of_a_delivery(self, bench: Bench) -> None:
        counting = Cutter()
        await self._cut_delivery(bench, counting, "L0")
        for at in spread(counting.awaits, MOST_CUTS):
            before = held(bench)
            await self._cut_delivery(bench, Cutter(at), f"L{at}")
            async with bench.kernel() as kernel:
                status = await bench.ended(await bench.publish(kernel, f"L{at}"))
            assert status.state is _DELIVERED, f"cut at await {at}: {status.state}({status.why}) {status.row.code}"
            assert held(bench) == before + 1, f"cut at await {at}: the service holds it {held(bench) - before} times"

    async def _cut_delivery(self, bench: Bench, cutter: Cutter, local_id: str) -> None:
        with anyio.fail_after(5 * GRACE + 5 * bench.subject.patience), cutter.scope:
            async with bench.kernel(cutter.plugin(bench.subject.plugin)) as kernel:
                await bench.ended(await bench.publish(kernel, local_id))


def held(bench: Bench) -> int:
    """Count what the service holds."""
    assert bench.subject.held is not None, "the Subject of a DestinationContract says what the service holds"
    return bench.subject.held()


async def _wait_for(bench: Bench, holds: Any) -> None:
    with anyio.fail_after(bench.subject.patience):
        while not holds():  # noqa: ASYNC110 - the service lives in another thread
            await anyio.sleep(0.001)
