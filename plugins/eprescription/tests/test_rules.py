from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from caducee.clinical import (
    ATC,
    CIP,
    CIS,
    CareAct,
    Dose,
    Duration,
    FreeLine,
    Medicine,
    NursingPrescription,
    Posology,
    PosologyMode,
    Prescription,
    Quantity,
    Step,
    Substitution,
    Unit,
    Weekday,
)
from caducee.model.bodies import PdfBody
from caducee.model.codes import TA_ASIP, Code
from caducee.model.identity import InsStatus
from caducee.model.practice import Actor
from caducee.testing import AUTHOR
from caducee_eprescription.rules import Checked, check

from .desk import JEANNE, PARACETAMOL, days, line, prescription, tablets

TODAY = date(2026, 11, 28)
WRITTEN = "20261128080000+0100"
LEVOTHYROX = Medicine(name="LÉVOTHYROXINE EXEMPLE 75 µg", code=PARACETAMOL.code)
BIZONE, SECURED = (Code(code, TA_ASIP, "") for code in ("MED-1096", "MED-1098"))


def checked(*lines: Any, acting: Actor | None = None, patient: Any = JEANNE, **body: Any) -> Checked:
    document = prescription(body=Prescription(medicines=lines or (line(),), **body), created=WRITTEN, patient=patient)
    return check(document, AUTHOR, today=TODAY, acting=acting)


def refusals(*lines: Any, **more: Any) -> list[tuple[str, str]]:
    return [(finding.field, finding.rule) for finding in checked(*lines, **more).refused]


def warnings(*lines: Any, **more: Any) -> list[tuple[str, str]]:
    return [(finding.field, finding.rule) for finding in checked(*lines, **more).warnings]


def test_a_plain_prescription_has_no_finding() -> None:
    found = checked()
    assert (found.refused, found.warnings, found.registrable, found.must_share) == ((), (), True, True)


@pytest.mark.parametrize(
    "medicine",
    [
        LEVOTHYROX,
        Medicine(name="x", code=PARACETAMOL.code, atc=Code("H03AA01", ATC, "lévothyroxine sodique")),
        Medicine(name="Valproate de sodium 500", code=PARACETAMOL.code),
    ],
)
def test_a_narrow_margin_is_known_by_its_class_or_by_its_name(medicine: Medicine) -> None:
    assert refusals(line(medicine=medicine, substitution=Substitution.NARROW_MARGIN)) == []


def test_a_narrow_margin_is_refused_for_another_substance() -> None:
    field = "body.medicines[0].substitution"
    assert refusals(line(substitution=Substitution.NARROW_MARGIN)) == [(field, "rx.substitution.mte")]


def test_no_substitution_says_why() -> None:
    field = "body.medicines[0].substitution"
    assert refusals(line(substitution=Substitution.FORBIDDEN)) == [(field, "rx.substitution.reason")]


@pytest.mark.parametrize(("born", "allowed"), [("2020-11-29", True), ("2020-11-28", False), ("1975-03-12", False)])
def test_the_form_for_a_child_is_for_less_than_six_years(born: str, *, allowed: bool) -> None:
    child = msgspec.structs.replace(JEANNE, traits=msgspec.structs.replace(JEANNE.traits, birth_date=born))
    assert (refusals(line(substitution=Substitution.CHILD_FORM), patient=child) == []) is allowed


def test_two_zones_go_with_lines_under_a_long_illness_both_ways() -> None:
    assert refusals(line(ald=True)) == [("body.kinds", "rx.bizone")]
    assert refusals(line(), kinds=(BIZONE,)) == [("body.kinds", "rx.bizone")]
    assert refusals(line(ald=True), line(medicine=LEVOTHYROX), kinds=(BIZONE,)) == []
    assert refusals(line(), free_lines=(FreeLine(text="x", ald=True),), kinds=(BIZONE,)) == []


@pytest.mark.parametrize("until", ["2026-11-27", "2028-11-28", "2026-02-30"])
def test_a_validity_that_is_past_too_long_or_no_date_is_refused(until: str) -> None:
    assert [field for field, _ in refusals(valid_until=until)] == ["body.valid_until"]


def test_a_secured_form_says_posology_and_length_and_is_not_renewed() -> None:
    bare = line(posology=type(line().posology)(), duration=None, renewals=1)
    assert {field for field, _ in refusals(bare, kinds=(SECURED,))} == {
        "body.medicines[0].posology",
        "body.medicines[0].duration",
        "body.medicines[0].renewals",
    }


@pytest.mark.parametrize(("count", "rule"), [(13, "rx.quantity.short"), (14, None), (28, "rx.quantity.long")])
def test_what_is_delivered_is_compared_with_what_is_taken(count: int, rule: str | None) -> None:
    found = warnings(line(quantity=tablets(count)))
    assert found == ([("body.medicines[0].quantity", rule)] if rule else [])


@pytest.mark.parametrize(("longest", "rule"), [(None, None), (14, "rx.quantity.short")])
def test_the_length_of_the_only_step_counts_at_its_longest(longest: int | None, rule: str | None) -> None:
    step = Step(
        dose=Dose(tablets(1)), times=2, duration=days(7), duration_max=days(longest) if longest is not None else None
    )
    found = warnings(line(posology=Posology(steps=(step,)), quantity=tablets(14), duration=None))
    assert found == ([("body.medicines[0].quantity", rule)] if rule else [])


@pytest.mark.parametrize(
    "posology",
    [
        Posology(steps=(Step(dose=Dose(tablets(4)), weekdays=(Weekday.MONDAY,)),)),
        Posology(steps=(Step(dose=Dose(tablets(4)), times=1, per=Duration(Decimal(1), Unit.WEEK)),)),
        Posology(
            mode=PosologyMode.TAPERED,
            steps=(Step(dose=Dose(tablets(4)), times=1, duration=days(1)), Step(dose=Dose(tablets(1)), times=1)),
        ),
    ],
    ids=["on one day of the week", "once a week", "tapered"],
)
def test_what_is_not_taken_every_day_alike_is_never_multiplied_by_the_days(posology: Posology) -> None:
    assert warnings(line(posology=posology, quantity=tablets(16), duration=days(28))) == []


def test_boxes_are_not_compared_with_tablets() -> None:
    assert warnings(line(quantity=Quantity(Decimal(1), "30009000", "boîte"), duration=days(300))) == []


class Boxes:
    def has(self, medicine: Medicine) -> bool:
        return medicine is PARACETAMOL

    def in_a_box(self, medicine: Medicine) -> tuple[Decimal, str] | None:
        return (Decimal(16), "comprimé") if medicine is PARACETAMOL else None


@pytest.mark.parametrize(
    ("boxes", "length", "rule"), [(1, 7, None), (1, 30, "rx.quantity.short"), (4, 7, "rx.quantity.long")]
)
def test_boxes_are_compared_where_it_is_known_what_they_hold(boxes: int, length: int, rule: str | None) -> None:
    prescribed = line(quantity=Quantity(Decimal(boxes), "30009000", "boîte"), duration=days(length))
    document = prescription(body=Prescription(medicines=(prescribed,)), created=WRITTEN)
    found = check(document, AUTHOR, today=TODAY, products=Boxes()).warnings
    assert [finding.rule for finding in found] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("code", Code("6999999", CIS, "x")),
        ("code", Code("6999999A", CIS, "x")),
        ("presentation", Code("340099999999", CIP, "x")),
    ],
)
def test_a_code_that_no_medicine_can_have_is_refused(name: str, code: Code) -> None:
    medicine = msgspec.structs.replace(PARACETAMOL, **{name: code})
    assert refusals(line(medicine=medicine)) == [(f"body.medicines[0].medicine.{name}", "rx.product.unknown")]


def test_a_medicine_that_the_practice_s_own_base_does_not_hold_is_refused() -> None:
    document = prescription(body=Prescription(medicines=(line(), line(medicine=LEVOTHYROX))), created=WRITTEN)
    found = check(document, AUTHOR, today=TODAY, products=Boxes()).refused
    assert [(one.field, one.rule) for one in found] == [("body.medicines[1].medicine.code", "rx.product.unknown")]


def test_a_line_twice_and_a_product_without_code_are_shown() -> None:
    assert warnings(line(), line()) == [("body.medicines[1]", "rx.twice")]
    assert warnings(line(medicine=Medicine(name="préparation"))) == [
        ("body.medicines[0].medicine.code", "rx.product.code")
    ]


def test_flags_that_exclude_one_another_are_refused() -> None:
    flagged = line(ald=True, work_accident=True, not_reimbursed=True)
    assert {rule for _, rule in refusals(flagged, kinds=(BIZONE,))} == {"rx.flags"}


def test_an_identity_that_is_not_qualified_makes_it_local() -> None:
    found = checked(patient=msgspec.structs.replace(JEANNE, status=InsStatus.RETRIEVED))
    assert not found.registrable
    assert [finding.field for finding in found.warnings] == ["patient.status"]


def test_a_replacement_names_whom_they_stand_in_for() -> None:
    acting = Actor.replacement("Dr Petit", replaces="roux")
    assert refusals(acting=acting) == [("people.replaced", "rx.replaced")]


def test_a_prior_approval_takes_it_out_of_the_duty_to_share() -> None:
    assert not checked(line(prior_approval=True)).must_share


def test_what_is_no_prescription_is_refused() -> None:
    letter = prescription(body=PdfBody(b"%PDF"), created=WRITTEN)
    assert [finding.rule for finding in check(letter, AUTHOR, today=TODAY).refused] == ["rx.kind"]


def test_nursing_acts_are_a_prescription_too() -> None:
    nursing = prescription(body=NursingPrescription(acts=(CareAct(label="Pansement"),)), created=WRITTEN)
    assert check(nursing, AUTHOR, today=TODAY).refused == ()


def test_every_finding_is_a_french_sentence() -> None:
    flagged = line(ald=True, work_accident=True, not_reimbursed=True, substitution=Substitution.FORBIDDEN)
    found = checked(flagged, flagged, valid_until="2026-01-01")
    assert all(finding.message.endswith(".") for finding in (*found.refused, *found.warnings))
