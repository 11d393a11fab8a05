"""State and inbox against a model, through any sequence of steps, with the store opened anew at any moment."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import anyio.from_thread
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from caducee.contracts.inbox import InboxItem, InboxState
from caducee.contracts.state import Received
from caducee.errors import LeaseLost, StateConflict

from .publications import ManualClock, opened

KEYS = st.sampled_from(["a", "b", "c", "é"])
VALUES = st.binary(max_size=20)


class StateMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.portal_of = anyio.from_thread.start_blocking_portal()
        self.portal = self.portal_of.__enter__()
        self.clock = ManualClock()
        self.stack = AsyncExitStack()
        self.records: dict[str, tuple[bytes, str]] = {}
        self.stream: list[bytes] = []
        self.received: dict[str, InboxState] = {}
        self.failures: dict[str, int] = {}
        self.due: dict[str, datetime] = {}
        self.held: list[InboxItem] = []
        self._open()

    def _call(self, function: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        return self.portal.call(function)

    def _open(self) -> None:
        self.store = self._call(lambda: self.stack.enter_async_context(opened(Path(self.folder.name), self.clock)))

    @rule()
    def open_anew(self) -> None:
        self._call(self.stack.aclose)
        self._open()

    @rule(key=KEYS, value=VALUES, patient=KEYS)
    def put(self, key: str, value: bytes, patient: str) -> None:
        async def work() -> None:
            async with self.store.transaction() as tx:
                await tx.put("p", "c", key, value, index={"patient": patient})

        self._call(work)
        self.records[key] = (value, patient)

    @rule(key=KEYS)
    def delete(self, key: str) -> None:
        async def work() -> None:
            async with self.store.transaction() as tx:
                await tx.delete("p", "c", key)

        self._call(work)
        self.records.pop(key, None)

    @rule(value=VALUES, expected=st.none() | st.integers(0, 3))
    def append(self, value: bytes, expected: int | None) -> None:
        async def work() -> bool:
            try:
                async with self.store.transaction() as tx:
                    await tx.append("p", "s", value, expected=expected)
            except StateConflict:
                return False
            return True

        fits = expected is None or expected == len(self.stream)
        assert self._call(work) is fits
        if fits:
            self.stream.append(value)

    @rule(key=KEYS)
    def receive(self, key: str) -> None:
        async def work() -> None:
            async with self.store.transaction() as tx:
                await tx.receive("p", Received(key=key, kind="mail", content=key.encode()))

        self._call(work)
        self._is_received(key)

    def _is_received(self, key: str) -> None:
        if key not in self.received:
            self.received[key], self.failures[key], self.due[key] = InboxState.WAITING, 0, self.clock.now()

    @rule(key=KEYS, value=VALUES, expected=st.integers(0, 3))
    def all_together(self, key: str, value: bytes, expected: int) -> None:
        """A record, an item and an entry: all of them are kept, or none."""

        async def work() -> bool:
            try:
                async with self.store.transaction() as tx:
                    await tx.put("p", "c", key, value, index={"patient": key})
                    await tx.receive("p", Received(key=key, kind="mail", content=key.encode()))
                    await tx.append("p", "s", value, expected=expected)
            except StateConflict:
                return False
            return True

        fits = expected == len(self.stream)
        assert self._call(work) is fits
        if fits:
            self.records[key] = (value, key)
            self.stream.append(value)
            self._is_received(key)

    @rule()
    def take(self) -> None:
        item = self._call(lambda: self.store.take_item((), until=self.clock.now() + timedelta(minutes=1)))
        waiting = [key for key in self.received if self._is_due(key)]
        assert (item.key if item else None) == (waiting[0] if waiting else None)
        if item is not None:
            self.failures[item.key] += self.received[item.key] is InboxState.TAKEN
            assert (item.content, item.failures) == (item.key.encode(), self.failures[item.key])
            self.received[item.key] = InboxState.TAKEN
            self.held.append(item)

    def _is_due(self, key: str) -> bool:
        if self.received[key] is InboxState.TAKEN:
            return key not in {item.key for item in self.held}
        return self.received[key] is InboxState.WAITING and self.due[key] <= self.clock.now()

    @rule(state=st.sampled_from([InboxState.FILED, InboxState.ASIDE, InboxState.WAITING]), counts=st.booleans())
    def end(self, state: InboxState, counts: bool) -> None:
        due = self.clock.now() + timedelta(seconds=30)
        for item in self.held:
            self._call(lambda item=item: self.store.end_item(item, state, due=due, reason="x", counts=counts))
            self.received[item.key], self.due[item.key] = state, due
            self.failures[item.key] += counts and state is not InboxState.FILED
        self.held.clear()

    @rule()
    def a_person_asks_again(self) -> None:
        for row in self._call(self.store.items):
            changed = self._call(lambda row=row: self.store.retry_item(row.item_id, actor="doctor:roux"))
            assert changed is (row.state is InboxState.ASIDE)
        for key, state in self.received.items():
            if state is InboxState.ASIDE:
                self.received[key], self.failures[key], self.due[key] = InboxState.WAITING, 0, self.clock.now()

    @rule()
    def let_leases_end(self) -> None:
        self._call(lambda: self.clock.advance(61))
        stale, self.held = self.held, []
        if stale:
            self.take()

            async def late() -> bool:
                try:
                    await self.store.end_item(stale[0], InboxState.FILED)
                except LeaseLost:
                    return True
                return False

            lost = self._call(late)
            assert lost is (self.held[0].item_id == stale[0].item_id)
            if not lost:  # nobody has taken it since: the late answer counts
                self.received[stale[0].key] = InboxState.FILED

    @invariant()
    def agrees(self) -> None:
        async def look() -> Any:
            found = {r.key: r.value async for r in self.store.records("p", "c")}
            by_patient = {r.key for r in await self.store.find("p", "c", "patient", "a")}
            entries = await self.store.read_stream("p", "s", after=0, limit=500)
            rows = [(row.state, row.failures) for row in reversed(await self.store.items())]
            return found, by_patient, [(e.number, e.value) for e in entries], rows

        found, by_patient, entries, rows = self._call(look)
        assert found == {key: value for key, (value, _) in self.records.items()}
        assert by_patient == {key for key, (_, patient) in self.records.items() if patient == "a"}
        assert entries == list(enumerate(self.stream, start=1))
        assert rows == [(state, self.failures[key]) for key, state in self.received.items()]

    def teardown(self) -> None:
        self._call(self.stack.aclose)
        self.portal_of.__exit__(None, None, None)
        self.folder.cleanup()


TestStateMachine = StateMachine.TestCase
TestStateMachine.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
