"""The inbox as the practice's software sees it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import anyio
import pytest

from caducee.contracts.inbox import InboxItem, InboxState
from caducee.contracts.state import Received
from caducee.errors import ActorRefused, StoreBusy
from caducee.events import Bell
from caducee.inbox import DeskInbox
from caducee.inbox.desk import FAILURES, LEASE
from caducee.model.permissions import MAY, Verb
from caducee.model.practice import Actor, ActorKind
from caducee.outbox.contract import Store
from caducee.outbox.stores.sqlite import open_store
from caducee.testing.clock import MovingClock

pytestmark = pytest.mark.anyio

LGC = Actor.automaton("lgc")
SECRETARY = Actor.secretary("accueil")


class Desk:
    """A practice's software that files what it is handed, and may be told to fail."""

    def __init__(self) -> None:
        self.seen: list[InboxItem] = []
        self.fails = 0
        self.with_error: Exception = ValueError("NESSI-TEST")

    async def file(self, item: InboxItem) -> None:
        self.seen.append(item)
        if self.fails:
            self.fails -= 1
            raise self.with_error


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
async def store(tmp_path: Path, clock: MovingClock) -> AsyncIterator[Store]:
    async with open_store(tmp_path, tenant="essai", key=bytes(32), clock=clock) as opened:
        yield opened


@pytest.fixture
def inbox(store: Store, clock: MovingClock) -> DeskInbox:
    return DeskInbox(store, clock=clock, bell=Bell())


async def receive(store: Store, *keys: str) -> None:
    async with store.transaction() as tx:
        for key in keys:
            await tx.receive("mss", Received(key=key, kind="mail", content=key.encode()))


async def states(inbox: DeskInbox) -> list[InboxState]:
    return [row.state for row in reversed(await inbox.rows())]


async def until(inbox: DeskInbox, clock: MovingClock, desk: Desk, *wanted: InboxState) -> None:
    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            group.start_soon(partial(inbox.serve, acting=LGC), desk.file)
            while await states(inbox) != list(wanted):
                await clock.advance(5)
                await anyio.sleep(0.002)
            group.cancel_scope.cancel()


async def test_every_item_is_handed_over_oldest_first(store: Store, inbox: DeskInbox, clock: MovingClock) -> None:
    desk = Desk()
    await receive(store, "a", "b", "c")
    await until(inbox, clock, desk, *[InboxState.FILED] * 3)
    assert [item.key for item in desk.seen] == ["a", "b", "c"]


async def test_a_failing_item_is_handed_again_under_the_same_identifier(
    store: Store, inbox: DeskInbox, clock: MovingClock
) -> None:
    desk = Desk()
    desk.fails = 2
    await receive(store, "a")
    await until(inbox, clock, desk, InboxState.FILED)
    assert len(desk.seen) == 3
    assert len({item.item_id for item in desk.seen}) == 1


async def test_an_item_that_fails_too_often_is_set_aside_and_the_others_go_on(
    store: Store, inbox: DeskInbox, clock: MovingClock
) -> None:
    desk = Desk()
    desk.fails = FAILURES
    await receive(store, "a")
    await until(inbox, clock, desk, InboxState.ASIDE)
    await receive(store, "b")
    await until(inbox, clock, desk, InboxState.ASIDE, InboxState.FILED)
    (aside,) = await inbox.rows(states=frozenset({InboxState.ASIDE}))
    assert (aside.failures, aside.reason) == (FAILURES, "ValueError")


async def test_the_text_of_a_failure_is_neither_kept_nor_logged(
    store: Store, inbox: DeskInbox, clock: MovingClock, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk()
    desk.fails = 1
    desk.with_error = StoreBusy("NESSI-TEST")
    await receive(store, "a")
    await until(inbox, clock, desk, InboxState.FILED)
    assert "store.busy" in caplog.text
    assert "NESSI" not in caplog.text


async def test_an_item_set_aside_is_handed_again_when_a_person_asks(
    store: Store, inbox: DeskInbox, clock: MovingClock
) -> None:
    desk = Desk()
    desk.fails = FAILURES
    await receive(store, "a")
    await until(inbox, clock, desk, InboxState.ASIDE)
    (row,) = await inbox.rows()
    assert await inbox.again(row.item_id, acting=SECRETARY)
    await until(inbox, clock, desk, InboxState.FILED)


async def test_a_handler_that_is_cancelled_gives_its_item_back_without_a_failure(
    store: Store, inbox: DeskInbox
) -> None:
    reached = anyio.Event()

    async def hangs(item: InboxItem) -> None:
        reached.set()
        await anyio.sleep_forever()

    await receive(store, "a")
    async with anyio.create_task_group() as group:
        group.start_soon(partial(inbox.serve, acting=LGC), hangs)
        await reached.wait()
        group.cancel_scope.cancel()
    item = await inbox.take()
    assert item is not None
    assert item.failures == 0


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_handler_that_awaits_something_cancelled_fails_and_serving_goes_on(
    store: Store, inbox: DeskInbox, clock: MovingClock
) -> None:
    desk = Desk()

    async def awaits_what_was_cancelled(item: InboxItem) -> None:
        if item.key == "a" and item.failures == 0:
            other = asyncio.ensure_future(asyncio.sleep(60))
            other.cancel()
            await other
        await desk.file(item)

    await receive(store, "a", "b")
    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            group.start_soon(partial(inbox.serve, acting=LGC), awaits_what_was_cancelled)
            # As long as no time passes the first one is not due again: serving has gone on to the second.
            while await states(inbox) != [InboxState.WAITING, InboxState.FILED]:
                await anyio.sleep(0.002)
            while await states(inbox) != [InboxState.FILED] * 2:
                await clock.advance(5)
                await anyio.sleep(0.002)
            group.cancel_scope.cancel()
    assert [(row.failures, row.reason) for row in await inbox.rows()] == [(0, ""), (1, "")]
    assert [(item.key, item.failures) for item in desk.seen] == [("b", 0), ("a", 1)]


async def test_software_that_asks_by_itself_takes_and_answers(
    store: Store, inbox: DeskInbox, clock: MovingClock
) -> None:
    await receive(store, "a")
    item = await inbox.take(kinds=("mail",))
    assert item is not None
    assert await inbox.take() is None
    await inbox.failed(item, reason="full", acting=LGC)
    await clock.advance(1)
    item = await inbox.take()
    assert item is not None
    await inbox.filed(item, acting=SECRETARY)
    assert await states(inbox) == [InboxState.FILED]


async def test_a_long_handler_keeps_its_item(store: Store, inbox: DeskInbox, clock: MovingClock) -> None:
    release = anyio.Event()
    begun = anyio.Event()

    async def slow(item: InboxItem) -> None:
        begun.set()
        await release.wait()

    await receive(store, "a")
    async with anyio.create_task_group() as group:
        group.start_soon(partial(inbox.serve, acting=LGC), slow)
        await begun.wait()
        for _ in range(20):
            await clock.advance(15)
            await anyio.sleep(0.01)
        assert await inbox.take() is None
        release.set()
        with anyio.fail_after(5):
            while await states(inbox) != [InboxState.FILED]:
                await anyio.sleep(0.01)
        group.cancel_scope.cancel()


async def test_an_item_that_nobody_answers_for_is_set_aside(store: Store, inbox: DeskInbox, clock: MovingClock) -> None:
    await receive(store, "deadly", "fine")
    for _ in range(FAILURES):
        item = await inbox.take()
        assert item is not None
        assert item.key == "deadly"
        await clock.advance(LEASE.total_seconds() + 1)
    item = await inbox.take()
    assert item is not None
    assert item.key == "fine"
    (row,) = await inbox.rows(states=frozenset({InboxState.ASIDE}))
    assert (row.reason, row.failures) == ("unanswered", FAILURES)


async def test_the_audit_trail_says_who_filed(store: Store, inbox: DeskInbox) -> None:
    await receive(store, "k1")
    item = await inbox.take()
    assert item is not None
    await inbox.filed(item, acting=SECRETARY)
    entries = [entry async for _, _, entry in store.audit_entries()]
    assert [(entry.action, entry.actor) for entry in entries] == [("inbox.filed", "secretary:accueil")]


async def test_who_may_not_file_mail_files_none(
    store: Store, inbox: DeskInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MAY, ActorKind.SECRETARY, MAY[ActorKind.SECRETARY] - {Verb.FILE_MAIL})
    await receive(store, "k1")
    item = await inbox.take()
    assert item is not None
    for refused in (
        inbox.filed(item, acting=SECRETARY),
        inbox.failed(item, reason="full", acting=SECRETARY),
        inbox.again(item.item_id, acting=SECRETARY),
        inbox.serve(Desk().file, acting=SECRETARY),
    ):
        with pytest.raises(ActorRefused):
            await refused
    (row,) = await inbox.rows()
    assert row.state is InboxState.TAKEN


async def test_who_serves_is_woken_by_what_came(
    store: Store, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("caducee.inbox.desk._LOOK_AGAIN", 3600.0)
    bell, filed = Bell(), anyio.Event()

    async def file(_: InboxItem) -> None:
        filed.set()

    async with anyio.create_task_group() as group:
        group.start_soon(partial(DeskInbox(store, clock=clock, bell=bell).serve, acting=LGC), file)
        await anyio.wait_all_tasks_blocked()
        await receive(store, "later")
        bell.ring()
        with anyio.fail_after(5):
            await filed.wait()
        group.cancel_scope.cancel()
