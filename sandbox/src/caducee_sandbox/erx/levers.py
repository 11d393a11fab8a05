"""What tests and the demo ask of the base beside its services: its content, and its clock."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from caducee_sandbox.erx.base import Base
from caducee_sandbox.erx.clock import MovableClock


class ErxLevers:
    """Shows and moves."""

    def __init__(self, base: Base, clock: MovableClock) -> None:
        self._base = base
        self._clock = clock

    def held(self) -> dict[str, Any]:
        """Return every prescription, its status, its lines, and what was dispensed."""
        return {number: self._one(number) for number in self._base.numbers()}

    def move_clock(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Move the clock by ``days``, or back to the machine's with ``reset``."""
        if asked.get("reset"):
            self._clock.reset()
        self._clock.move(float(asked.get("days", 0)))
        return {"now": self._clock.now().isoformat(timespec="seconds")}

    def _one(self, number: str) -> dict[str, Any]:
        known = self._base.get(number)
        return {**asdict(known), "dispensations": [asdict(one) for one in self._base.dispensations(number)]}
