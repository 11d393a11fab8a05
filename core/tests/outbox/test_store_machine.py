"""Any order of publishing, leasing, crashing and settling: the store agrees with a model of a few lines."""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from caducee.errors import LeaseLost
from caducee.outbox.contract import FINAL, DeliveryState, Leased, Store

from .publications import START, ManualClock, delivery, opened, publication, publish

S = DeliveryState
ENDS = st.sampled_from([S.DELIVERED, S.REJECTED, S.NOT_APPLICABLE, S.UNKNOWN, S.BLOCKED, S.PENDING])


@dataclass
class Expected:
    name: str
    series: str
    state: DeliveryState = S.PENDING
    doubtful: bool = False
    attempts: int = 0
    due: datetime = START
    lease: Leased | None = None
    lease_until: datetime = START


class StoreMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.running = start_blocking_portal("asyncio")
        self.portal: BlockingPortal = self.running.__enter__()
        self.clock = ManualClock()
        self.model: list[Expected] = []
        self.stale: list[Leased] = []
        self.start()

    def start(self) -> None:
        """Open and drain, as a process that starts."""
        self.stack = AsyncExitStack()

        async def enter() -> Store:
            store = await self.stack.enter_async_context(opened(Path(self.folder.name), self.clock))
            await self.stack.enter_async_context(store.drain())
            return store

        self.store = self.portal.call(enter)

    def call(self, work: Callable[[], Awaitable[object]]) -> object:
        return self.portal.call(work)

    def teardown(self) -> None:
        self.portal.call(self.stack.aclose)
        self.running.__exit__(None, None, None)
        self.folder.cleanup()

    def takeable(self) -> Expected | None:
        now = self.clock.now()
        for position, item in enumerate(self.model):
            held = item.lease is not None and item.lease_until > now
            earlier = (other for other in self.model[:position] if other.series == item.series)
            waits = any(other.state not in FINAL for other in earlier)
            if item.state in {S.PENDING, S.UNKNOWN, S.SENDING} and item.due <= now and not held and not waits:
                return item
        return None

    def leased(self) -> list[Expected]:
        return [item for item in self.model if item.lease is not None]

    @rule(series=st.sampled_from("XYZ"))
    def publish(self, series: str) -> None:
        name = f"D{len(self.model)}"
        self.portal.call(publish, self.store, publication(name, delivery(name), series=series))
        self.model.append(Expected(name, series, due=self.clock.now()))

    @rule(seconds=st.sampled_from([1, 10, 31]))
    def wait(self, seconds: int) -> None:
        self.portal.call(self.clock.advance, seconds)

    @rule()
    def lease(self) -> None:
        expected = self.takeable()
        leased = self.portal.call(self.store.lease, "dmp", self.clock.now())
        assert (leased is None) == (expected is None)
        if leased is None or expected is None:
            return
        assert leased.envelope.document_id == expected.name
        assert leased.was_sending == expected.doubtful
        if expected.state is S.SENDING:
            expected.state = S.UNKNOWN
        if expected.lease is not None:
            self.stale.append(expected.lease)
        expected.lease, expected.lease_until = leased, self.clock.now() + timedelta(seconds=30)

    @precondition(lambda self: self.leased())
    @rule(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        item = data.draw(st.sampled_from(self.leased()))
        self.call(lambda: self.store.begin_send(self._lease(item)))
        item.state, item.doubtful, item.attempts = S.SENDING, True, item.attempts + 1

    @precondition(lambda self: self.leased())
    @rule(data=st.data(), end=ENDS, delay=st.sampled_from([0, 5]))
    def settle(self, data: st.DataObject, end: DeliveryState, delay: int) -> None:
        item = data.draw(st.sampled_from(self.leased()))
        due = self.clock.now() + timedelta(seconds=delay)
        self.call(lambda: self.store.settle(self._lease(item), end, due=due, code="x"))
        if end is S.BLOCKED and item.state is S.SENDING:
            item.attempts -= 1
        item.state, item.doubtful, item.due, item.lease = end, end is S.UNKNOWN, due, None

    @precondition(lambda self: self.stale)
    @rule(data=st.data(), end=ENDS)
    def settle_a_stale_lease(self, data: st.DataObject, end: DeliveryState) -> None:
        lost = data.draw(st.sampled_from(self.stale))
        try:
            self.call(lambda: self.store.settle(lost, end))
        except LeaseLost:
            return
        raise AssertionError("a stale lease was accepted")

    @rule()
    def unblock(self) -> None:
        self.call(lambda: self.store.unblock("dmp", ""))
        for item in self.model:
            if item.state is S.BLOCKED:
                item.state, item.due = S.PENDING, self.clock.now()

    @rule()
    def restart(self) -> None:
        self.portal.call(self.stack.aclose)
        self.start()
        for item in self.leased():
            assert item.lease is not None
            self.stale.append(item.lease)
            item.lease = None

    @invariant()
    def the_store_agrees(self) -> None:
        rows = self.portal.call(self.store.deliveries)
        expected = [(item.name, item.state, item.attempts) for item in reversed(self.model)]
        assert [(row.delivery_id, row.state, row.attempts) for row in rows] == expected

    @invariant()
    def the_audit_is_whole(self) -> None:
        assert self.portal.call(self.store.verify_audit)[1] is None

    @staticmethod
    def _lease(item: Expected) -> Leased:
        assert item.lease is not None
        return item.lease


TestStoreMachine = StoreMachine.TestCase
TestStoreMachine.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
