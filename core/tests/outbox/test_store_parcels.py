"""Parcels of plugins, on every store: kept once, sent by the rules of documents."""

from __future__ import annotations

import pytest

from caducee.contracts.delivery import Receipt
from caducee.contracts.state import Parcel
from caducee.errors import IdempotencyConflict, StateConflict
from caducee.outbox.contract import DeliveryState, Store

from .publications import ManualClock

pytestmark = pytest.mark.anyio


def parcel(key: str = "lot 1", *, payload: bytes = b"B2", series: str = "", destination: bytes = b"{}") -> Parcel:
    return Parcel(
        key=key, kind="concentrator", payload=payload, reference="caisse", destination=destination, series=series
    )


async def deliver(store: Store, *parcels: Parcel, plugin: str = "tp") -> None:
    async with store.transaction() as tx:
        for one in parcels:
            await tx.deliver(plugin, one)


async def test_a_parcel_is_leased_as_its_bytes_for_its_destination(store: Store, clock: ManualClock) -> None:
    await deliver(store, parcel(destination=b'{"caisse":"01"}'))
    async with store.drain():
        leased = await store.lease("concentrator", clock.now())
    assert leased is not None
    envelope = leased.envelope
    assert (envelope.document, envelope.destination, envelope.entry) == (b"B2", b'{"caisse":"01"}', b"")
    assert envelope.document_id.startswith("parcel:tp:")


async def test_the_same_parcel_is_kept_once_even_after_it_has_left(store: Store, clock: ManualClock) -> None:
    await deliver(store, parcel(), parcel())
    async with store.drain():
        leased = await store.lease("concentrator", clock.now())
        assert leased is not None
        await store.begin_send(leased, b"")
        await store.settle(leased, DeliveryState.DELIVERED, receipt=Receipt(service="tp", at=""))
    await deliver(store, parcel())
    assert [row.state for row in await store.deliveries()] == [DeliveryState.DELIVERED]


@pytest.mark.parametrize("changed", [parcel(payload=b"other"), parcel(destination=b'{"caisse":"02"}')])
async def test_a_key_with_another_content_is_refused_with_all_of_its_transaction(store: Store, changed: Parcel) -> None:
    await deliver(store, parcel())
    with pytest.raises(IdempotencyConflict):  # noqa: PT012 - what raises is the end of the block
        async with store.transaction() as tx:
            await tx.append("tp", "ledger", b"sent")
            await tx.deliver("tp", changed)
    assert await store.read_stream("tp", "ledger", after=0, limit=9) == ()
    assert len(await store.deliveries()) == 1


async def test_a_parcel_is_not_kept_when_the_stream_beside_it_has_moved_on(store: Store) -> None:
    with pytest.raises(StateConflict):  # noqa: PT012 - what raises is the end of the block
        async with store.transaction() as tx:
            await tx.deliver("tp", parcel())
            await tx.append("tp", "ledger", b"sent", expected=3)
    assert await store.deliveries() == ()


async def test_the_same_key_of_another_plugin_is_another_parcel(store: Store) -> None:
    await deliver(store, parcel())
    await deliver(store, parcel(payload=b"other"), plugin="mss")
    assert len(await store.deliveries()) == 2


async def test_parcels_of_one_series_leave_in_their_order_and_the_others_do_not_wait(
    store: Store, clock: ManualClock
) -> None:
    await deliver(store, parcel("1", series="caisse 01"), parcel("2", series="caisse 01"), parcel("3", payload=b"free"))
    async with store.drain():
        first = await store.lease("concentrator", clock.now())
        free = await store.lease("concentrator", clock.now())
        assert first is not None
        assert free is not None
        assert free.envelope.document == b"free"
        assert await store.lease("concentrator", clock.now()) is None
        await store.settle(first, DeliveryState.REJECTED)
        assert await store.lease("concentrator", clock.now()) is not None


async def test_a_parcel_whose_answer_was_lost_is_asked_about_with_the_same_bytes(
    store: Store, clock: ManualClock
) -> None:
    await deliver(store, parcel())
    async with store.drain():
        first = await store.lease("concentrator", clock.now())
        assert first is not None
        await store.begin_send(first, b"signed")
    async with store.drain():
        again = await store.lease("concentrator", clock.now())
    assert again is not None
    assert (again.was_sending, again.prepared, again.envelope) == (True, b"signed", first.envelope)


async def test_a_log_in_releases_all_that_waited_for_one_and_nothing_else(store: Store, clock: ManualClock) -> None:
    async with store.transaction() as tx:
        for key, kind in (("1", "mail"), ("2", "mail"), ("3", "other")):
            await tx.deliver("mss", Parcel(key=key, kind=kind, payload=b"mail", author="roux"))
    async with store.drain():
        for kind, why in (("mail", "login"), ("mail", "operator"), ("other", "login")):
            leased = await store.lease(kind, clock.now())
            assert leased is not None
            await store.settle(leased, DeliveryState.BLOCKED, why=why, code="credential.session_expired")
    async with store.transaction() as tx:
        await tx.release_waiting("login")
    rows = [(row.kind, row.state, row.why) for row in await store.deliveries()]
    assert sorted(rows) == [("mail", "blocked", "operator"), ("mail", "pending", ""), ("other", "pending", "")]
