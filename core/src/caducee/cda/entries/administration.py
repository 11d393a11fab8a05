"""From a posology to the times and doses of its administration (IHE PCC, dosing templates). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from caducee.cda.entries import medication as render
from caducee.cda.entries.build import Naming, optional, paragraphs, ref, span, time
from caducee.cda.people import coded, nfc
from caducee.model.clinical.medicine import Medicine
from caducee.model.clinical.posology import (
    Dose,
    Duration,
    MaxDose,
    Posology,
    PosologyMode,
    Quantity,
    Step,
    Unit,
    Weekday,
)
from caducee.model.clinical.treatment import Treatment
from caducee.model.codes import CIS
from caducee.posology import sentence, step_sentence
from caducee.rendering.datatypes import PQ

DOSING = {
    PosologyMode.NORMAL: "1.3.6.1.4.1.19376.1.5.3.1.4.7.1",
    PosologyMode.TAPERED: "1.3.6.1.4.1.19376.1.5.3.1.4.8",
    PosologyMode.SPLIT: "1.3.6.1.4.1.19376.1.5.3.1.4.9",
    PosologyMode.CONDITIONAL: "1.3.6.1.4.1.19376.1.5.3.1.4.10",
    PosologyMode.COMBINED: "1.3.6.1.4.1.19376.1.5.3.1.4.11",
}
_LONGEST_MONTH, _MINUTES, _DECIMALS = 31, 60, 6
_DAY = PQ("1", "d")
_WEEK = PQ("1", "wk")
_IN_HOURS = {Unit.DAY: Decimal(24), Unit.WEEK: Decimal(168)}
_DAYS = tuple(Weekday)
_MONTH = PQ("1", "mo")
_LIFETIME = PQ("1", "1")


def treatment(naming: Naming, path: str, known: Treatment) -> render.Treatment:
    """Return a treatment that the patient takes (E3): its two ends are always written."""
    return administration(
        naming,
        path,
        known.medicine,
        known.posology,
        interval=render.Interval(time(known.since), time(known.until), None),
        origin=known.since,
        mood="EVN",
        reason=nfc(known.reason) or None,
        dates=span(known.since, known.until),
    )


def administration(
    naming: Naming,
    path: str,
    medicine: Medicine,
    posology: Posology,
    *,
    interval: render.Interval | None,
    origin: str | None,
    mood: str,
    reason: str | None,
    dates: str,
) -> render.Treatment:
    """Return an administration; ``origin`` is the day (``YYYY-MM-DD``) from which phases are counted."""
    normal = posology.mode is PosologyMode.NORMAL
    first = posology.steps[0] if normal and posology.steps else None
    return render.Treatment(
        ref=ref(path),
        id=naming.id(path),
        mood=mood,
        dosing=DOSING[posology.mode],
        delayed=posology.delayed,
        interval=interval,
        rhythm=_together(list(rhythm(first, first.start or origin))) if first else None,
        route=optional(posology.route),
        site=optional(posology.site),
        site_text=nfc(posology.site_text or (posology.site.display if posology.site else "")) or None,
        dose=_span(first.dose) if first else None,
        rate=_rate(first) if first else None,
        maximum=next((_maximum(limit) for limit in posology.maxima if not limit.per_take), None),
        product=product(medicine),
        steps=() if normal else _steps(naming, path, posology, origin),
        sentence=" ".join(paragraphs(sentence(posology))),
        reason=reason,
        dates=dates,
    )


def product(medicine: Medicine) -> render.Product:
    """Return a medicine with the other codes that it has. Only a CIS is its code, any other is a translation (MOD)."""
    branded = medicine.code if medicine.code and medicine.code.system == CIS else None
    others = (None if branded else medicine.code, medicine.virtual, medicine.atc, medicine.presentation)
    return render.Product(
        name=nfc(medicine.name),
        code=optional(branded),
        translations=tuple(coded(code) for code in others if code),
        form=optional(medicine.form),
        lot=medicine.lot or None,
    )


def quantity(known: Quantity) -> PQ:
    """Return an amount and its unit."""
    return PQ.of(known.value, known.unit)


def length(known: Duration) -> PQ:
    """Return a length of time."""
    return PQ.of(known.value, known.unit.value)


def _steps(naming: Naming, path: str, posology: Posology, origin: str | None) -> tuple[render.Step, ...]:
    made = []
    start = origin
    for at, step in enumerate(posology.steps):
        where = f"{path}.posology.steps[{at}]"
        start = step.start or start
        parts: list[render.Interval | render.Periodic | render.AtEvent] = []
        known = certain(step)
        if known or (start and (step.start or posology.mode is PosologyMode.TAPERED)):
            parts.append(render.Interval(time(start), None, length(known) if known else None))
        parts.extend(rhythm(step, start))
        made.append(
            render.Step(
                id=naming.id(where),
                ref=ref(where),
                sentence=step_sentence(step) or "Selon les indications du médecin",
                number=at + 1,
                times=_together(parts),
                dose=_span(step.dose),
                rate=_rate(step),
                condition=nfc(step.condition) or None,
                product=render.Product(nfc(step.medicine), None, (), None, None) if step.medicine else None,
            )
        )
        if posology.mode is PosologyMode.TAPERED:
            start = _after(start, known) if start and known else None
    return tuple(made)


def certain(step: Step) -> Duration | None:
    """Return how long a step lasts where it is one length, and no event ends it before."""
    return None if step.duration_max or step.until else step.duration


def rhythm(step: Step, origin: str | None) -> Iterator[render.Interval | render.Periodic | render.AtEvent]:
    """Yield the coded rhythm of a step, as times that add up (HL7 v3, SXPR_TS: « I » includes).

    A range of times, or days with several takings in each, cannot be said that way: the sentence alone says them.
    """
    days = list(_certain_days(step, origin))
    if not days:
        yield from _daily(step, origin)
    elif step.hours:
        for day, period in days:
            for hour in step.hours:
                yield render.Periodic(f"{day}{hour.replace(':', '')}" if day else None, period)
    elif _once_each(step, len(days)):
        for day, period in days:
            yield render.Periodic(day, period)


def _daily(step: Step, origin: str | None) -> Iterator[render.Periodic | render.AtEvent]:
    if step.every:
        yield render.Periodic(None, length(step.every))
    elif step.times and step.times_max in (None, step.times):
        yield render.Periodic(None, _period(step.times, step.per))
    for moment in step.moments:
        yield render.AtEvent(moment.event.value, length(moment.offset) if moment.offset else None)
    for hour in step.hours:
        day = (origin or "").replace("-", "")
        yield render.Periodic(f"{day}{hour.replace(':', '')}" if len(day) == len("YYYYMMDD") else None, _DAY)


def _certain_days(step: Step, origin: str | None) -> Iterator[tuple[str | None, PQ]]:
    for weekday in step.weekdays:
        yield _next(weekday, origin), _WEEK
    for number in step.month_days:
        yield _next_of_month(number, origin), _MONTH


def _once_each(step: Step, days: int) -> bool:
    """Say whether there is one taking on each of the days: « 1 fois par semaine, le mardi »."""
    if step.moments or step.every or step.times_max not in (None, step.times):
        return False
    if step.times is None or (step.times == 1 and step.per in (None, Duration(Decimal(1), Unit.DAY))):
        return True
    unit = Unit.WEEK if step.weekdays else Unit.MONTH
    return step.times == days and step.per == Duration(Decimal(1), unit)


def _together(
    parts: list[render.Interval | render.Periodic | render.AtEvent],
) -> render.Rhythm | None:
    if len(parts) > 1:
        return render.Sequence(parts[0], tuple(parts[1:]))
    return parts[0] if parts else None


def _period(times: int, per: Duration | None) -> PQ:
    """``times`` in ``per`` is once each part of it: three times a day, every eight hours."""
    span = per or Duration(Decimal(1), Unit.DAY)
    if times == 1:
        return length(span)
    if span.unit in _IN_HOURS:
        hours = span.value * _IN_HOURS[span.unit] / times
        return PQ.of(round(hours, 2).normalize(), "h")
    return PQ.of(round(span.value / times, 4).normalize(), span.unit.value)


def _next(weekday: Weekday, origin: str | None) -> str | None:
    """Return the first such day from the origin on; ``None`` where the origin is not a whole date."""
    try:
        day = date.fromisoformat(origin or "")
    except ValueError:
        return None
    ahead = (_DAYS.index(weekday) - day.weekday()) % len(_DAYS)
    return f"{day + timedelta(days=ahead):%Y%m%d}"


def _next_of_month(number: int, origin: str | None) -> str | None:
    """Return the first such day of a month from the origin on; ``None`` where the origin is not a whole date."""
    try:
        day = date.fromisoformat(origin or "")
    except ValueError:
        return None
    if not 1 <= number <= _LONGEST_MONTH:
        return None
    while day.day != number:
        day += timedelta(days=1)
    return f"{day:%Y%m%d}"


def _after(start: str, duration: Duration) -> str | None:
    """Return the day on which the next step begins; ``None`` where it cannot be said to the day."""
    days = {Unit.DAY: 1, Unit.WEEK: 7}.get(duration.unit)
    if days is None or duration.value % 1:
        return None
    try:
        return (date.fromisoformat(start) + timedelta(days=days * int(duration.value))).isoformat()
    except (ValueError, OverflowError):
        return None


def _span(dose: Dose | None) -> render.Span | None:
    if dose is None:
        return None
    return render.Span(quantity(dose.low), quantity(dose.high or dose.low))


def _rate(step: Step) -> render.Span | None:
    """Return the rate: as it is said, or the dose over the time that each taking lasts where it is poured, not worn."""
    given, per = (step.dose, step.over) if step.over else (step.rate, step.rate_per)
    if given is None or per is None or (step.over and "{" in given.low.unit):
        return None
    top = given.high or given.low
    return render.Span(_each(given.low, per), _each(top, per))


def _each(known: Quantity, per: Duration) -> PQ:
    """Return an amount by one unit of time, in hours where minutes do not divide it: units of several are not coded."""
    by_unit, by_hour = known.value / per.value, known.value * _MINUTES / per.value
    if per.unit is Unit.MINUTE and round(by_unit, _DECIMALS) != by_unit and per.value != 1:
        return PQ.of(_figures(by_hour), f"{known.unit}/h")
    return PQ.of(_figures(by_unit), f"{known.unit}/{per.unit.value}")


def _figures(value: Decimal) -> Decimal:
    """Return a value to the millionth, without exponent or idle zeros."""
    rounded = round(value, _DECIMALS)
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral() else rounded.normalize()


def _maximum(limit: MaxDose) -> render.MaxDose:
    return render.MaxDose(quantity(limit.dose), length(limit.within) if limit.within else _LIFETIME)
