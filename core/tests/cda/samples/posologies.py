"""Every way of taking a medicine."""

from __future__ import annotations

from decimal import Decimal

from caducee.model.clinical import (
    Dose,
    Duration,
    MaxDose,
    Moment,
    Posology,
    PosologyMode,
    Quantity,
    Step,
    TimingEvent,
    Unit,
    Weekday,
)
from caducee.model.codes import EDQM, SNOMED_CT, Code

ORAL = Code("20053000", EDQM, "Voie orale")
KNEE = Code("72696002", SNOMED_CT, "genou")


def tablets(value: str) -> Quantity:
    return Quantity(Decimal(value), "{tablet}", "comprimé")


def days(value: int) -> Duration:
    return Duration(Decimal(value), Unit.DAY)


def hours(value: str) -> Duration:
    return Duration(Decimal(value), Unit.HOUR)


def one(**step: object) -> Posology:
    return Posology(steps=(Step(**step),))  # type: ignore[arg-type]


ONE = Dose(tablets("1"))
POSOLOGIES: dict[str, Posology] = {
    "times a day": Posology(steps=(Step(dose=ONE, times=3, duration=days(7)),), route=ORAL),
    "seven times a day": one(dose=ONE, times=7),
    "once a week": one(dose=ONE, times=1, per=Duration(Decimal(1), Unit.WEEK)),
    "once a month": one(dose=ONE, times=2, per=Duration(Decimal(1), Unit.MONTH)),
    "a range every six hours": Posology(
        steps=(Step(dose=Dose(tablets("0.5"), tablets("2")), every=hours("6"), condition="si douleur"),),
        maxima=(MaxDose(tablets("8"), days(1)), MaxDose(tablets("2"), hours("4")), MaxDose(tablets("100"))),
    ),
    "morning and evening": one(
        dose=ONE, moments=(Moment(TimingEvent.BREAKFAST), Moment(TimingEvent.DINNER)), duration=days(7)
    ),
    "half an hour before breakfast": one(
        dose=Dose(tablets("0.5")),
        moments=(Moment(TimingEvent.BEFORE_BREAKFAST, Duration(Decimal(30), Unit.MINUTE)),),
    ),
    "at exact hours": one(dose=ONE, hours=("08:00", "20:30")),
    "on weekdays": one(dose=ONE, weekdays=(Weekday.MONDAY, Weekday.THURSDAY)),
    "at a rate": one(rate=Dose(Quantity(Decimal(50), "mL", "mL")), rate_per=hours("1")),
    "at a rate per half day": one(
        rate=Dose(Quantity(Decimal("1.5"), "g"), Quantity(Decimal(2), "g")), rate_per=hours("12")
    ),
    "tapered": Posology(
        mode=PosologyMode.TAPERED,
        steps=(
            Step(dose=Dose(tablets("3")), moments=(Moment(TimingEvent.BREAKFAST),), duration=days(2)),
            Step(dose=Dose(tablets("1.5")), times=1, duration=days(3)),
            Step(dose=ONE, times=1),
        ),
    ),
    "split": Posology(
        mode=PosologyMode.SPLIT,
        steps=(
            Step(dose=ONE, moments=(Moment(TimingEvent.BREAKFAST),)),
            Step(dose=Dose(tablets("2")), moments=(Moment(TimingEvent.BEDTIME),)),
        ),
    ),
    "conditional": Posology(
        mode=PosologyMode.CONDITIONAL,
        steps=(
            Step(dose=ONE, condition="si la douleur est modérée"),
            Step(dose=Dose(tablets("2")), condition="si elle est forte"),
        ),
    ),
    "combined": Posology(
        mode=PosologyMode.COMBINED,
        steps=(
            Step(dose=Dose(Quantity(Decimal(1), "g")), times=3, medicine="amoxicilline"),
            Step(dose=Dose(Quantity(Decimal(250), "mg")), times=2, medicine="métronidazole"),
        ),
    ),
    "in words": Posology(text="Selon l'INR <2 & >3, voir le carnet."),
    "nothing said": Posology(),
    "delayed, on a site": Posology(
        steps=(Step(dose=ONE, times=1, start="2026-12-01"),),
        delayed=True,
        site_text="genou gauche",
        until="disparition de la fièvre",
    ),
    "on a coded site": Posology(steps=(Step(dose=ONE, times=1),), site=KNEE),
    "an hour after waking": one(dose=ONE, moments=(Moment(TimingEvent.WAKING, hours("1")),)),
    "with the meals": one(dose=Dose(tablets("2")), moments=(Moment(TimingEvent.MEALS),), duration=days(5)),
    "before and after meals": one(
        dose=ONE, moments=(Moment(TimingEvent.BEFORE_LUNCH), Moment(TimingEvent.AFTER_DINNER)), duration=days(1)
    ),
    "every other day": one(dose=Dose(tablets("1.5")), every=Duration(Decimal(2), Unit.DAY)),
    "at an hour of some days": one(dose=Dose(tablets("4")), hours=("20:00",), weekdays=(Weekday.SUNDAY,)),
    "one and a half to two": one(dose=Dose(tablets("1.5"), tablets("2")), times=2),
    "no more at once": Posology(
        steps=(Step(dose=Dose(tablets("1"), tablets("3")), times=3, condition="si douleur"),),
        maxima=(MaxDose(tablets("3"), per_take=True), MaxDose(tablets("6"), days(1))),
    ),
    "drops until something happens": Posology(
        steps=(Step(dose=Dose(Quantity(Decimal(2), "{drop}", "goutte pour les yeux")), times=4),),
        until="le retour à domicile",
    ),
    "millilitres": one(
        dose=Dose(Quantity(Decimal("2.5"), "mL", "mL")), times=3, duration=Duration(Decimal(1), Unit.WEEK)
    ),
}
