"""Whatever a plugin does, start after start: it is started again, closed each time, and stops when told."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caducee.supervisor import PluginState, Supervisor
from caducee.testing import MovingClock

from .strangers import until

FATES = ("cannot start", "dies", "dies at once", "exits", "ends quietly", "fails when closed")


class Life:
    """A factory that meets each of its fates in turn, then lives."""

    def __init__(self, fates: list[str]) -> None:
        self._fates = list(fates)
        self.opened = 0
        self.closed = 0

    @asynccontextmanager
    async def open(self, context: Any) -> AsyncIterator[object]:
        self.opened += 1
        try:
            async with self._living(self._fates.pop(0) if self._fates else ""):
                yield object()
        finally:
            self.closed += 1

    @asynccontextmanager
    async def _living(self, fate: str) -> AsyncIterator[None]:
        if fate == "cannot start":
            raise OSError
        if fate == "exits":
            raise SystemExit(1)
        async with anyio.create_task_group() as tasks:
            if fate == "dies at once":
                tasks.start_soon(self._die, 0)
            elif fate in ("dies", "fails when closed"):
                tasks.start_soon(self._die, 0.001)
            elif fate == "ends quietly":
                tasks.start_soon(self._end, tasks.cancel_scope)
            try:
                yield
            finally:
                if fate == "fails when closed":
                    raise ValueError

    async def _die(self, seconds: float) -> None:
        await anyio.sleep(seconds)
        raise RuntimeError

    async def _end(self, scope: anyio.CancelScope) -> None:
        await anyio.sleep(0.001)
        scope.cancel()


async def live(fates: list[str]) -> None:
    first, second = Life(fates), Life([])
    context: Any = SimpleNamespace(name="stranger", log=logging.getLogger("caducee.test"))
    supervisor = Supervisor(
        context=context,
        factories={"service a": second.open, "service b": first.open},
        clock=MovingClock(hurried=True),
    )
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(supervisor.run)
        await until(lambda: supervisor.starts == len(fates) + 1 and supervisor.state is PluginState.READY)
        async with supervisor.use("service b", patience=0):
            pass
        supervisor.stop()
    assert supervisor.state is PluginState.STOPPED
    assert first.opened == first.closed == second.opened == second.closed == len(fates) + 1


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@given(st.lists(st.sampled_from(FATES), max_size=5))
@settings(deadline=None, max_examples=40)
def test_any_sequence_of_fates_is_survived_and_every_factory_closed(backend: str, fates: list[str]) -> None:
    anyio.run(live, fates, backend=backend)
