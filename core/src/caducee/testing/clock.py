"""A clock that stands still until it is moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import anyio
import anyio.lowlevel

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


class MovingClock:
    """A ``Clock`` for tests: ``advance`` moves it and wakes who slept long enough, in order.

    With ``hurried`` a sleep moves the clock itself and takes no time.
    """

    def __init__(self, start: datetime = START, *, hurried: bool = False) -> None:
        self._now = start
        self._hurried = hurried
        self._sleepers: list[tuple[datetime, anyio.Event]] = []

    def now(self) -> datetime:
        """Return the instant where the clock stands."""
        return self._now

    @property
    def sleepers(self) -> int:
        """How many wait."""
        return len(self._sleepers)

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock was moved that far."""
        if self._hurried:
            self._now += timedelta(seconds=seconds)
        if self._hurried or seconds <= 0:
            await anyio.lowlevel.checkpoint()
            return
        sleeper = (self._now + timedelta(seconds=seconds), anyio.Event())
        self._sleepers.append(sleeper)
        try:
            await sleeper[1].wait()
        finally:
            self._sleepers.remove(sleeper)

    async def advance(self, seconds: float) -> None:
        """Move the clock; return once those who woke have had their turn."""
        self._now += timedelta(seconds=seconds)
        for until, event in sorted(self._sleepers, key=lambda sleeper: sleeper[0]):
            if until <= self._now:
                event.set()
        await anyio.wait_all_tasks_blocked()
