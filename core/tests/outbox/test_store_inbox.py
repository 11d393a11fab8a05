"""What services gave, on every store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from caducee.contracts.inbox import InboxItem, InboxState
from caducee.contracts.state import Received
from caducee.errors import LeaseLost
from caducee.outbox.contract import Store

from .publications import ManualClock

pytestmark = pytest.mark.anyio
MINUTE = timedelta(minutes=1)


async def receive(store: Store, key: str, *, plugin: str = "mss", kind: str = "mail", content: bytes = b"x") -> None:
    async with store.transaction() as tx:
        await tx.receive(plugin, Received(key=key, kind=kind, content=content, subject="P1"))


async def take(store: Store, clock: ManualClock, *kinds: str) -> InboxItem:
    item = await store.take_item(kinds, until=clock.now() + MINUTE)
    assert item is not None
    return item


async def test_an_item_is_handed_over_with_all_that_was_received(store: Store, clock: ManualClock) -> None:
    await receive(store, "k1", content=b"body")
    item = await take(store, clock)
    assert (item.plugin, item.kind, item.key, item.content, item.subject) == ("mss", "mail", "k1", b"body", "P1")
    assert (item.failures, item.received) == (0, clock.now())


async def test_a_repeat_is_kept_once_for_ever(store: Store, clock: ManualClock) -> None:
    await receive(store, "k1")
    await receive(store, "k1", content=b"again")
    item = await take(store, clock)
    await store.end_item(item, InboxState.FILED)
    await receive(store, "k1")
    assert await store.take_item((), until=clock.now()) is None
    assert len(await store.items()) == 1


async def test_the_same_key_of_another_plugin_is_another_item(store: Store) -> None:
    await receive(store, "k1")
    await receive(store, "k1", plugin="tp")
    assert len(await store.items()) == 2


async def test_items_are_handed_over_oldest_first_and_by_kind(store: Store, clock: ManualClock) -> None:
    await receive(store, "k1")
    await receive(store, "k2", kind="receipt")
    assert (await take(store, clock, "receipt")).key == "k2"
    assert (await take(store, clock)).key == "k1"
    assert await store.take_item((), until=clock.now()) is None


async def test_an_item_whose_lease_has_ended_is_handed_over_again(store: Store, clock: ManualClock) -> None:
    await receive(store, "k1")
    first = await take(store, clock)
    await clock.advance(61)
    second = await take(store, clock)
    assert (second.item_id, second.fence) == (first.item_id, first.fence + 1)
    for late in (store.end_item(first, InboxState.FILED), store.extend_item(first, until=clock.now())):
        with pytest.raises(LeaseLost):
            await late
    await store.end_item(second, InboxState.FILED)


async def test_an_extended_lease_is_kept(store: Store, clock: ManualClock) -> None:
    await receive(store, "k1")
    item = await take(store, clock)
    await store.extend_item(item, until=clock.now() + 3 * MINUTE)
    await clock.advance(120)
    assert await store.take_item((), until=clock.now()) is None


async def test_a_failed_item_waits_for_its_time_and_counts(store: Store, clock: ManualClock) -> None:
    await receive(store, "k1")
    await store.end_item(await take(store, clock), InboxState.WAITING, due=clock.now() + MINUTE, reason="ValueError")
    assert await store.take_item((), until=clock.now()) is None
    await clock.advance(61)
    assert (await take(store, clock)).failures == 1


async def test_an_item_given_back_counts_no_failure(store: Store, clock: ManualClock) -> None:
    await receive(store, "k1")
    await store.end_item(await take(store, clock), InboxState.WAITING, counts=False)
    assert (await take(store, clock)).failures == 0


async def test_an_item_set_aside_waits_for_a_person_and_keeps_its_content(store: Store, clock: ManualClock) -> None:
    await receive(store, "k1", content=b"body")
    item = await take(store, clock)
    await store.end_item(item, InboxState.ASIDE, reason="ValueError")
    (row,) = await store.items(frozenset({InboxState.ASIDE}))
    assert (row.item_id, row.reason, row.failures) == (item.item_id, "ValueError", 1)
    assert await store.take_item((), until=clock.now()) is None
    assert await store.retry_item(item.item_id, actor="secretary:accueil")
    assert not await store.retry_item(item.item_id, actor="secretary:accueil")
    assert (await take(store, clock)).content == b"body"
    audited = [(entry.action, entry.actor) async for _, _, entry in store.audit_entries()]
    assert audited[-1] == ("inbox.again", "secretary:accueil")
    assert [action for action, _ in audited].count("inbox.again") == 1


async def test_what_becomes_of_an_item_is_told_and_audited(store: Store, clock: ManualClock) -> None:
    await receive(store, "k1")
    await store.end_item(await take(store, clock), InboxState.FILED)
    assert [event.kind for event in await store.events(0)] == ["inbox.received", "inbox.filed"]
    assert [entry.action async for _, _, entry in store.audit_entries()] == ["inbox.filed"]
    assert await store.verify_audit() == (1, None)
