"""The quantity of a day."""

from __future__ import annotations

from decimal import Decimal

from caducee.model.clinical.posology import Duration, Posology, PosologyMode, Quantity, Step, Unit, Weekday

_PER_DAY = {Unit.MINUTE: Decimal(1440), Unit.HOUR: Decimal(24), Unit.DAY: Decimal(1)}
_MEALS = 3


def daily_quantity(posology: Posology) -> Quantity | None:
    """Return the most that is taken in a day, in the unit of the doses; ``None`` where that cannot be said.

    Steps that follow one another count for the largest, steps of one day for their sum. A condition makes it unsayable,
    and so does a rhythm longer than a day: what is taken once a week has no quantity of a day.
    """
    steps = [_of_step(step) for step in posology.steps]
    known = [quantity for quantity in steps if quantity is not None]
    units = {(quantity.unit, quantity.label) for quantity in known}
    if not known or len(known) < len(steps) or len(units) > 1:
        return None
    if posology.mode is PosologyMode.COMBINED:
        return None
    values = [quantity.value for quantity in known]
    value = sum(values) if posology.mode is PosologyMode.SPLIT else max(values)
    return Quantity(Decimal(value), known[0].unit, known[0].label)


def _of_step(step: Step) -> Quantity | None:
    times = _times(step)
    if step.dose is None or times is None or step.condition:
        return None
    top = step.dose.high or step.dose.low
    return Quantity(top.value * times, top.unit, top.label)


def _times(step: Step) -> Decimal | None:
    """Return how many times a day; ``None`` where it is not every day the same."""
    if step.month_days or (step.weekdays and len(set(step.weekdays)) < len(Weekday)):
        return None
    if step.moments:
        return Decimal(sum(_MEALS if moment.event.value in ("C", "AC", "PC") else 1 for moment in step.moments))
    if step.hours:
        return Decimal(len(step.hours))
    if step.every:
        return _per_day(step.every)
    if step.times:
        rounds = _per_day(step.per) if step.per else Decimal(1)
        return (step.times_max or step.times) * rounds if rounds is not None else None
    return Decimal(1) if step.weekdays else None


def _per_day(every: Duration) -> Decimal | None:
    if every.unit not in _PER_DAY or not 0 < every.value <= _PER_DAY[every.unit]:
        return None
    return _PER_DAY[every.unit] / every.value
