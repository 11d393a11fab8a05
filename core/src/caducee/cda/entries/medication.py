"""What the templates of medications render. Positions are those of the message: append, never insert."""

from __future__ import annotations

import msgspec

from caducee.cda.entries.model import Time
from caducee.rendering.datatypes import CD, II, PQ


class Interval(msgspec.Struct, array_like=True, frozen=True, tag="interval"):
    """From a day, to a day or for a length of time."""

    low: Time
    high: Time | None
    width: PQ | None


class Periodic(msgspec.Struct, array_like=True, frozen=True, tag="periodic"):
    """Again each period, from a phase."""

    phase: str | None
    period: PQ


class AtEvent(msgspec.Struct, array_like=True, frozen=True, tag="event"):
    """At a moment of the day, or so long after it."""

    event: str
    offset: PQ | None


class Sequence(msgspec.Struct, array_like=True, frozen=True, tag="sequence"):
    """Several of them together."""

    first: Interval | Periodic | AtEvent
    rest: tuple[Interval | Periodic | AtEvent, ...]


Rhythm = Interval | Periodic | AtEvent | Sequence


class Span(msgspec.Struct, array_like=True, frozen=True):
    """A quantity, or a range: both ends are always written."""

    low: PQ
    high: PQ


class MaxDose(msgspec.Struct, array_like=True, frozen=True):
    """So much within so long."""

    numerator: PQ
    denominator: PQ


class Product(msgspec.Struct, array_like=True, frozen=True):
    """A medicine."""

    name: str
    code: CD | None
    translations: tuple[CD, ...]
    form: CD | None
    lot: str | None


class Step(msgspec.Struct, array_like=True, frozen=True):
    """One subordinate administration."""

    id: II
    ref: str
    sentence: str
    number: int
    times: Rhythm | None
    dose: Span | None
    rate: Span | None
    condition: str | None
    product: Product | None


class Treatment(msgspec.Struct, array_like=True, frozen=True):
    """A treatment (E3) or the part that a prescribed one shares with it. ``dosing`` is the dosing template."""

    ref: str
    id: II
    mood: str
    dosing: str
    delayed: bool
    interval: Interval | None
    rhythm: Rhythm | None
    route: CD | None
    site: CD | None
    site_text: str | None
    dose: Span | None
    rate: Span | None
    maximum: MaxDose | None
    product: Product
    steps: tuple[Step, ...]
    sentence: str
    reason: str | None
    dates: str


class Flag(msgspec.Struct, array_like=True, frozen=True):
    """A yes or a no about a prescribed line, with the template that says which."""

    template: str
    id: II
    code: CD
    ref: str
    label: str
    value: bool


class Prescribed(msgspec.Struct, array_like=True, frozen=True):
    """A prescribed medicine."""

    treatment: Treatment
    repeat: int
    for_patient: str | None
    for_dispenser: str | None
    quantity: PQ | None
    substitution: CD
    substitution_reason: str | None
    reason: CD | None
    flags: tuple[Flag, ...]
    at: str
    condition: str | None


class PrescribedDevice(msgspec.Struct, array_like=True, frozen=True):
    """A prescribed device."""

    ref: str
    id: II
    interval: Interval
    repeat: int
    quantity: int
    use: PQ | None
    name: str
    code: CD | None
    lpp: CD | None
    flags: tuple[Flag, ...]
    at: str
    for_patient: str | None
    for_dispenser: str | None
    words: str
