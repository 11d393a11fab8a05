"""One rate for all callers: the quota counts what an application sends, whoever asked (17 calls a second)."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Awaitable, Callable

import anyio

WINDOW = 1.0


class Pace:
    """Lets at most ``calls`` requests begin in any second, in the order in which they came.

    ``hold`` makes everybody wait, when the service asked for it. Time is the machine's own, never a shortened clock:
    the quota of the service does not know of one.
    """

    def __init__(
        self,
        calls: int,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = anyio.sleep,
    ) -> None:
        self._calls = calls
        self._now = now
        self._sleep = sleep
        self._begun: deque[float] = deque(maxlen=calls)
        self._held_until = 0.0
        self._turn = anyio.Lock()

    @property
    def held(self) -> float:
        """For how many seconds nobody may call."""
        return max(0.0, self._held_until - self._now())

    def hold(self, seconds: float) -> None:
        """Let nobody begin before that many seconds are over."""
        self._held_until = max(self._held_until, self._now() + seconds)

    async def turn(self) -> None:
        """Wait for one's turn; the request begins when this returns."""
        async with self._turn:
            while (wait := self._wait()) > 0:
                await self._sleep(wait)
            self._begun.append(self._now())

    def _wait(self) -> float:
        full = len(self._begun) == self._calls
        quota = self._begun[0] + WINDOW - self._now() if full else 0.0
        return max(quota, self.held)
