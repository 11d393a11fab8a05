"""The PIN: who is asked for it, and which ones the card has already refused."""

from __future__ import annotations

import hashlib
import secrets
from typing import Protocol

import msgspec

PIN_LENGTH = 4


class PinRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What to show the person who is asked for the PIN: which card, whose, how many tries are left."""

    serial: str
    identifier: str
    family_name: str
    given_name: str
    tries_left: int


class PinPrompt(Protocol):
    """The callback of the practice's software. It may take as long as a person takes."""

    async def __call__(self, request: PinRequest) -> str | None:
        """Return the PIN as typed, or ``None`` when nobody is there or wants to."""
        ...


def is_well_formed(pin: str) -> bool:
    """Say whether this may be a CPS PIN at all: four digits. Anything else would cost a try for nothing."""
    return len(pin) == PIN_LENGTH and pin.isascii() and pin.isdigit()


class RefusedPins:
    """The PINs that a card refused during the life of this process, as salted digests.

    None is ever presented again to the same card: a stored wrong PIN must not lock it.
    """

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(16)
        self._digests: set[bytes] = set()

    def add(self, serial: str, pin: str) -> None:
        """Remember a refusal."""
        self._digests.add(self._digest(serial, pin))

    def __contains__(self, attempt: tuple[str, str]) -> bool:
        """Say whether the card of this serial refused this PIN."""
        return self._digest(*attempt) in self._digests

    def _digest(self, serial: str, pin: str) -> bytes:
        return hashlib.sha256(self._salt + serial.encode() + b"\0" + pin.encode()).digest()
