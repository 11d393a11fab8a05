"""The number of a prescription. The rule of the real one is not public: the port is ours, the policy is simulated."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Protocol

ROOT = "1.2.250.1.215.500.1.1"
"""The OID under which the national service numbers prescriptions (eP-MED-DM 2024.01)."""
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SIMULATED_PREFIX = "99"
LENGTH = 18
_RANDOM, _PRESCRIBER, _CHECK = 10, 4, 2
_MODULUS = 1021  # the largest prime that two characters hold: every single error and every swap of two is seen
_LOOKALIKE = str.maketrans("ILO", "110")
_FORM = re.compile(f"[{ALPHABET}]{{{LENGTH}}}", re.ASCII)


class PrescriptionNumberPolicy(Protocol):
    """How numbers are made. The software makes them, the service does not (eP-MED-DM, ``serviceEvent/id``)."""

    @property
    def simulated(self) -> bool:
        """Whether its numbers are nobody's: then every page is marked SPÉCIMEN, in every environment."""
        ...

    def number(self, *, prescriber: str) -> str:
        """Return a number that no other prescription has. ``prescriber`` is the PS_IdNat of the author."""
        ...

    def holds(self, number: str) -> bool:
        """Say whether a number is well made: length, alphabet, check."""
        ...


class SimulatedNumbers:
    """18 characters of Crockford's base 32: ``99``, ten at random, four of the prescriber, two of check."""

    simulated = True

    def number(self, *, prescriber: str) -> str:
        """Return a new number."""
        drawn = _text(secrets.randbits(5 * _RANDOM), _RANDOM)
        digest = hashlib.sha256(prescriber.encode()).digest()
        whose = _text(int.from_bytes(digest[:4]) % 32**_PRESCRIBER, _PRESCRIBER)
        body = SIMULATED_PREFIX + drawn + whose
        return body + _check(body)

    def holds(self, number: str) -> bool:
        """Say whether a number is one of these."""
        if _FORM.fullmatch(number) is None or not number.startswith(SIMULATED_PREFIX):
            return False
        return _check(number[:-_CHECK]) == number[-_CHECK:]


def typed(text: str) -> str:
    """Return a number as it was meant by who typed it: no spaces or dashes, capitals, I and L for 1, O for 0."""
    return re.sub(r"[\s-]", "", text).upper().translate(_LOOKALIKE)


def shown(number: str) -> str:
    """Return a number as a person reads it aloud: ``99AB CDEF …``."""
    return " ".join(number[at : at + 6] for at in range(0, len(number), 6))


def _check(body: str) -> str:
    value = 0
    for character in body:
        value = (value * 32 + ALPHABET.index(character)) % _MODULUS
    return _text(value, _CHECK)


def _text(value: int, length: int) -> str:
    return "".join(ALPHABET[value >> 5 * at & 31] for at in reversed(range(length)))
