"""Rules on a posology: what cannot be taken, or cannot be said in one way."""

from __future__ import annotations

import re

from caducee.cda.check.report import Report
from caducee.cda.check.ucum import is_unit
from caducee.model.clinical.posology import Dose, Duration, Posology, PosologyMode, Step

_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_SOURCE = "CI-SIS, posologie (IHE PCC, modes d'administration)"
_SEVERAL = 2
_LONGEST_MONTH = 31


def check_posology(report: Report, field: str, posology: Posology) -> None:
    """Check a posology. An empty one is allowed: the prescriber may say nothing."""
    normal = posology.mode is PosologyMode.NORMAL
    count = len(posology.steps)
    report.require(
        holds=count <= 1 if normal else count >= _SEVERAL,
        field=f"{field}.steps",
        rule="posology.steps",
        message="Une posologie simple a une étape ; les autres modes en ont plusieurs.",
        source=_SOURCE,
    )
    if posology.route is not None:
        report.coded(f"{field}.route", posology.route, "route")
    report.concept(f"{field}.site", posology.site)
    for at, step in enumerate(posology.steps):
        _step(report, f"{field}.steps[{at}]", step, posology.mode)
    for at, limit in enumerate(posology.maxima):
        _dose(report, f"{field}.maxima[{at}].dose", Dose(limit.dose))
        check_duration(report, f"{field}.maxima[{at}].within", limit.within)
        if limit.per_take and limit.within is not None:
            message = "Un maximum est par prise ou par période, pas les deux."
            report.add(f"{field}.maxima[{at}].within", "posology.maximum", message, _SOURCE)


def _step(report: Report, field: str, step: Step, mode: PosologyMode) -> None:
    rhythms = [name for name in ("times", "every", "moments", "hours") if getattr(step, name)]
    report.require(
        holds=len(rhythms) <= 1,
        field=field,
        rule="posology.rhythm",
        message="Une étape a un seul rythme : un nombre de fois, un intervalle, des moments ou des heures.",
        source=_SOURCE,
    )
    if step.times is not None:
        message = "Un nombre de prises est au moins 1."
        report.count(f"{field}.times", step.times, least=1, rule="posology.times", message=message, source=_SOURCE)
    _spans(report, field, step)
    for name in ("per", "every", "rate_per", "duration", "apart", "over"):
        check_duration(report, f"{field}.{name}", getattr(step, name))
    _dose(report, f"{field}.dose", step.dose)
    _dose(report, f"{field}.rate", step.rate)
    if (step.rate is None) is not (step.rate_per is None):
        report.add(f"{field}.rate_per", "posology.rate", "Un débit est une quantité par une durée.", _SOURCE)
    for at, hour in enumerate(step.hours):
        if _HOUR.fullmatch(hour) is None:
            report.add(f"{field}.hours[{at}]", "posology.hour", "Une heure s'écrit HH:MM.", _SOURCE)
    report.whole_date(f"{field}.start", step.start)
    if mode is PosologyMode.CONDITIONAL:
        report.filled(f"{field}.condition", step.condition)
    if mode is PosologyMode.COMBINED:
        report.filled(f"{field}.medicine", step.medicine)


def _spans(report: Report, field: str, step: Step) -> None:
    """Ranges go up, days of a month exist, and how long a taking lasts is said of a dose."""
    if step.times_max is not None and (step.times is None or step.times_max < step.times):
        message = "Le plus grand nombre de prises suit le plus petit (« 1 à 2 fois »)."
        report.add(f"{field}.times_max", "posology.times", message, _SOURCE)
    least, most = step.duration, step.duration_max
    check_duration(report, f"{field}.duration_max", most)
    comparable = least and most and least.unit is most.unit and least.value.is_finite() and most.value.is_finite()
    if least and most and comparable and most.value < least.value:
        message = "La durée la plus longue est plus courte que l'autre."
        report.add(f"{field}.duration_max", "posology.duration", message, _SOURCE)
    if any(not 1 <= day <= _LONGEST_MONTH for day in step.month_days) or (step.month_days and step.weekdays):
        message = "Les jours du mois vont de 1 à 31, et ne vont pas avec ceux de la semaine."
        report.add(f"{field}.month_days", "posology.month_days", message, _SOURCE)
    if step.over is not None and (step.dose is None or step.rate is not None):
        message = "La durée d'une prise se dit d'une dose ; un débit la dit déjà."
        report.add(f"{field}.over", "posology.rate", message, _SOURCE)


def _dose(report: Report, field: str, dose: Dose | None) -> None:
    if dose is None:
        return
    high = dose.high or dose.low
    for name, quantity in (("low", dose.low), ("high", high)):
        report.amount(f"{field}.{name}.value", quantity.value, rule="posology.dose", what="Une dose", source=_SOURCE)
        if not is_unit(quantity.unit):
            message = "Une unité est un code UCUM (mg, mL, {tablet}…) ; le mot français va dans « label »."
            report.add(f"{field}.{name}.unit", "posology.unit", message, "UCUM")
    comparable = high.unit == dose.low.unit and not high.value.is_nan() and not dose.low.value.is_nan()
    if comparable and high.value < dose.low.value:
        report.add(f"{field}.high", "posology.range", "La dose haute est plus petite que la dose basse.", _SOURCE)


def check_duration(report: Report, field: str, duration: Duration | None) -> None:
    """Check a length of time."""
    if duration is not None:
        report.amount(f"{field}.value", duration.value, rule="posology.duration", what="Une durée", source=_SOURCE)
