"""The lane of one kind of destination: takes what is due, a few deliveries at once where its plugin allows it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime

import anyio

from caducee.clock import Clock
from caducee.contracts.delivery import Deliverer
from caducee.errors import CaduceeError, NotReady
from caducee.outbox.attempt import Attempt, Classify, Limits
from caducee.outbox.contract import Leased, Store
from caducee.outbox.policy import Policy

POLL = 1.0
"""Seconds after which the store is looked at for what other processes have published."""

_log = logging.getLogger("caducee.outbox")


class Lane:
    """Delivers to one kind of destination, in order within each document series.

    ``at_once`` deliveries are made at the same time, never two of one series: the store leases only the first of each.
    ``deliverer`` enters the plugin that serves the kind; while it raises ``NotReady`` the lane waits and takes
    nothing. Run it while holding ``store.drain()``. Cancelling it at any point loses nothing.
    """

    def __init__(
        self,
        store: Store,
        kind: str,
        *,
        deliverer: Callable[[], AbstractAsyncContextManager[Deliverer]],
        classify: Classify,
        clock: Clock,
        policy: Policy,
        limits: Limits | None = None,
        at_once: int = 1,
    ) -> None:
        self._at_once = at_once
        self.kind = kind
        self._store = store
        self._deliverer = deliverer
        self._clock = clock
        self._policy = policy
        self._attempt = Attempt(store, classify=classify, clock=clock, policy=policy, limits=limits or Limits())
        self._work = anyio.Event()
        self._listeners: list[Callable[[], None]] = []
        self._waiting_for_plugin = False
        self._stopping = False

    def tell(self, listener: Callable[[], None]) -> None:
        """Call this after each delivery that was tried."""
        self._listeners.append(listener)

    def wake(self) -> None:
        """Say that there may be something to do: a publication, a card, an operator. Call it from the event loop."""
        self._work.set()

    def stop(self) -> None:
        """Finish the delivery at hand and take no other: ``run`` returns."""
        self._stopping = True
        self._work.set()

    async def run(self) -> None:
        """Deliver until ``stop`` or until cancelled. A failing store or plugin makes it wait, not end."""
        while not self._stopping:
            self._work = anyio.Event()
            try:
                wait = await self._turn()
            except NotReady:
                self._note_plugin(ready=False)
                wait = POLL
            except CaduceeError as error:
                _log.error("lane %s failed with %s", self.kind, error.code)
                wait = POLL
            except Exception as error:  # noqa: BLE001 - a plugin may raise anything; what waits must still leave
                _log.error("lane %s failed with %s", self.kind, type(error).__name__)
                wait = POLL
            await self._rest(wait)

    async def _turn(self) -> float:
        """Deliver what is due; return how many seconds to rest."""
        due = await self._store.next_due(self.kind)
        if due is None or due > self._clock.now():
            await self._store.checkpoint()
            return self._until(due)
        async with self._deliverer() as deliverer:
            self._note_plugin(ready=True)
            return 0.0 if await self._deliver_due(deliverer) else POLL

    async def _deliver_due(self, deliverer: Deliverer) -> int:
        """Deliver until nothing is due; return how many deliveries that took."""
        return await (self._deliver_in_turn(deliverer) if self._at_once == 1 else self._deliver_side_by_side(deliverer))

    async def _deliver_side_by_side(self, deliverer: Deliverer) -> int:
        """What becomes due while others are under way is taken at once, as long as there is room."""
        turns = busy = 0

        async def deliver(leased: Leased) -> None:
            nonlocal busy
            try:
                await self._try(leased, deliverer)
            finally:
                busy -= 1
                self._work.set()

        async with anyio.create_task_group() as group:
            while True:
                self._work = anyio.Event()
                room = busy < self._at_once and not self._stopping
                leased = await self._store.lease(self.kind, self._clock.now()) if room else None
                if leased is not None:
                    turns, busy = turns + 1, busy + 1
                    group.start_soon(deliver, leased)
                elif busy == 0:
                    break
                else:
                    await self._work.wait()
        return turns

    async def _deliver_in_turn(self, deliverer: Deliverer) -> int:
        turns = 0
        while not self._stopping and (leased := await self._store.lease(self.kind, self._clock.now())) is not None:
            await self._try(leased, deliverer)
            turns += 1
        return turns

    async def _try(self, leased: Leased, deliverer: Deliverer) -> None:
        await self._attempt.make(leased, deliverer)
        for listener in self._listeners:
            listener()
        await self._store.checkpoint(resting=False)

    def _until(self, due: datetime | None) -> float:
        if due is None:
            return POLL
        # Instants are real while the clock's sleep is divided by its pace.
        return min(POLL, max(0.0, (due - self._clock.now()).total_seconds() * self._policy.pace))

    async def _rest(self, seconds: float) -> None:
        """Wait for the clock or for ``wake``."""
        async with anyio.create_task_group() as group:
            group.start_soon(self._ring, seconds)
            await self._work.wait()
            group.cancel_scope.cancel()

    async def _ring(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._work.set()

    def _note_plugin(self, *, ready: bool) -> None:
        """Log the loss of the plugin once, and its return once."""
        if ready == self._waiting_for_plugin:
            _log.info("lane %s: its plugin is %s", self.kind, "back" if ready else "not ready")
            self._waiting_for_plugin = not ready
