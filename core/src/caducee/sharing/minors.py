"""Who is a minor, and what that changes."""

from __future__ import annotations

from datetime import date

from caducee.model.patient import Patient


def is_minor(patient: Patient, *, on: date, majority: int) -> bool:
    """Say whether a patient has not reached ``majority`` years on that day.

    A birth date that is known in part only counts as its first day, 1 January where even the month is unknown.
    """
    year, month, day = (
        int(part) if part.isdigit() else 1 for part in (*patient.traits.birth_date.split("-"), "1", "1")[:3]
    )
    age = on.year - year - ((on.month, on.day) < (max(month, 1), max(day, 1)))
    return age < majority


def texts_for(patient: Patient, *, on: date, majority: int) -> tuple[str, ...]:
    """Return the keys of what this patient, and who answers for them, are told."""
    if is_minor(patient, on=on, majority=majority):
        return ("minor", "representatives")
    return ("adult", "representatives") if patient.guardians else ("adult",)
