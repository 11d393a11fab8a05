"""How a medicine is taken, as data: from one value come the sentence, the CDA entries and the daily quantity."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec

from caducee.model.codes import Code


class Unit(StrEnum):
    """Units of time (UCUM)."""

    MINUTE = "min"
    HOUR = "h"
    DAY = "d"
    WEEK = "wk"
    MONTH = "mo"
    YEAR = "a"


class Duration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A length of time."""

    value: Decimal
    unit: Unit


class Quantity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An amount: ``unit`` is a UCUM code (``mg``, ``{tablet}``), ``label`` the French noun (``comprimé``)."""

    value: Decimal
    unit: str
    label: str = ""


class Dose(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A dose, or a range of doses."""

    low: Quantity
    high: Quantity | None = None


class TimingEvent(StrEnum):
    """Moments of the day (HL7 v3, TimingEvent)."""

    WAKING = "WAKE"
    BEDTIME = "HS"
    BREAKFAST = "CM"
    LUNCH = "CD"
    DINNER = "CV"
    MEALS = "C"
    BEFORE_BREAKFAST = "ACM"
    BEFORE_LUNCH = "ACD"
    BEFORE_DINNER = "ACV"
    BEFORE_MEALS = "AC"
    AFTER_BREAKFAST = "PCM"
    AFTER_LUNCH = "PCD"
    AFTER_DINNER = "PCV"
    AFTER_MEALS = "PC"


class Moment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A moment of the day, and how long after it."""

    event: TimingEvent
    offset: Duration | None = None


class Weekday(StrEnum):
    """Days of the week."""

    MONDAY = "lundi"
    TUESDAY = "mardi"
    WEDNESDAY = "mercredi"
    THURSDAY = "jeudi"
    FRIDAY = "vendredi"
    SATURDAY = "samedi"
    SUNDAY = "dimanche"


class MaxDose(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A limit: no more than ``dose`` in ``within``, or at once (``per_take``); for life where neither is said."""

    dose: Quantity
    within: Duration | None = None
    per_take: bool = False


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One way of taking, for a time.

    Of the rhythm, at most one way is given: ``times`` (in ``per``, a day unless said), ``every``, ``moments`` or
    ``hours`` (``HH:MM``); ``weekdays`` or ``month_days`` (1 to 31) goes with any. ``times`` to ``times_max`` is a
    range; ``apart`` is the least time between two takings, ``over`` how long each one lasts (an infusion, a patch).
    ``rate`` is an amount per ``rate_per``, ``start`` a whole date. ``duration`` to ``duration_max`` is a range, the
    latter alone a limit; ``until`` is the event that ends this step, in words.
    ``condition`` is in words: « si douleur ». ``medicine`` names the other medicine of a combined posology.
    """

    dose: Dose | None = None
    rate: Dose | None = None
    rate_per: Duration | None = None
    times: int | None = None
    per: Duration | None = None
    every: Duration | None = None
    moments: tuple[Moment, ...] = ()
    hours: tuple[str, ...] = ()
    weekdays: tuple[Weekday, ...] = ()
    start: str | None = None
    duration: Duration | None = None
    condition: str = ""
    medicine: str = ""
    times_max: int | None = None
    month_days: tuple[int, ...] = ()
    apart: Duration | None = None
    over: Duration | None = None
    duration_max: Duration | None = None
    until: str = ""


class PosologyMode(StrEnum):
    """How several steps follow one another (IHE PCC, dosing templates)."""

    NORMAL = "normal"
    TAPERED = "tapered"
    SPLIT = "split"
    CONDITIONAL = "conditional"
    COMBINED = "combined"


class Posology(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One step (``normal``) or several. ``text`` replaces the sentence that would be made of them, or is all there is.

    ``route`` and ``site`` are of EDQM and SNOMED CT; ``site_text`` where the site has no code. ``delayed`` says that it
    starts later than the prescription. ``until`` is the event that ends it, in words.
    """

    mode: PosologyMode = PosologyMode.NORMAL
    steps: tuple[Step, ...] = ()
    text: str = ""
    route: Code | None = None
    site: Code | None = None
    site_text: str = ""
    maxima: tuple[MaxDose, ...] = ()
    delayed: bool = False
    until: str = ""
