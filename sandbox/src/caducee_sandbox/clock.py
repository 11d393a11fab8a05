"""The clock of the simulated services: what their answers say of the time, and what they judge assertions by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any


class ServiceClock:
    """The machine's clock, with a distance in seconds that the control address sets."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    @property
    def shifted(self) -> bool:
        """Say whether it is another than the machine's."""
        return self._ahead != timedelta()

    def now(self) -> datetime:
        """Return the present instant of the services."""
        return datetime.now(UTC) + self._ahead

    def header(self) -> str:
        """Return the value of a ``Date`` header."""
        return format_datetime(self.now(), usegmt=True)

    def set(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Put it ``seconds`` ahead of the machine's, or behind; 0 is the machine's again."""
        self._ahead = timedelta(seconds=float(asked.get("seconds", 0)))
        return {"now": self.now().isoformat(timespec="seconds")}
