"""Who logs in when a browser comes: nobody before somebody approves, by the control address."""

from __future__ import annotations

import secrets

from caducee_sandbox.people import DOCTORS, Doctor
from caducee_sandbox.psc.tokens import Asked


class ApprovalDesk:
    """Log-ins that wait. ``approve`` answers those that are there, or with ``always`` every one to come."""

    def __init__(self) -> None:
        self._waiting: dict[str, Asked] = {}
        self._approved: dict[str, Doctor] = {}
        self._always: Doctor | None = None

    def wait(self, asked: Asked) -> str:
        """Put a log-in down and return its number."""
        number = secrets.token_urlsafe(16)
        self._waiting[number] = asked
        if self._always is not None:
            self._approved[number] = self._always
        return number

    def asked(self, number: str) -> Asked | None:
        """Return the log-in of that number."""
        return self._waiting.get(number)

    def take(self, number: str) -> Doctor | None:
        """Return who was approved for it, once."""
        doctor = self._approved.pop(number, None)
        if doctor is not None:
            del self._waiting[number]
        return doctor

    def approve(self, person: str, *, always: bool = False) -> int:
        """Log a doctor in wherever a browser waits; return how many did. No name ends ``always``.

        Raises:
            ValueError: nobody is called that.
        """
        if not person:
            self._always = None
            return 0
        doctor = next((one for one in DOCTORS if person in (one.key, one.identifier)), None)
        if doctor is None:
            raise ValueError(f"person: one of {', '.join(one.key for one in DOCTORS)}")
        self._always = doctor if always else self._always
        waiting = [number for number in self._waiting if number not in self._approved]
        self._approved |= dict.fromkeys(waiting, doctor)
        return len(waiting)
