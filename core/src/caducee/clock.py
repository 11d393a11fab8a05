"""Time, injected: one clock for a kernel, so that tests and the demo can move it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """The only source of time inside Caducée."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Wait that long, in seconds of this clock."""


class SystemClock:
    """The machine's clock. ``pace`` makes waiting shorter (10 waits a tenth); instants stay real."""

    def __init__(self, pace: float = 1.0) -> None:
        self.pace = pace

    def now(self) -> datetime:
        """Return the present instant."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait ``seconds / pace``."""
        import anyio

        await anyio.sleep(seconds / self.pace)
