"""One rate for all callers: the quota counts what an application sends, whoever asked (17 calls a second)."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import anyio

WINDOW = 1.0


class Pace:
    """Lets at most ``calls`` requests reach the service in any second, in the order in which they came.

    The service counts a request when it arrives, which is somewhere between its sending and its answer. So a place is
    free again one second after the answer: however long the way is, no second of the service's holds more.

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
        self._under_way = 0
        self._ended: deque[float] = deque()
        self._end = anyio.Event()
        self._held_until = 0.0
        self._turn = anyio.Lock()

    @property
    def held(self) -> float:
        """For how many seconds nobody may call."""
        return max(0.0, self._held_until - self._now())

    def hold(self, seconds: float) -> None:
        """Let nobody begin before that many seconds are over."""
        self._held_until = max(self._held_until, self._now() + seconds)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for one's turn; the request is made inside."""
        async with self._turn:
            await self._wait()
            self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            self._ended.append(self._now())
            self._end.set()

    async def _wait(self) -> None:
        while True:
            while self._ended and self._now() - self._ended[0] >= WINDOW:
                self._ended.popleft()
            if self.held > 0:
                await self._sleep(self.held)
            elif self._under_way + len(self._ended) < self._calls:
                return
            elif self._ended:
                await self._sleep(self._ended[0] + WINDOW - self._now())
            else:
                self._end = anyio.Event()
                await self._end.wait()
