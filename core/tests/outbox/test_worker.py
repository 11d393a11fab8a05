from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import pytest

from caducee.contracts.delivery import Envelope, Failure, Verdict, VerdictKind
from caducee.errors import (
    CardAbsent,
    ConnectFailed,
    OutcomeUnknown,
    ProtocolViolation,
    ServiceRejected,
    ServiceUnavailable,
)
from caducee.outbox.attempt import Limits
from caducee.outbox.contract import DeliveryRow, DeliveryState, Store
from caducee.outbox.policy import Policy
from caducee.outbox.worker import Lane

from .publications import ManualClock, publication, publish
from .scripted import ScriptedService

pytestmark = pytest.mark.anyio

LOST = OutcomeUnknown("scripted", "no answer")


@pytest.fixture
def service() -> ScriptedService:
    return ScriptedService(LOST)


async def no_verdict(kind: str, failure: Failure) -> Verdict | None:
    return None


def lane_of(store: Store, service: ScriptedService, clock: ManualClock, **more: object) -> Lane:
    arguments: dict[str, object] = {"classify": no_verdict, "policy": Policy()} | more
    return Lane(store, "dmp", deliverer=service.entered, clock=clock, **arguments)  # type: ignore[arg-type]


@asynccontextmanager
async def running(lane: Lane, store: Store) -> AsyncIterator[Lane]:
    async with store.drain(), anyio.create_task_group() as group:
        group.start_soon(lane.run)
        yield lane
        group.cancel_scope.cancel()


async def row(store: Store, document_id: str = "A") -> DeliveryRow:
    (found,) = await store.deliveries_of(document_id)
    return found


async def wait_for(
    store: Store, clock: ManualClock, state: DeliveryState, document_id: str = "A", *, step: float = 1.0
) -> DeliveryRow:
    async def reached() -> bool:
        return (await row(store, document_id)).state is state

    await clock.until(reached, step=step)
    return await row(store, document_id)


async def test_a_letter_is_prepared_and_sent_once(store: Store, service: ScriptedService, clock: ManualClock) -> None:
    await publish(store, publication("A"))
    async with running(lane_of(store, service, clock), store):
        done = await wait_for(store, clock, DeliveryState.DELIVERED)
    assert service.calls == ["prepare A", "send A"]
    assert done.receipt is not None
    assert not done.receipt.found_by_probe
    assert done.attempts == 1


async def test_an_answer_lost_after_the_commit_is_asked_about_and_nothing_is_sent_again(
    store: Store, service: ScriptedService, clock: ManualClock
) -> None:
    service.on_send = ["lost"]
    await publish(store, publication("A"))
    async with running(lane_of(store, service, clock), store):
        done = await wait_for(store, clock, DeliveryState.DELIVERED)
    assert DeliveryState.UNKNOWN in {event.state for event in await store.events(0)}
    assert service.calls == ["prepare A", "send A", "probe A"]
    assert service.arrivals["A"] == 1
    assert done.receipt is not None
    assert done.receipt.found_by_probe


async def test_what_the_service_does_not_hold_is_sent_again_with_the_same_bytes(
    store: Store, service: ScriptedService, clock: ManualClock
) -> None:
    service.on_send = [LOST]
    await publish(store, publication("A"))
    async with running(lane_of(store, service, clock), store):
        done = await wait_for(store, clock, DeliveryState.DELIVERED)
    assert service.calls == ["prepare A", "send A", "probe A", "send A"]
    assert service.sent[0] == service.sent[1]
    assert done.attempts == 2


async def test_while_the_service_cannot_be_asked_nothing_is_sent(
    store: Store, service: ScriptedService, clock: ManualClock
) -> None:
    service.on_send = ["lost"]
    service.on_probe = [ServiceUnavailable("scripted"), ServiceRejected("scripted"), CardAbsent(), ZeroDivisionError()]
    await publish(store, publication("A"))
    async with running(lane_of(store, service, clock), store) as lane:
        blocked = await wait_for(store, clock, DeliveryState.BLOCKED)
        assert blocked.why == "operator"
        assert await store.retry(blocked.delivery_id)
        lane.wake()
        assert (await wait_for(store, clock, DeliveryState.BLOCKED)).why == "card"
        await store.unblock("dmp", "card")
        lane.wake()
        await wait_for(store, clock, DeliveryState.DELIVERED)
    assert service.calls == ["prepare A", "send A", *["probe A"] * 5]
    assert service.arrivals["A"] == 1


async def test_an_outage_is_waited_out(store: Store, service: ScriptedService, clock: ManualClock) -> None:
    service.on_send = [ConnectFailed("scripted"), ConnectFailed("scripted")]
    await publish(store, publication("A"))
    async with running(lane_of(store, service, clock), store):
        done = await wait_for(store, clock, DeliveryState.DELIVERED)
    assert service.calls == ["prepare A", "send A", "send A", "send A"]
    assert done.attempts == 3


async def test_a_refusal_is_final_and_keeps_the_words_of_the_service(
    store: Store, service: ScriptedService, clock: ManualClock
) -> None:
    service.on_send = [ServiceRejected("scripted", service_code="E1", service_text="non")]
    await publish(store, publication("A"))
    async with running(lane_of(store, service, clock), store):
        done = await wait_for(store, clock, DeliveryState.REJECTED)
    assert (done.code, done.service_code, done.service_text) == ("service.rejected", "E1", "non")


async def test_without_the_card_the_letter_waits_and_leaves_when_it_is_back(
    store: Store, service: ScriptedService, clock: ManualClock
) -> None:
    service.on_prepare = [CardAbsent()]
    await publish(store, publication("A"), publication("B"))
    async with running(lane_of(store, service, clock), store) as lane:
        blocked = await wait_for(store, clock, DeliveryState.BLOCKED)
        assert (blocked.why, blocked.attempts) == ("card", 0)
        await wait_for(store, clock, DeliveryState.DELIVERED, "B")
        assert await store.unblock("dmp", "card") == 1
        lane.wake()
        await wait_for(store, clock, DeliveryState.DELIVERED)


async def test_the_verdict_of_the_plugin_goes_before_the_defaults(
    store: Store, service: ScriptedService, clock: ManualClock
) -> None:
    async def no_record(kind: str, failure: Failure) -> Verdict | None:
        assert (kind, failure.during, failure.service_code) == ("dmp", "prepare", "NF")
        return Verdict(VerdictKind.NOT_APPLICABLE, "no_dmp")

    service.on_prepare = [ServiceRejected("scripted", service_code="NF")]
    await publish(store, publication("A"))
    async with running(lane_of(store, service, clock, classify=no_record), store):
        done = await wait_for(store, clock, DeliveryState.NOT_APPLICABLE)
    assert done.why == "no_dmp"


async def test_a_failing_verdict_leaves_it_to_the_defaults(
    store: Store, service: ScriptedService, clock: ManualClock
) -> None:
    async def broken(kind: str, failure: Failure) -> Verdict | None:
        raise ZeroDivisionError

    service.on_send = [ServiceRejected("scripted")]
    await publish(store, publication("A"))
    async with running(lane_of(store, service, clock, classify=broken), store):
        await wait_for(store, clock, DeliveryState.REJECTED)


async def test_an_answer_that_cannot_be_read_is_asked_about(
    store: Store, service: ScriptedService, clock: ManualClock
) -> None:
    service.loss = ProtocolViolation("scripted", "truncated")
    service.on_send = ["lost"]
    await publish(store, publication("A"))
    async with running(lane_of(store, service, clock), store):
        await wait_for(store, clock, DeliveryState.DELIVERED)
    assert service.arrivals["A"] == 1


async def test_an_unexpected_error_while_preparing_ends_with_the_operator(
    store: Store, service: ScriptedService, clock: ManualClock
) -> None:
    service.on_prepare = [ZeroDivisionError() for _ in range(9)]
    await publish(store, publication("A"))
    async with running(lane_of(store, service, clock), store):
        blocked = await wait_for(store, clock, DeliveryState.BLOCKED, step=60)
    assert (blocked.why, blocked.code) == ("operator", "plugin.crashed")
    assert service.calls == ["prepare A"] * Policy().prepare_tries


async def test_versions_of_one_series_arrive_in_order(
    store: Store, service: ScriptedService, clock: ManualClock
) -> None:
    service.on_send = [ConnectFailed("scripted")]
    await publish(store, publication("A", series="S"), publication("B", series="S"))
    async with running(lane_of(store, service, clock), store):
        await wait_for(store, clock, DeliveryState.DELIVERED, "B")
    assert [call for call in service.calls if call in {"send A", "send B"}] == ["send A", "send A", "send B"]


async def test_a_cancelled_send_is_unknown_and_asked_about_by_the_next_worker(
    store: Store, service: ScriptedService, clock: ManualClock
) -> None:
    service.on_send = ["hang"]
    await publish(store, publication("A"))
    async with running(lane_of(store, service, clock), store):
        with anyio.fail_after(5):
            await service.hanging.wait()
    assert (await row(store)).state is DeliveryState.UNKNOWN
    async with running(lane_of(store, service, clock), store):
        await wait_for(store, clock, DeliveryState.DELIVERED)
    assert service.calls == ["prepare A", "send A", "probe A"]


@pytest.mark.parametrize("step", ["prepare", "probe"])
async def test_a_cancelled_step_is_made_again(
    store: Store, service: ScriptedService, clock: ManualClock, step: str
) -> None:
    service.on_send = [LOST]
    getattr(service, f"on_{step}").append("hang")
    await publish(store, publication("A"))
    async with running(lane_of(store, service, clock), store):

        async def hanging() -> bool:
            return service.hanging.is_set()

        await clock.until(hanging)
    async with running(lane_of(store, service, clock), store):
        await wait_for(store, clock, DeliveryState.DELIVERED)
    assert service.arrivals["A"] == 1
    assert service.calls.count(f"{step} A") == 2


async def test_what_was_being_sent_when_the_process_died_is_asked_about_first(
    store: Store, service: ScriptedService, clock: ManualClock
) -> None:
    await publish(store, publication("A"))
    async with store.drain():
        leased = await store.lease("dmp", clock.now())
        assert leased is not None
        await store.begin_send(leased, b"kept")
    async with running(lane_of(store, service, clock), store):
        await wait_for(store, clock, DeliveryState.DELIVERED)
    assert service.calls == ["probe A", "send A"]
    assert service.sent == [b"kept"]


async def test_a_send_without_end_is_unknown_after_its_limit(
    store: Store, service: ScriptedService, clock: ManualClock
) -> None:
    service.on_send = ["hang"]
    await publish(store, publication("A"))
    async with running(lane_of(store, service, clock, limits=Limits(send=0.05)), store):
        done = await wait_for(store, clock, DeliveryState.DELIVERED)
    assert done.receipt is not None
    assert done.receipt.found_by_probe


async def test_a_receipt_from_a_deliverer_that_swallowed_its_end_is_not_believed(
    store: Store, service: ScriptedService, clock: ManualClock
) -> None:
    service.on_send = ["swallow"]
    await publish(store, publication("A"))
    async with running(lane_of(store, service, clock, limits=Limits(send=0.05)), store):
        await wait_for(store, clock, DeliveryState.DELIVERED)
    assert service.calls == ["prepare A", "send A", "probe A", "send A"]
    assert list(service.held) == ["A"]


async def test_a_long_step_keeps_its_lease(store: Store, service: ScriptedService, clock: ManualClock) -> None:
    service.on_prepare = ["hang"]
    await publish(store, publication("A"))
    async with running(lane_of(store, service, clock), store):
        with anyio.fail_after(5):
            await service.hanging.wait()
        for _ in range(12):
            await clock.advance(5)
            await anyio.sleep(0.02)
        assert await store.lease("dmp", clock.now()) is None


async def test_while_the_plugin_is_not_ready_nothing_is_taken(
    store: Store, service: ScriptedService, clock: ManualClock
) -> None:
    service.ready = False
    await publish(store, publication("A"))
    async with running(lane_of(store, service, clock), store):
        for _ in range(5):
            await clock.advance(1)
            await anyio.sleep(0.005)
        assert (await row(store)).state is DeliveryState.PENDING
        assert service.calls == []
        service.ready = True
        await wait_for(store, clock, DeliveryState.DELIVERED)


async def test_a_lane_hears_of_new_work_at_once(store: Store, service: ScriptedService, clock: ManualClock) -> None:
    async with running(lane_of(store, service, clock), store) as lane:
        await anyio.sleep(0.05)
        await publish(store, publication("A"))
        lane.wake()
        with anyio.fail_after(5):
            while (await row(store)).state is not DeliveryState.DELIVERED:
                await anyio.sleep(0.005)


async def test_a_stopped_lane_takes_nothing_more(store: Store, service: ScriptedService, clock: ManualClock) -> None:
    await publish(store, publication("A"))
    lane = lane_of(store, service, clock)
    async with store.drain():
        lane.stop()
        with anyio.fail_after(5):
            await lane.run()
    assert service.calls == []


async def test_a_lane_that_may_delivers_several_series_at_once_and_each_in_order(
    store: Store, service: ScriptedService, clock: ManualClock
) -> None:
    service.on_send = ["hang"]
    await publish(store, publication("A", series="S"), publication("A2", series="S"), *map(publication, "BC"))
    async with running(lane_of(store, service, clock, at_once=3), store):
        for document in ("B", "C"):
            await wait_for(store, clock, DeliveryState.DELIVERED, document)
        assert (await row(store, "A")).state is DeliveryState.SENDING
        assert "prepare A2" not in service.calls


@pytest.mark.parametrize("at_once", [1, 2, 5])
async def test_however_many_at_once_each_document_arrives_once(
    store: Store, service: ScriptedService, clock: ManualClock, at_once: int
) -> None:
    names = [f"D{number}" for number in range(12)]
    service.on_send = ["lost", None, "lost"]
    await publish(store, *map(publication, names))
    async with running(lane_of(store, service, clock, at_once=at_once), store):
        for name in names:
            await wait_for(store, clock, DeliveryState.DELIVERED, name)
    assert service.arrivals == dict.fromkeys(names, 1)


async def test_what_becomes_due_while_another_is_under_way_does_not_wait_for_it(
    store: Store, service: ScriptedService, clock: ManualClock
) -> None:
    service.on_send = ["hang"]
    await publish(store, publication("A"))
    async with running(lane_of(store, service, clock, at_once=2), store) as lane:
        await service.hanging.wait()
        await publish(store, publication("B"))
        lane.wake()
        await wait_for(store, clock, DeliveryState.DELIVERED, "B")
        assert (await row(store, "A")).state is DeliveryState.SENDING


async def test_a_stopped_lane_finishes_all_that_it_is_at(
    store: Store, service: ScriptedService, clock: ManualClock
) -> None:
    lane = lane_of(store, service, clock, at_once=3)
    await publish(store, *map(publication, "ABC"))
    async with store.drain(), anyio.create_task_group() as group:
        group.start_soon(lane.run)
        while not service.calls:
            await anyio.sleep(0)
        lane.stop()
    states = [(await row(store, name)).state for name in "ABC"]
    assert all(state in (DeliveryState.DELIVERED, DeliveryState.PENDING) for state in states)
    assert DeliveryState.DELIVERED in states


async def test_what_was_signed_is_kept_even_when_the_program_ends_at_that_moment(
    store: Store, service: ScriptedService, clock: ManualClock
) -> None:
    await publish(store, publication("A"))
    service.on_send = ["hang"]
    with anyio.CancelScope() as ending:
        prepare = service.prepare

        async def last(envelope: Envelope) -> bytes:
            prepared = await prepare(envelope)
            ending.cancel()
            return prepared

        service.prepare = last  # type: ignore[method-assign]
        async with running(lane_of(store, service, clock), store):
            await anyio.sleep_forever()
    left = await row(store)
    assert (left.state, left.prepared) == (DeliveryState.UNKNOWN, True)
    service.prepare = prepare  # type: ignore[method-assign]
    async with running(lane_of(store, service, clock), store):
        await wait_for(store, clock, DeliveryState.DELIVERED)
    assert service.calls.count("prepare A") == 1
