"""State and inbox against a model, through any sequence of steps, with the store opened anew at any moment."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import timedelta
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
        self.received.setdefault(key, InboxState.WAITING)

    @rule()
    def take(self) -> None:
        item = self._call(lambda: self.store.take_item((), until=self.clock.now() + timedelta(minutes=1)))
        waiting = [key for key, state in self.received.items() if state is InboxState.WAITING]
        assert (item.key if item else None) == (waiting[0] if waiting else None)
        if item is not None:
            assert item.content == item.key.encode()
            self.received[item.key] = InboxState.TAKEN
            self.held.append(item)

    @rule(state=st.sampled_from([InboxState.FILED, InboxState.ASIDE]))
    def end(self, state: InboxState) -> None:
        for item in self.held:
            self._call(lambda item=item: self.store.end_item(item, state, reason="x"))
            self.received[item.key] = state
        self.held.clear()

    @rule()
    def let_leases_end(self) -> None:
        self._call(lambda: self.clock.advance(61))
        stale, self.held = self.held, []
        for item in stale:
            self.received[item.key] = InboxState.WAITING
        if stale:
            self.take()

            async def late() -> bool:
                try:
                    await self.store.end_item(stale[0], InboxState.FILED)
                except LeaseLost:
                    return True
                return False

            assert self._call(late) is (self.held[0].item_id == stale[0].item_id)

    @invariant()
    def agrees(self) -> None:
        async def look() -> Any:
            found = {r.key: r.value async for r in self.store.records("p", "c")}
            by_patient = {r.key for r in await self.store.find("p", "c", "patient", "a")}
            entries = await self.store.read_stream("p", "s", after=0, limit=500)
            return found, by_patient, [(e.number, e.value) for e in entries], len(await self.store.items())

        found, by_patient, entries, items = self._call(look)
        assert found == {key: value for key, (value, _) in self.records.items()}
        assert by_patient == {key for key, (_, patient) in self.records.items() if patient == "a"}
        assert entries == list(enumerate(self.stream, start=1))
        assert items == len(self.received)

    def teardown(self) -> None:
        self._call(self.stack.aclose)
        self.portal_of.__exit__(None, None, None)
        self.folder.cleanup()


TestStateMachine = StateMachine.TestCase
TestStateMachine.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
