"""The dosage examples of the HAS, by the number they have in the French guide of the electronic prescription (FHIR).

What each one asks of the model is theirs; lines, words and dates are ours.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from caducee.model.bodies import MedicinePrescription
from caducee.model.clinical import (
    Dose,
    Duration,
    MaxDose,
    Medicine,
    Moment,
    Posology,
    PosologyMode,
    Quantity,
    Step,
    TimingEvent,
    Unit,
    Weekday,
)
from caducee.model.codes import EDQM, Code

SUBCUTANEOUS = Code("20066000", EDQM, "Voie sous-cutanée")
INHALED = Code("20020000", EDQM, "Voie inhalée")
MORNING, NOON, EVENING = (Moment(TimingEvent(code)) for code in ("CM", "CD", "CV"))
MEALS, BEFORE_MEALS = Moment(TimingEvent.MEALS), Moment(TimingEvent.BEFORE_MEALS)
DAY, WEEK, MONTH = (Duration(Decimal(1), unit) for unit in (Unit.DAY, Unit.WEEK, Unit.MONTH))
UCUM = {
    "ampoule": "{ampule}",
    "application": "{application}",
    "comprimé": "{tablet}",
    "dispositif transdermique": "{patch}",
    "dose de 7 kg": "{dose}",
    "emplâtre": "{patch}",
    "gélule": "{capsule}",
    "injection": "{injection}",
    "mL": "mL",
    "mg": "mg",
    "récipient unidose": "{container}",
    "seringue": "{syringe}",
    "UI": "[iU]",
}


def of(value: str, label: str = "comprimé") -> Quantity:
    return Quantity(Decimal(value), UCUM[label], label)


def dose(value: str, label: str = "comprimé", to: str = "") -> Dose:
    return Dose(of(value, label), of(to, label) if to else None)


def days(value: int) -> Duration:
    return Duration(Decimal(value), Unit.DAY)


def hours(value: int) -> Duration:
    return Duration(Decimal(value), Unit.HOUR)


def line(
    name: str, *steps: Step, instructions: str = "", start: str | None = None, end: str | None = None, **posology: Any
) -> Any:
    return MedicinePrescription(
        medicine=Medicine(name=name),
        posology=Posology(steps=steps, **posology),
        patient_instructions=instructions,
        start=start,
        end=end,
    )


def tapering(*milligrams: str) -> tuple[Step, ...]:
    return tuple(Step(dose=dose(value, "mg"), times=1, duration=WEEK) for value in milligrams)


UNTIL_NEGATIVE = Step(dose=dose("60", "mg"), times=1, until="obtention de 3 bandelettes urinaires négatives")
NEBULISED = {
    "dose": dose("1", "récipient unidose"),
    "hours": ("08:00", "14:00", "18:00", "22:00"),
    "over": Duration(Decimal(20), Unit.MINUTE),
}
PLASTER = dose("1", "dispositif transdermique")
WORKING_DAYS = (Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY)
LINES: dict[str, MedicinePrescription] = {
    "1": line("pantoprazole 40 mg comprimé", Step(dose=dose("40", "mg"), moments=(EVENING,))),
    "2": line("fluindione 20 mg comprimé", Step(dose=dose("0.5"), times=1)),
    "3": line(
        "tinzaparine 14 000 UI",
        Step(dose=dose("12000", "UI"), times=1),
        route=SUBCUTANEOUS,
        instructions="Soit 170 UI par kilogramme",
    ),
    "4a": line(
        "paracétamol 500 mg gélule",
        Step(dose=dose("2", "gélule"), every=hours(6), duration=days(10), condition="si douleur"),
    ),
    "4b": line(
        "paracétamol codéine comprimé",
        Step(
            dose=dose("1", to="2"),
            every=hours(12),
            duration=days(10),
            condition="selon l'intensité de la douleur",
        ),
        maxima=(MaxDose(of("2"), per_take=True), MaxDose(of("4"), DAY)),
        instructions="Arrêter en cas de nausées",
    ),
    "5a": line("fluindione 20 mg comprimé quadrisécable", Step(dose=dose("0.75"), times=1)),
    "5b": line("morphine 10 mg gélule", Step(dose=dose("10", "mg"), times=1, duration=days(7))),
    "6-1": line("méthotrexate 10 mg comprimé", Step(dose=dose("2"), times=1, per=WEEK, weekdays=(Weekday.TUESDAY,))),
    "6-2": line(
        "méthotrexate 10 mg comprimé", Step(dose=dose("20", "mg"), times=1, per=WEEK, weekdays=(Weekday.TUESDAY,))
    ),
    "7": line(
        "paracétamol 500 mg gélule",
        Step(condition="si douleur"),
        maxima=(MaxDose(of("1000", "mg"), per_take=True), MaxDose(of("4000", "mg"), DAY)),
    ),
    "8-1": line(
        "bétaméthasone 0,05 % crème",
        Step(dose=dose("1", "application"), times=1, times_max=2),
        instructions="En couche mince et uniforme sur la zone à traiter",
    ),
    "8-2": line(
        "paracétamol 24 mg/mL suspension buvable",
        Step(dose=dose("1", "dose de 7 kg"), every=hours(6), condition="si la température atteint 38,5 °C"),
    ),
    "9": line("ropinirole 1 mg comprimé", Step(dose=dose("1"), hours=("07:00", "12:00", "18:00"))),
    "10": line("méthotrexate 10 mg comprimé", Step(dose=dose("1"), times=1, per=WEEK, weekdays=(Weekday.TUESDAY,))),
    "11-1": line("vitamine D 100 000 UI ampoule", Step(dose=dose("1", "ampoule"), month_days=(1,))),
    "11-2": line(
        "contraceptif en dispositif transdermique",
        Step(dose=PLASTER, every=days(28), start="2026-12-01"),
        Step(dose=PLASTER, every=days(28), start="2026-12-08"),
        Step(dose=PLASTER, every=days(28), start="2026-12-15"),
        mode=PosologyMode.SPLIT,
        instructions="Sans dispositif la quatrième semaine",
    ),
    "12-1": line(
        "dexpanthénol 5 % crème", Step(dose=dose("1", "application"), times=2), instructions="En couche mince"
    ),
    "12-2": line(
        "méthotrexate 10 mg comprimé", Step(dose=dose("20", "mg"), times=1, per=WEEK, weekdays=(Weekday.TUESDAY,))
    ),
    "12-3": line(
        "énoxaparine 4 000 UI seringue", Step(dose=dose("1", "seringue"), every=hours(12)), route=SUBCUTANEOUS
    ),
    "13": line(
        "desloratadine 5 mg comprimé",
        Step(dose=dose("1"), times=1, times_max=2, condition="selon la gêne"),
    ),
    "14-1": line(
        "paracétamol codéine comprimé",
        Step(dose=dose("1"), apart=hours(4), condition="si douleur"),
        maxima=(MaxDose(of("2"), per_take=True), MaxDose(of("8"), DAY)),
    ),
    "14-2": line(
        "bétaméthasone 0,05 % crème",
        Step(dose=dose("1", "application"), times=1, times_max=2),
        maxima=(MaxDose(of("2", "application"), DAY),),
    ),
    "15": line("morphine LP 10 mg gélule", Step(dose=dose("1", "gélule"), hours=("20:00",), duration=days(8))),
    "16": line(
        "racécadotril 100 mg gélule",
        Step(
            dose=dose("1", "gélule"),
            moments=(MEALS,),
            duration_max=days(7),
            until="disparition de la diarrhée",
        ),
        instructions="Au début de chaque repas",
    ),
    "17": line("budésonide 1 mg/2 mL", Step(**NEBULISED, start="2026-12-16"), route=INHALED),
    "18": line("budésonide 1 mg/2 mL", Step(**NEBULISED), route=INHALED, end="2026-12-26"),
    "19": line("paracétamol 1 000 mg comprimé", Step(dose=dose("1"), times=3, apart=hours(4))),
    "20": line(
        "hydrocortisone 10 mg comprimé",
        Step(dose=dose("20", "mg"), hours=("08:00",)),
        Step(dose=dose("10", "mg"), hours=("12:00",)),
        mode=PosologyMode.SPLIT,
    ),
    "21": line(
        "prednisolone 20 mg comprimé",
        UNTIL_NEGATIVE,
        *tapering("50", "40", "30", "20", "10"),
        Step(condition="revoir pour l'arrêt selon l'évolution"),
        mode=PosologyMode.TAPERED,
    ),
    "22": line(
        "prednisolone 20 mg comprimé",
        UNTIL_NEGATIVE,
        *tapering("50", "40"),
        Step(condition="arrêt sur avis du spécialiste"),
        mode=PosologyMode.TAPERED,
    ),
    "23-1": line(
        "fluindione 20 mg comprimé quadrisécable",
        Step(dose=dose("0.5"), every=days(2), start="2026-12-01"),
        Step(dose=dose("0.75"), every=days(2), start="2026-12-02"),
        mode=PosologyMode.SPLIT,
    ),
    "23-2": line("amiodarone 200 mg comprimé", Step(dose=dose("1"), weekdays=WORKING_DAYS, duration=MONTH)),
    "24": line(
        "topiramate 15 mg gélule",
        Step(dose=dose("1", "gélule"), times=1),
        instructions="Si elle est difficile à avaler, l'ouvrir et en mêler le contenu à un peu de compote",
    ),
    "25": line(
        "insuline rapide 100 UI/mL",
        *(
            Step(dose=dose(units, "UI"), moments=(BEFORE_MEALS,), condition=when)
            for units, when in (
                ("6", "si la glycémie est de 1,5 à 2 g/L"),
                ("8", "si elle est de 2 à 2,5 g/L"),
                ("10", "si elle dépasse 2,5 g/L"),
            )
        ),
        mode=PosologyMode.CONDITIONAL,
    ),
    "26": line("diazépam 10 mg comprimé", Step(dose=dose("1"), every=hours(6), condition="si agitation")),
    "27-1": line(
        "metformine 500 mg comprimé",
        Step(dose=dose("1"), moments=(MORNING, EVENING)),
        instructions="Au cours ou à la fin du repas",
    ),
    "27-2": line(
        "rifampicine 300 mg gélule",
        Step(
            dose=dose("2", "gélule"),
            moments=(Moment(TimingEvent.BEFORE_BREAKFAST, Duration(Decimal(30), Unit.MINUTE)),),
        ),
    ),
    "28": line(
        "énoxaparine 4 000 UI seringue",
        Step(
            dose=dose("1", "seringue"),
            times=1,
            condition="à débuter 12 heures avant l'intervention",
        ),
        route=SUBCUTANEOUS,
        until="10 jours après l'intervention",
    ),
    "29": line(
        "énoxaparine 6 000 UI seringue",
        Step(dose=dose("1", "injection"), times=1),
        route=SUBCUTANEOUS,
        until="ce que l'INR soit dans la zone cible",
    ),
    "30-1": line(
        "hydrocortisone 10 mg comprimé",
        Step(dose=dose("1"), moments=(MORNING, NOON), condition="en temps ordinaire"),
        Step(dose=dose("2"), moments=(MORNING, NOON), condition="en cas de fièvre ou de stress important"),
        Step(dose=dose("2"), hours=("08:00", "12:00", "16:00"), condition="si la fièvre dépasse 40 °C"),
        mode=PosologyMode.CONDITIONAL,
        maxima=(MaxDose(of("6"), DAY),),
    ),
    "30-2": line(
        "cétirizine 10 mg comprimé",
        Step(dose=dose("1"), times=1, times_max=4, condition="selon les symptômes"),
    ),
    "31": line(
        "fentanyl 25 µg/h dispositif transdermique",
        Step(dose=PLASTER, every=hours(72), duration=Duration(Decimal(2), Unit.WEEK)),
    ),
    "32-1": line(
        "énoxaparine 4 000 UI seringue",
        Step(dose=dose("1", "injection"), times=1, duration=WEEK),
        route=SUBCUTANEOUS,
    ),
    "32-2": line(
        "indacatérol glycopyrronium gélule",
        Step(dose=dose("1", "gélule"), times=1, duration=MONTH),
        route=INHALED,
        instructions="À la même heure chaque jour",
    ),
    "33": line("lidocaïne 700 mg emplâtre", Step(dose=dose("1", "emplâtre"), hours=("20:00",), over=hours(12))),
    "metformin with gliclazide, 1": line(
        "metformine 850 mg comprimé", Step(dose=dose("1"), moments=(MORNING, NOON, EVENING), duration=days(90))
    ),
    "metformin with gliclazide, 2": line(
        "gliclazide LM 30 mg comprimé", Step(dose=dose("2"), moments=(MORNING,), duration=days(90))
    ),
    "methotrexate with folic acid, 1": line(
        "méthotrexate 2,5 mg comprimé", Step(dose=dose("6"), weekdays=(Weekday.MONDAY,))
    ),
    "methotrexate with folic acid, 2": line(
        "acide folique 5 mg comprimé", Step(dose=dose("2"), weekdays=(Weekday.WEDNESDAY,))
    ),
    "an infusion on some days": line(
        "acide zolédronique 4 mg/100 mL",
        Step(
            dose=dose("100", "mL"),
            hours=("09:00",),
            weekdays=(Weekday.MONDAY, Weekday.THURSDAY),
            over=Duration(Decimal(20), Unit.MINUTE),
        ),
    ),
    "morning and evening of some days": line(
        "cotrimoxazole comprimé", Step(dose=dose("1"), moments=(MORNING, EVENING), weekdays=(Weekday.MONDAY,))
    ),
    "a step later than its line": line(
        "ramipril 5 mg comprimé", Step(dose=dose("1"), hours=("08:00",), start="2026-12-10"), start="2026-12-01"
    ),
    "thirds of a tablet": line(
        "bisoprolol 7,5 mg comprimé",
        Step(dose=dose("0.333333"), hours=("07:00",)),
        Step(dose=dose("0.666667"), hours=("18:00",)),
        mode=PosologyMode.SPLIT,
    ),
    "for five to ten days": line(
        "amoxicilline 500 mg gélule",
        Step(dose=dose("1", "gélule"), times=3, duration=days(5), duration_max=days(10)),
    ),
}
