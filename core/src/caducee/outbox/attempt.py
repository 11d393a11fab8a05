"""One turn of one delivery: from its lease to its settlement."""

from __future__ import annotations

import logging
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import anyio
import msgspec

from caducee.clock import Clock
from caducee.contracts.delivery import Deliverer, Failure, Receipt, Verdict
from caducee.errors import CaduceeError, LeaseLost, StoreError
from caducee.outbox.contract import DeliveryState, Leased, Store
from caducee.outbox.policy import Decision, Policy, Step, decide

T = TypeVar("T")

Classify = Callable[[str, Failure], Awaitable[Verdict | None]]

HEARTBEAT = 10.0
SETTLE_GRACE = 5.0

_log = logging.getLogger("caducee.outbox")


class _StepFailed(Exception):
    """A step of the deliverer raised ``cause``."""

    def __init__(self, step: Step, cause: Exception) -> None:
        self.step = step
        self.cause = cause
        super().__init__(step)


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Longest time of each step, in seconds. Preparing may wait for a card; the others are a service's answer."""

    prepare: float = 600.0
    send: float = 180.0
    probe: float = 180.0


class Attempt:
    """Takes a leased delivery through its steps.

    A delivery whose bytes may have left is asked about before it is sent. Whatever interrupts a send, also the end
    of the program, leaves the delivery ``unknown``, never lost and never sent blindly again.
    """

    def __init__(self, store: Store, *, classify: Classify, clock: Clock, policy: Policy, limits: Limits) -> None:
        self._store = store
        self._classify = classify
        self._clock = clock
        self._policy = policy
        self._limits = limits

    async def make(self, leased: Leased, deliverer: Deliverer) -> None:
        """Prepare, ask if needed, send, settle.

        Raises:
            StoreError: the store failed; the lease ends by itself.
        """
        try:
            await self._keeping_the_lease(leased, deliverer)
        except _StepFailed as failed:
            await self._failed(leased, failed.step, failed.cause)
        except LeaseLost:
            _log.warning("delivery %s was taken by another worker", leased.envelope.delivery_id)

    async def _keeping_the_lease(self, leased: Leased, deliverer: Deliverer) -> None:
        failure: Exception | None = None
        async with anyio.create_task_group() as group:
            group.start_soon(self._beat, leased)
            try:
                await self._steps(leased, deliverer)
            except Exception as error:  # noqa: BLE001 - raised outside, where no group wraps it
                failure = error
            group.cancel_scope.cancel()
        if failure is not None:
            raise failure

    async def _steps(self, leased: Leased, deliverer: Deliverer) -> None:
        prepared, made = leased.prepared, None
        if prepared is None:
            prepared = made = await self._prepare(leased, deliverer)
        if leased.was_sending:
            found = await self._probe(leased, deliverer, prepared)
            if found is not None:
                await self._delivered(leased, msgspec.structs.replace(found, found_by_probe=True))
                return
        await self._delivered(leased, await self._send(leased, deliverer, prepared, made))

    async def _prepare(self, leased: Leased, deliverer: Deliverer) -> bytes:
        try:
            return await self._step(Step.PREPARE, self._limits.prepare, lambda: deliverer.prepare(leased.envelope))
        except anyio.get_cancelled_exc_class():
            await self._give_back(leased, DeliveryState.PENDING)
            raise

    async def _probe(self, leased: Leased, deliverer: Deliverer, prepared: bytes) -> Receipt | None:
        try:
            return await self._step(Step.PROBE, self._limits.probe, lambda: deliverer.probe(leased.envelope, prepared))
        except anyio.get_cancelled_exc_class():
            await self._give_back(leased, DeliveryState.UNKNOWN)
            raise

    async def _send(self, leased: Leased, deliverer: Deliverer, prepared: bytes, made: bytes | None) -> Receipt:
        try:
            # What a key has just signed is kept whatever happens: it may have taken a person's time.
            with anyio.CancelScope(shield=made is not None):
                await self._store.begin_send(leased, made)
            return await self._step(Step.SEND, self._limits.send, lambda: deliverer.send(leased.envelope, prepared))
        except anyio.get_cancelled_exc_class():
            await self._give_back(leased, DeliveryState.UNKNOWN)
            raise

    async def _step(self, step: Step, limit: float, call: Callable[[], Awaitable[T]]) -> T:
        """Make one call of the deliverer within its limit."""
        try:
            with anyio.fail_after(limit) as scope:
                answer = await call()
            if scope.cancel_called:
                # It was told to stop and answered all the same: whatever it says was not awaited to its end.
                raise TimeoutError
        except Exception as error:  # noqa: BLE001 - a plugin may raise anything; it must not end the lane
            raise _StepFailed(step, error) from None
        return answer

    async def _beat(self, leased: Leased) -> None:
        while True:
            await self._clock.sleep(HEARTBEAT)
            try:
                await self._store.extend(leased)
            except LeaseLost:
                return
            except StoreError as error:
                _log.warning("lease of %s not extended: %s", leased.envelope.delivery_id, error.code)

    async def _delivered(self, leased: Leased, receipt: Receipt) -> None:
        with anyio.CancelScope(shield=True):
            await self._store.settle(leased, DeliveryState.DELIVERED, receipt=receipt)

    async def _failed(self, leased: Leased, step: Step, error: Exception) -> None:
        verdict = await self._verdict(leased, step, error)
        decision = decide(
            error,
            step,
            verdict=verdict,
            failures=leased.failures,
            policy=self._policy,
            roll=random.random(),  # noqa: S311 - spreads retries, guards nothing
        )
        code = error.code if isinstance(error, CaduceeError) else "plugin.crashed"
        _log.info(
            "delivery %s: %s failed with %s (%s), now %s",
            leased.envelope.delivery_id,
            step,
            code,
            type(error).__name__,
            decision.state,
        )
        await self._settle(leased, decision, error, code)

    async def _verdict(self, leased: Leased, step: Step, error: Exception) -> Verdict | None:
        if not isinstance(error, CaduceeError):
            return None
        try:
            return await self._classify(leased.envelope.kind, Failure.of(error, step))
        except Exception as late:  # noqa: BLE001 - a plugin's hook; the defaults take over
            _log.warning("the verdict on %s failed: %s", error.code, type(late).__name__)
            return None

    async def _settle(self, leased: Leased, decision: Decision, error: Exception, code: str) -> None:
        due = None if decision.delay is None else self._clock.now() + timedelta(seconds=decision.delay)
        with anyio.CancelScope(shield=True):
            await self._store.settle(
                leased,
                decision.state,
                why=decision.why,
                due=due,
                code=code,
                service_code=getattr(error, "service_code", ""),
                service_text=getattr(error, "service_text", ""),
                doubtful=decision.doubtful,
            )

    async def _give_back(self, leased: Leased, state: DeliveryState) -> None:
        """End the lease of an interrupted step. If even that fails, the next worker finds what was noted before."""
        with anyio.move_on_after(SETTLE_GRACE, shield=True):
            try:
                await self._store.settle(leased, state)
            except StoreError as error:
                _log.warning("delivery %s left as it was: %s", leased.envelope.delivery_id, error.code)
