"""What the type asks beyond its form: everything that is wrong, at once, in words for the person at the desk."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from caducee.errors import Finding
from caducee.rendering import NullFlavor
from third_party_document.growth import BODY_HEIGHT, BODY_WEIGHT, Growth, Measurement

_LIMITS = {
    BODY_HEIGHT.code: ("cm", Decimal(20), Decimal(250)),
    BODY_WEIGHT.code: ("kg", Decimal("0.2"), Decimal(400)),
}


def check(growth: Growth) -> tuple[Finding, ...]:
    """Return all findings; empty when the document may be rendered and published."""
    return tuple(findings(growth.measurements))


def findings(measurements: tuple[Measurement, ...]) -> Iterator[Finding]:
    """Say what is wrong with measurements."""
    if not measurements:
        yield _finding("measurements", "empty", "Ajoutez au moins une mesure.")
    for at, one in enumerate(measurements):
        yield from _one(f"measurements[{at}]", one)


def _one(field: str, one: Measurement) -> Iterator[Finding]:
    if one.code.code not in _LIMITS:
        yield _finding(f"{field}.code", "code", "Cette mesure n'est pas de ce document : taille ou poids.")
        return
    unit, least, most = _LIMITS[one.code.code]
    if isinstance(one.value, NullFlavor):
        return
    if one.value.unit != unit:
        yield _finding(f"{field}.value.unit", "unit", f"L'unité de cette mesure est « {unit} ».")
    elif not _between(one.value.value, least, most):
        yield _finding(f"{field}.value.value", "range", f"Attendu : entre {least} et {most} {unit}.")


def _between(number: str, least: Decimal, most: Decimal) -> bool:
    try:
        return least <= Decimal(number) <= most
    except InvalidOperation:
        return False


def _finding(field: str, rule: str, message: str) -> Finding:
    return Finding(field=field, rule=f"growth.{rule}", message=message)
