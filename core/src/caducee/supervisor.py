"""One plugin's life: starting, ready, degraded, waiting, stopped. It never reaches another plugin or the kernel."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from enum import StrEnum
from typing import Any

import anyio

from caducee.clock import Clock
from caducee.contracts.plugin import PluginContext
from caducee.errors import (
    AmbiguousCard,
    CaduceeError,
    CardAbsent,
    CardRemoved,
    NotGranted,
    NotReady,
    OtherCard,
    PinBlocked,
    PinLastTry,
    PinRequired,
    PinWrong,
    PluginCrashed,
    Retry,
)

BACK_OFF = (5.0, 10.0, 20.0, 40.0, 80.0)
_STEADY = timedelta(seconds=60)
_CARD = (CardAbsent, CardRemoved, OtherCard, AmbiguousCard)
_PIN = (PinRequired, PinWrong, PinLastTry, PinBlocked)

Factories = Mapping[str, Callable[[PluginContext], AbstractAsyncContextManager[Any]]]


class PluginState(StrEnum):
    """Where a plugin stands. ``WAITING`` is for a card, a PIN, an operator, or the next start."""

    DISCOVERED = "discovered"
    REFUSED = "refused"
    VALIDATED = "validated"
    STARTING = "starting"
    READY = "ready"
    DEGRADED = "degraded"
    WAITING = "waiting"
    DRAINING = "draining"
    STOPPED = "stopped"


_SERVING = (PluginState.READY, PluginState.DEGRADED)


class Supervisor:
    """Keeps one plugin alive: one task, in which every factory of the plugin is entered and left."""

    def __init__(self, *, context: PluginContext, factories: Factories, clock: Clock) -> None:
        self.name = context.name
        self.state = PluginState.VALIDATED
        self.why = ""
        self.starts = 0
        self.ended = anyio.Event()
        self._trouble = ""
        self._context = context
        self._factories = factories
        self._clock = clock
        self._services: dict[str, Any] = {}
        self._users: set[anyio.CancelScope] = set()
        self._life = anyio.CancelScope()
        self._pause = anyio.CancelScope()
        self._idle = anyio.Event()
        self._stop = anyio.Event()
        self._tried = anyio.Event()

    async def run(self) -> None:
        """Live until told to stop. Raises nothing of the plugin's."""
        failures = 0
        try:
            while not self._stop.is_set():
                began = self._clock.now()
                failure = await self._live()
                self._tried.set()
                if self._stop.is_set():
                    break
                failures = 1 if self._clock.now() - began > _STEADY else failures + 1
                self._wait_for(failure)
                await self._back_off(BACK_OFF[min(failures, len(BACK_OFF)) - 1])
        finally:
            self._tried.set()
            self._move(PluginState.STOPPED)
            self.ended.set()

    def stop(self) -> None:
        """Ask for a clean stop: users finish, then the factories are left. A start that is not over is given up."""
        self._stop.set()
        self._pause.cancel()
        if self.state is PluginState.STARTING:
            self._life.cancel()

    def abort(self) -> None:
        """End the life now: whatever still uses or holds the plugin is cancelled."""
        self.stop()
        self._life.cancel()

    def nudge(self) -> None:
        """Start now what waits: a card came back, an operator acted."""
        self._pause.cancel()

    def trouble(self, why: str) -> None:
        """A hook failed: the services still serve."""
        self._trouble = why
        self._serving()

    def recovered(self) -> None:
        """A hook answered well again."""
        self.trouble("")

    @property
    def standing(self) -> str:
        """The state in words: ``ready``, ``waiting(card)``."""
        return f"{self.state}({self.why})" if self.why else str(self.state)

    @asynccontextmanager
    async def use(self, name: str, *, patience: float) -> AsyncIterator[Any]:
        """Lend a service. Only the very first start is waited for, ``patience`` seconds at most.

        Raises:
            NotReady: the plugin is not ready; its state is named.
            PluginCrashed: it died while it was used; the block was cancelled.
        """
        if not self._tried.is_set():
            with anyio.move_on_after(patience):
                await self._tried.wait()
        if name not in self._services or self.state not in _SERVING:
            raise NotReady(self.name, self.standing)
        with anyio.CancelScope() as scope, self._counted(scope):
            yield self._services[name]
        if scope.cancelled_caught:
            raise PluginCrashed(self.name, "died while it was used")

    @contextmanager
    def _counted(self, scope: anyio.CancelScope) -> Iterator[None]:
        self._users.add(scope)
        try:
            yield
        finally:
            self._users.discard(scope)
            if not self._users:
                self._idle.set()

    async def _live(self) -> BaseException | None:
        """One start to its end; return what ended it, ``None`` for a clean stop."""
        self.starts += 1
        # Shielded: when the host is cancelled the plugin is stopped, not cut; ``stop`` and ``abort`` end it.
        self._life = anyio.CancelScope(shield=True)
        self._move(PluginState.STARTING)
        try:
            with self._life:
                async with AsyncExitStack() as stack:
                    await self._serve(stack)
                return None if self._stop.is_set() else PluginCrashed(self.name, "ended by itself")
        except BaseException as failure:
            if not _is_the_plugin_s(failure):
                raise
            self._context.log.warning("plugin ended: %s", type(innermost(failure)).__name__)
            return failure
        return None

    async def _serve(self, stack: AsyncExitStack) -> None:
        try:
            for name, factory in self._factories.items():
                self._services[name] = await stack.enter_async_context(factory(self._context))
            self._move(PluginState.READY)
            self._serving()
            if self.starts > 1:
                self._context.log.info("plugin is back")
            self._tried.set()
            await self._stop.wait()
            self._move(PluginState.DRAINING)
            await self._drained()
        finally:
            self._move(PluginState.DRAINING)
            self._services.clear()
            for scope in self._users:
                scope.cancel()

    async def _drained(self) -> None:
        while self._users:
            self._idle = anyio.Event()
            await self._idle.wait()

    def _wait_for(self, failure: BaseException | None) -> None:
        cause = innermost(failure) if failure else None
        if isinstance(cause, _CARD):
            why = "card"
        elif isinstance(cause, _PIN):
            why = "pin"
        elif isinstance(cause, NotGranted):
            why = f"operator: {cause}"
        elif isinstance(cause, CaduceeError) and cause.retry in (Retry.AFTER_HUMAN, Retry.NEVER):
            why = f"operator: {cause.code}"
        else:
            why = f"restart after {type(cause).__name__}"
        self._move(PluginState.WAITING, why)

    async def _back_off(self, seconds: float) -> None:
        self._pause = anyio.CancelScope()
        if self._stop.is_set():
            return
        with self._pause:
            await self._clock.sleep(seconds)

    def _serving(self) -> None:
        if self.state in _SERVING:
            self._move(PluginState.DEGRADED if self._trouble else PluginState.READY, self._trouble)

    def _move(self, state: PluginState, why: str = "") -> None:
        self.state, self.why = state, why


def _is_the_plugin_s(failure: BaseException) -> bool:
    """Say whether a failure ends with the plugin: a cancellation or an interrupt is the host's and goes on."""
    if isinstance(failure, BaseExceptionGroup):
        return all(_is_the_plugin_s(one) for one in failure.exceptions)
    return isinstance(failure, Exception | SystemExit)


def innermost(failure: BaseException) -> BaseException:
    """Return the one error that a task group wrapped, or the first of several."""
    while isinstance(failure, BaseExceptionGroup):
        failure = failure.exceptions[0]
    return failure
