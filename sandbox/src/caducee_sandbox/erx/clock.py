"""The clock of the base: it can be moved, so that five years pass in a test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class MovableClock:
    """The machine's clock, with a distance that the control address sets."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return the present instant of the base."""
        return datetime.now(UTC) + self._ahead

    def today(self) -> str:
        """Return the day, ``YYYY-MM-DD``."""
        return self.now().date().isoformat()

    def move(self, days: float) -> None:
        """Move forward, or backward."""
        self._ahead += timedelta(days=days)

    def reset(self) -> None:
        """Go back to the machine's time."""
        self._ahead = timedelta()
