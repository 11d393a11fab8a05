"""What every store does with the deliveries of a worker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from caducee.contracts.delivery import Receipt
from caducee.errors import DrainedElsewhere, LeaseLost
from caducee.outbox.contract import DeliveryState, Leased, Returned, Store

from .publications import ManualClock, delivery, publication, publish

pytestmark = pytest.mark.anyio

RECEIPT = Receipt(service="dmp", at="20261125083001", mode="DIRECTE", reference="urn:uuid:1")


async def take(store: Store, clock: ManualClock, kind: str = "dmp") -> Leased:
    leased = await store.lease(kind, clock.now())
    assert leased is not None
    return leased


async def test_the_envelope_is_what_was_sealed(store: Store, clock: ManualClock) -> None:
    letter = publication("A", delivery("A/1", reference="ref"))
    await publish(store, letter)
    async with store.drain():
        envelope = (await take(store, clock)).envelope
    assert (envelope.document, envelope.sha1, envelope.sha256) == (letter.document, letter.sha1, letter.sha256)
    assert (envelope.entry, envelope.destination) == (letter.entry, letter.deliveries[0].destination)
    assert (envelope.document_id, envelope.set_id, envelope.signature_id) == ("A", "set-A", "signature-A")
    assert (envelope.delivery_id, envelope.kind, envelope.reference) == ("A/1", "dmp", "ref")
    assert (envelope.author, envelope.submission_time) == ("roux", "20261125083000")


async def test_the_oldest_comes_first_and_each_once(store: Store, clock: ManualClock) -> None:
    await publish(store, publication("A"), publication("B"), publication("C", delivery("C/mss", kind="mss")))
    async with store.drain():
        assert (await take(store, clock)).envelope.document_id == "A"
        assert (await take(store, clock)).envelope.document_id == "B"
        assert await store.lease("dmp", clock.now()) is None
        assert (await take(store, clock, "mss")).envelope.document_id == "C"


async def test_what_was_prepared_is_kept_with_the_note_that_it_is_being_sent(store: Store, clock: ManualClock) -> None:
    await publish(store, publication("A"))
    async with store.drain():
        leased = await take(store, clock)
        await store.begin_send(leased, b"signed")
        (row,) = await store.deliveries_of("A")
        assert (row.state, row.attempts, row.prepared) == (DeliveryState.SENDING, 1, True)
        await store.settle(leased, DeliveryState.UNKNOWN, due=clock.now())
        assert (await take(store, clock)).prepared == b"signed"


async def test_a_delivery_settles_with_receipt_event_and_audit(store: Store, clock: ManualClock) -> None:
    await publish(store, publication("A", local_id="P1"))
    async with store.drain():
        leased = await take(store, clock)
        await store.begin_send(leased, b"signed")
        (sending,) = await store.deliveries_of("A")
        assert (sending.state, sending.attempts, sending.prepared) == (DeliveryState.SENDING, 1, True)
        await store.settle(leased, DeliveryState.DELIVERED, receipt=RECEIPT)
    (row,) = await store.deliveries_of("A")
    assert (row.state, row.receipt, row.attempts) == (DeliveryState.DELIVERED, RECEIPT, 1)
    assert [(event.kind, event.state) for event in await store.events(0)] == [("delivery.settled", "delivered")]
    entries = [entry async for _, _, entry in store.audit_entries()]
    assert [(entry.action, entry.subject) for entry in entries] == [("feed", "P1")]
    assert '"mode":"DIRECTE"' in entries[0].detail


async def test_the_words_of_the_service_are_kept(store: Store, clock: ManualClock) -> None:
    await publish(store, publication("A"))
    async with store.drain():
        await store.settle(
            await take(store, clock),
            DeliveryState.REJECTED,
            code="service.rejected",
            service_code="XDSRepositoryError",
            service_text="Refusé",
        )
    (row,) = await store.deliveries_of("A")
    assert (row.code, row.service_code, row.service_text) == ("service.rejected", "XDSRepositoryError", "Refusé")


async def test_what_waits_is_not_taken_before_it_is_due(store: Store, clock: ManualClock) -> None:
    await publish(store, publication("A"))
    due = clock.now() + timedelta(seconds=5)
    async with store.drain():
        await store.settle(await take(store, clock), DeliveryState.PENDING, due=due, code="service.unavailable")
        assert await store.lease("dmp", clock.now()) is None
        assert await store.next_due("dmp") == due
        leased = await store.lease("dmp", due)
        assert leased is not None
        assert leased.failures == 1


async def test_of_several_that_wait_the_next_one_due_is_the_earliest(store: Store, clock: ManualClock) -> None:
    await publish(store, publication("A"), publication("B"), publication("C"))
    async with store.drain():
        for seconds in (30, 5, 60):
            due = clock.now() + timedelta(seconds=seconds)
            await store.settle(await take(store, clock), DeliveryState.PENDING, due=due, code="service.unavailable")
        assert await store.next_due("dmp") == clock.now() + timedelta(seconds=5)
        assert await store.next_due("mss") is None


async def test_a_later_version_waits_for_the_earlier_one_also_while_it_is_blocked(
    store: Store, clock: ManualClock
) -> None:
    await publish(store, publication("A", series="S"), publication("B", series="S"), publication("C"))
    async with store.drain():
        first = await take(store, clock)
        assert (await take(store, clock)).envelope.document_id == "C"
        await store.settle(first, DeliveryState.BLOCKED, why="card", code="card.absent")
        assert await store.lease("dmp", clock.now()) is None
        assert await store.unblock("dmp", "card") == 1
        await store.settle(await take(store, clock), DeliveryState.DELIVERED, receipt=RECEIPT)
        assert (await take(store, clock)).envelope.document_id == "B"


async def test_a_series_waits_within_one_destination_only(store: Store, clock: ManualClock) -> None:
    await publish(
        store,
        publication("A", delivery("A/1", reference="x"), series="S"),
        publication("B", delivery("B/1", reference="y"), series="S"),
    )
    async with store.drain():
        assert (await take(store, clock)).envelope.document_id == "A"
        assert (await take(store, clock)).envelope.document_id == "B"


async def test_blocked_gives_its_attempt_back(store: Store, clock: ManualClock) -> None:
    await publish(store, publication("A"))
    async with store.drain():
        leased = await take(store, clock)
        await store.begin_send(leased)
        await store.settle(leased, DeliveryState.BLOCKED, why="card", code="card.removed")
        (row,) = await store.deliveries_of("A")
        assert (row.state, row.why, row.attempts) == (DeliveryState.BLOCKED, "card", 0)
        assert await store.next_due("dmp") is None


async def test_a_stale_fence_writes_nothing(store: Store, clock: ManualClock) -> None:
    await publish(store, publication("A"))
    async with store.drain():
        stale = await take(store, clock)
        await clock.advance(31)
        fresh = await take(store, clock)
        with pytest.raises(LeaseLost):
            await store.settle(stale, DeliveryState.REJECTED)
        with pytest.raises(LeaseLost):
            await store.begin_send(stale)
        await store.settle(fresh, DeliveryState.DELIVERED, receipt=RECEIPT)
    (row,) = await store.deliveries_of("A")
    assert row.state is DeliveryState.DELIVERED


async def test_an_extended_lease_is_not_taken(store: Store, clock: ManualClock) -> None:
    await publish(store, publication("A"))
    async with store.drain():
        leased = await take(store, clock)
        await clock.advance(20)
        await store.extend(leased)
        await clock.advance(20)
        assert await store.lease("dmp", clock.now()) is None
        assert await store.next_due("dmp") == clock.now() + timedelta(seconds=10)


async def test_the_lease_of_an_ended_drainer_is_taken_over_at_once(store: Store, clock: ManualClock) -> None:
    await publish(store, publication("A"))
    async with store.drain():
        await take(store, clock)
    async with store.drain():
        again = await take(store, clock)
        assert (again.state, again.was_sending) == (DeliveryState.PENDING, False)


async def test_what_was_being_sent_by_an_ended_drainer_is_unknown(store: Store, clock: ManualClock) -> None:
    await publish(store, publication("A"))
    async with store.drain():
        first = await take(store, clock)
        await store.begin_send(first, b"signed")
    async with store.drain():
        again = await take(store, clock)
        assert (again.state, again.was_sending, again.prepared) == (DeliveryState.UNKNOWN, True, b"signed")
    (row,) = await store.deliveries_of("A")
    assert row.state is DeliveryState.UNKNOWN
    assert [event.kind for event in await store.events(0)] == ["delivery.recovered"]


async def test_doubt_outlives_a_block(store: Store, clock: ManualClock) -> None:
    await publish(store, publication("A"))
    async with store.drain():
        leased = await take(store, clock)
        await store.begin_send(leased)
        await store.settle(leased, DeliveryState.BLOCKED, why="card", code="card.absent", doubtful=True)
        await store.unblock("dmp", "card")
        again = await take(store, clock)
        assert (again.state, again.was_sending) == (DeliveryState.UNKNOWN, True)


async def test_a_second_drainer_is_told_who_drains(store: Store) -> None:
    async with store.drain():
        with pytest.raises(DrainedElsewhere, match="process"):
            async with store.drain():
                pass


@pytest.mark.parametrize("state", [DeliveryState.REJECTED, DeliveryState.BLOCKED])
async def test_an_operator_tries_again(store: Store, clock: ManualClock, state: DeliveryState) -> None:
    await publish(store, publication("A"))
    async with store.drain():
        await store.settle(await take(store, clock), state, why="operator", code="x")
        assert await store.retry("A/dmp")
        leased = await take(store, clock)
        assert (leased.state, leased.failures) == (DeliveryState.PENDING, 0)


async def test_an_operator_has_an_unknown_one_asked_about_now(store: Store, clock: ManualClock) -> None:
    await publish(store, publication("A"))
    async with store.drain():
        due = clock.now() + timedelta(seconds=600)
        await store.settle(await take(store, clock), DeliveryState.UNKNOWN, due=due, code="service.outcome_unknown")
        assert await store.lease("dmp", clock.now()) is None
        assert await store.retry("A/dmp")
        assert (await take(store, clock)).was_sending


async def test_nothing_is_tried_again_that_has_ended_well_or_waits_for_an_identity(
    store: Store, clock: ManualClock
) -> None:
    waiting = delivery("B/dmp", state=DeliveryState.BLOCKED, why="identity")
    other = delivery("B/mss", kind="mss")
    await publish(store, publication("A"), publication("B", waiting, other))
    async with store.drain():
        await store.settle(await take(store, clock), DeliveryState.DELIVERED, receipt=RECEIPT)
    assert not await store.retry("A/dmp")
    assert not await store.retry("B/dmp")
    assert not await store.retry("nothing")


async def test_an_untried_delivery_goes_back_without_a_trace(store: Store, clock: ManualClock) -> None:
    await publish(store, publication("A"))
    async with store.drain():
        await store.settle(await take(store, clock), DeliveryState.PENDING)
        assert (await take(store, clock)).failures == 0
    assert await store.events(0) == ()
    assert await store.verify_audit() == (0, None)


async def deliver(store: Store, clock: ManualClock) -> None:
    async with store.drain():
        leased = await take(store, clock)
        await store.begin_send(leased)
        await store.settle(leased, DeliveryState.DELIVERED, receipt=RECEIPT)


async def come_back(store: Store, why: str) -> None:
    returned = Returned(why=why, code="mail.bounce", service_code="5.1.1", service_text="unknown user")
    async with store.transaction() as tx:
        await tx.returned("mss", "A/1", returned)


@pytest.mark.parametrize(
    ("why", "state"), [("operator", DeliveryState.BLOCKED), ("no_mailbox", DeliveryState.NOT_APPLICABLE)]
)
async def test_what_comes_back_keeps_the_receipt_it_was_delivered_with(
    store: Store, clock: ManualClock, why: str, state: DeliveryState
) -> None:
    await publish(store, publication("A", delivery("A/1"), local_id="P1"))
    await deliver(store, clock)
    await come_back(store, why)
    (row,) = await store.deliveries_of("A")
    assert (row.state, row.why, row.code, row.service_code) == (state, why, "mail.bounce", "5.1.1")
    assert (row.receipt, row.service_text) == (RECEIPT, "unknown user")
    assert [event.kind for event in await store.events(0)][-1] == "delivery.returned"
    entries = [entry async for _, _, entry in store.audit_entries()]
    assert (entries[-1].action, entries[-1].actor, entries[-1].subject) == ("delivery.returned", "automaton:mss", "P1")


async def test_what_comes_back_to_an_operator_can_be_sent_again(store: Store, clock: ManualClock) -> None:
    await publish(store, publication("A", delivery("A/1")))
    await deliver(store, clock)
    await come_back(store, "operator")
    assert await store.retry("A/1")
    async with store.drain():
        assert not (await take(store, clock)).was_sending


async def test_nothing_comes_back_that_was_not_delivered_or_twice(store: Store, clock: ManualClock) -> None:
    await publish(store, publication("A", delivery("A/1")))
    await come_back(store, "operator")
    (row,) = await store.deliveries_of("A")
    assert row.state is DeliveryState.PENDING
    await deliver(store, clock)
    await come_back(store, "no_mailbox")
    await come_back(store, "operator")
    (row,) = await store.deliveries_of("A")
    assert (row.state, row.why) == (DeliveryState.NOT_APPLICABLE, "no_mailbox")


async def test_what_comes_back_before_its_sending_was_noted_is_taken_from_whoever_sends(
    store: Store, clock: ManualClock
) -> None:
    await publish(store, publication("A", delivery("A/1")))
    async with store.drain():
        leased = await take(store, clock)
        await store.begin_send(leased)
        await come_back(store, "no_mailbox")
        with pytest.raises(LeaseLost):
            await store.settle(leased, DeliveryState.DELIVERED, receipt=RECEIPT)
    (row,) = await store.deliveries_of("A")
    assert (row.state, row.why) == (DeliveryState.NOT_APPLICABLE, "no_mailbox")


async def test_what_comes_back_while_nobody_is_logged_in_to_ask_for_it_has_come_back(
    store: Store, clock: ManualClock
) -> None:
    await publish(store, publication("A", delivery("A/1")))
    async with store.drain():
        leased = await take(store, clock)
        await store.begin_send(leased)
        await store.settle(leased, DeliveryState.BLOCKED, why="login", doubtful=True)
    await come_back(store, "no_mailbox")
    (row,) = await store.deliveries_of("A")
    assert (row.state, row.why) == (DeliveryState.NOT_APPLICABLE, "no_mailbox")


async def test_what_waits_and_never_left_does_not_come_back(store: Store, clock: ManualClock) -> None:
    await publish(store, publication("A", delivery("A/1")))
    async with store.drain():
        await store.settle(await take(store, clock), DeliveryState.BLOCKED, why="login")
    await come_back(store, "no_mailbox")
    (row,) = await store.deliveries_of("A")
    assert (row.state, row.why) == (DeliveryState.BLOCKED, "login")


async def test_a_later_version_does_not_wait_for_what_came_back(store: Store, clock: ManualClock) -> None:
    await publish(store, publication("A", delivery("A/1"), series="S"), publication("B", delivery("B/1"), series="S"))
    await deliver(store, clock)
    await come_back(store, "operator")
    async with store.drain():
        assert (await take(store, clock)).envelope.delivery_id == "B/1"


async def test_what_came_back_of_a_replaced_version_is_not_sent_after_it(store: Store, clock: ManualClock) -> None:
    await publish(store, publication("A", delivery("A/1"), series="S"), publication("B", delivery("B/1"), series="S"))
    await deliver(store, clock)
    await come_back(store, "operator")
    await deliver(store, clock)
    (row,) = await store.deliveries_of("A")
    assert (row.state, row.why, row.receipt) == (DeliveryState.NOT_APPLICABLE, "superseded", RECEIPT)
    assert not await store.retry("A/1")
    last = (await store.events(0))[-1]
    assert (last.kind, last.delivery_id, last.why) == ("delivery.settled", "A/1", "superseded")


async def test_what_is_sent_again_before_its_replacement_goes_first(store: Store, clock: ManualClock) -> None:
    await publish(store, publication("A", delivery("A/1"), series="S"), publication("B", delivery("B/1"), series="S"))
    await deliver(store, clock)
    await come_back(store, "operator")
    assert await store.retry("A/1")
    async with store.drain():
        assert (await take(store, clock)).envelope.delivery_id == "A/1"


@contextmanager
def commits(store: Store) -> Iterator[list[str]]:
    """Note of each commit whether it waits for the disk (``FULL``) or not (``NORMAL``)."""
    noted: list[str] = []
    writer = store._database._writer  # type: ignore[attr-defined]
    writer.set_trace_callback(lambda text: noted.append(text.split()[-1]) if "synchronous" in text else None)
    yield noted
    writer.set_trace_callback(None)


async def test_only_what_may_be_done_again_after_a_loss_of_power_waits_for_no_disk(
    store: Store, clock: ManualClock
) -> None:
    await publish(store, publication("A"))
    with commits(store) as noted:
        async with store.drain():
            leased = await take(store, clock)
            await store.extend(leased)
            assert noted == ["NORMAL"] * 2
            await store.begin_send(leased, b"signed")
            await store.settle(leased, DeliveryState.DELIVERED, receipt=RECEIPT)
        assert noted[2:] == ["FULL"] * 2


async def test_a_sending_that_was_cut_is_told_by_a_commit_that_lasts(store: Store, clock: ManualClock) -> None:
    await publish(store, publication("A"))
    async with store.drain():
        await store.begin_send(await take(store, clock))
    with commits(store) as noted:
        async with store.drain():
            assert (await take(store, clock)).was_sending
        assert noted[-1] == "FULL"
