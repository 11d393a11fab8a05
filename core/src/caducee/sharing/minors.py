"""Who is a minor, and what that changes."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from caducee.model.patient import Patient


class Maturity(StrEnum):
    """What a birth date says of a patient's majority."""

    MINOR = "minor"
    ADULT = "adult"
    UNKNOWN = "unknown"
    """The birth date is missing, is not one, is to come, or is known in part only and lets both be."""


def maturity(patient: Patient, *, on: date, majority: int) -> Maturity:
    """Say whether a patient has reached ``majority`` years on that day, as far as their birth date tells."""
    parts = _parts(patient)
    if parts is None:
        return Maturity.UNKNOWN
    year, month, day = parts
    first, last = (year, month or 1, day or 1), (year, month or 12, day or 31)
    oldest, youngest = _age(first, on), _age(last, on)
    if oldest < 0:
        return Maturity.UNKNOWN
    if oldest < majority:
        return Maturity.MINOR
    return Maturity.ADULT if youngest >= majority else Maturity.UNKNOWN


def is_minor(patient: Patient, *, on: date, majority: int) -> bool:
    """Say whether a patient has not reached ``majority`` years on that day.

    A birth date that is known in part only counts as its first day, 1 January where even the month is unknown.
    Somebody of whom no birth date is known counts as an adult.
    """
    parts = _parts(patient)
    return parts is not None and _age((parts[0], parts[1] or 1, parts[2] or 1), on) < majority


def _parts(patient: Patient) -> tuple[int, int, int] | None:
    """Return year, month and day of birth, 0 for what is not known; ``None`` without a year."""
    year, month, day = (
        int(part) if part.isascii() and part.isdigit() else 0
        for part in (*patient.traits.birth_date.split("-"), "", "")[:3]
    )
    return (year, month, day) if year else None


def _age(born: tuple[int, int, int], on: date) -> int:
    return on.year - born[0] - ((on.month, on.day) < born[1:])


def texts_for(patient: Patient, *, on: date, majority: int) -> tuple[str, ...]:
    """Return the keys of what this patient, and who answers for them, are told."""
    if is_minor(patient, on=on, majority=majority):
        return ("minor", "representatives")
    return ("adult", "representatives") if patient.guardians else ("adult",)
