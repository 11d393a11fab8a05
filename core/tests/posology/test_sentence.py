from __future__ import annotations

from decimal import Decimal

import pytest

from caducee.clinical import (
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
    daily_quantity,
    sentence,
)
from caducee.model.codes import Code

MORNING, NOON, EVENING = (Moment(TimingEvent(code)) for code in ("CM", "CD", "CV"))


def of(value: str, label: str = "comprimé", unit: str = "{tablet}") -> Quantity:
    return Quantity(Decimal(value), unit, label)


def lasting(value: str, unit: Unit = Unit.DAY) -> Duration:
    return Duration(Decimal(value), unit)


def one(**step: object) -> Posology:
    return Posology(steps=(Step(**step),))  # type: ignore[arg-type]


def dose(value: str, label: str = "comprimé") -> Dose:
    return Dose(of(value, label))


@pytest.mark.parametrize(
    ("posology", "said"),
    [
        (
            one(dose=dose("1"), moments=(MORNING, EVENING), duration=lasting("7")),
            "1 comprimé matin et soir pendant 7 jours",
        ),
        (one(dose=dose("1"), moments=(MORNING, NOON, EVENING)), "1 comprimé matin, midi et soir"),
        (one(dose=dose("0.5"), moments=(MORNING,)), "½ comprimé le matin"),
        (one(dose=dose("1.5"), times=2), "1 ½ comprimé 2 fois par jour"),
        (one(dose=dose("2"), times=1), "2 comprimés 1 fois par jour"),
        (one(dose=dose("2", "noyau"), every=lasting("6", Unit.HOUR)), "2 noyaux toutes les 6 heures"),
        (one(dose=dose("3", "gouttes"), every=lasting("1", Unit.WEEK)), "3 gouttes toutes les semaines"),
        (one(dose=dose("2", "bouffée à inhaler"), every=lasting("2")), "2 bouffées à inhaler tous les 2 jours"),
        (one(dose=dose("0.33")), "0,33 comprimé"),
        (one(dose=Dose(of("1"), of("2")), times=3), "1 à 2 comprimés 3 fois par jour"),
        (one(dose=Dose(of("500", "", "mg"), of("1", "", "g"))), "500 mg à 1 g"),
        (one(dose=dose("1"), times=3, per=lasting("1", Unit.WEEK)), "1 comprimé 3 fois par semaine"),
        (one(dose=dose("1"), times=2, per=lasting("3", Unit.MONTH)), "1 comprimé 2 fois en 3 mois"),
        (one(dose=dose("1"), hours=("08:00", "20:30")), "1 comprimé à 8 h et 20 h 30"),
        (
            one(dose=dose("1"), weekdays=(Weekday.MONDAY, Weekday.WEDNESDAY, Weekday.FRIDAY)),
            "1 comprimé le lundi, le mercredi et le vendredi",
        ),
        (
            one(dose=dose("1"), moments=(Moment(TimingEvent.BEFORE_BREAKFAST, lasting("30", Unit.MINUTE)),)),
            "1 comprimé 30 minutes avant le petit-déjeuner",
        ),
        (
            one(dose=dose("1"), moments=(Moment(TimingEvent.WAKING, lasting("1", Unit.HOUR)),)),
            "1 comprimé 1 heure après le réveil",
        ),
        (
            one(rate=Dose(of("50", "", "mL")), rate_per=lasting("1", Unit.HOUR), duration=lasting("2", Unit.HOUR)),
            "au débit de 50 mL par heure pendant 2 heures",
        ),
        (one(dose=dose("1"), start="2026-12-01", condition="si fièvre"), "1 comprimé à partir du 01/12/2026 si fièvre"),
        (
            Posology(
                steps=(Step(dose=dose("1"), every=lasting("4", Unit.HOUR)),),
                maxima=(MaxDose(of("6"), lasting("1")), MaxDose(of("2"), lasting("8", Unit.HOUR)), MaxDose(of("50"))),
            ),
            "1 comprimé toutes les 4 heures, maximum 6 comprimés par jour, maximum 2 comprimés en 8 heures,"
            " maximum 50 comprimés au total",
        ),
        (
            Posology(
                steps=(Step(dose=dose("2", "goutte"), times=3),),
                route=Code("20051000", "0.4.0.127.0.16.1.1.2.1", "Voie ophtalmique"),
                site_text="œil gauche",
                until="disparition de la rougeur",
            ),
            "2 gouttes 3 fois par jour par voie ophtalmique, œil gauche, jusqu'à disparition de la rougeur",
        ),
        (
            Posology(
                mode=PosologyMode.TAPERED,
                steps=(
                    Step(dose=dose("3"), moments=(MORNING,), duration=lasting("2")),
                    Step(dose=dose("1"), moments=(MORNING,), duration=lasting("1", Unit.WEEK)),
                ),
            ),
            "3 comprimés le matin pendant 2 jours puis 1 comprimé le matin pendant 1 semaine",
        ),
        (
            Posology(
                mode=PosologyMode.COMBINED,
                steps=(
                    Step(dose=Dose(of("1", "", "g")), medicine="amoxicilline"),
                    Step(dose=Dose(of("2", "", "g")), medicine="vancomycine"),
                ),
            ),
            "1 g d'amoxicilline et 2 g de vancomycine",
        ),
        (Posology(text="Selon l'INR.", steps=(Step(dose=dose("1")),)), "Selon l'INR."),
        (Posology(), ""),
    ],
)
def test_a_posology_is_said_as_a_patient_reads_it(posology: Posology, said: str) -> None:
    assert sentence(posology) == said


@pytest.mark.parametrize(
    ("posology", "quantity"),
    [
        (one(dose=dose("1"), times=3), of("3")),
        (one(dose=Dose(of("1"), of("2")), every=lasting("8", Unit.HOUR)), of("6")),
        (one(dose=dose("1"), moments=(Moment(TimingEvent.MEALS),)), of("3")),
        (one(dose=dose("0.5"), hours=("08:00", "20:00")), of("1.0")),
        (one(dose=dose("2"), weekdays=tuple(Weekday)), of("2")),
        (
            Posology(
                mode=PosologyMode.SPLIT,
                steps=(Step(dose=dose("1"), moments=(MORNING,)), Step(dose=dose("2"), moments=(EVENING,))),
            ),
            of("3"),
        ),
        (
            Posology(mode=PosologyMode.TAPERED, steps=(Step(dose=dose("3"), times=1), Step(dose=dose("1"), times=1))),
            of("3"),
        ),
        (one(dose=dose("1"), times=3, condition="si douleur"), None),
        (one(dose=dose("1")), None),
        (one(times=3), None),
        (one(dose=dose("1"), every=lasting("1", Unit.MONTH)), None),
        (Posology(text="selon l'INR"), None),
    ],
)
def test_the_quantity_of_a_day_is_the_most_that_is_taken_or_unsaid(
    posology: Posology, quantity: Quantity | None
) -> None:
    assert daily_quantity(posology) == quantity


def test_an_offset_of_nothing_is_the_moment_itself() -> None:
    at_once = Moment(TimingEvent.BREAKFAST, lasting("0"))
    assert sentence(one(dose=dose("1"), moments=(at_once,))) == "1 comprimé le matin"


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("le retour à domicile", "jusqu'au retour à domicile"),
        ("les premiers résultats", "jusqu'aux premiers résultats"),
        ("disparition de la fièvre", "jusqu'à disparition de la fièvre"),
    ],
)
def test_what_ends_a_treatment_is_said_with_its_article(until: str, said: str) -> None:
    assert sentence(Posology(steps=(Step(dose=dose("1")),), until=until)) == f"1 comprimé, {said}"


def test_several_medicines_together_have_no_quantity_of_a_day() -> None:
    steps = tuple(Step(dose=dose("1"), times=2, medicine=name) for name in ("aspirine", "caféine"))
    assert daily_quantity(Posology(mode=PosologyMode.COMBINED, steps=steps)) is None
