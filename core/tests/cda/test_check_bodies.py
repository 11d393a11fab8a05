"""One thing wrong in a right document: one finding, at the field."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from caducee.cda import CdaChecker, CdaSealer
from caducee.cda.check.ucum import is_unit
from caducee.clinical import Dose, Duration, MaxDose, Quantity, Unit, Version
from caducee.model.codes import Code
from caducee.model.document import Document

from .samples import ROUX, documents, identifiers_of
from .samples.people import T

REPLACE = msgspec.structs.replace
UNKNOWN = Code("X", "1.2.3", "x")
NO_SYSTEM = Code("I10", "", "x")


def with_(value: Any, path: str, new: object) -> Any:
    """Return the struct with the field at ``a.b[0].c`` changed."""
    first, _, rest = path.partition(".")
    name, bracket, index = first.partition("[")
    if bracket:
        items = list(getattr(value, name))
        at = int(index.rstrip("]"))
        items[at] = with_(items[at], rest, new) if rest else new
        return REPLACE(value, **{name: tuple(items)})
    return REPLACE(value, **{name: with_(getattr(value, name), rest, new) if rest else new})


WRONG: list[tuple[str, str, object, str, str]] = [
    ("summary, full", "body.problems[0].label", " ", "body.problems[0].label", "value.empty"),
    ("summary, full", "body.problems[0].kind", UNKNOWN, "body.problems[0].kind.code", "code.unknown"),
    ("summary, full", "body.problems[0].code", NO_SYSTEM, "body.problems[0].code.system", "hl7.oid"),
    ("summary, full", "body.problems[0].since", "2026-13", "body.problems[0].since", "date.exists"),
    ("summary, full", "body.problems[0].since", "26/01/2026", "body.problems[0].since", "date.exists"),
    ("summary, full", "body.past_history[0].until", "2018", "body.past_history[0].until", "time.order"),
    ("summary, full", "body.procedures[0].date", "1990-02-31", "body.procedures[0].date", "date.exists"),
    ("summary, full", "body.allergies[0].label", "", "body.allergies[0].label", "value.empty"),
    ("summary, full", "body.allergies[0].reaction", "", "body.allergies[0].reaction", "value.empty"),
    ("summary, full", "body.habits[0].kind", UNKNOWN, "body.habits[0].kind.code", "code.unknown"),
    ("summary, full", "body.habits[0].unit", "paquets", "body.habits[0].unit", "ucum.unit"),
    ("summary, full", "body.family_history[0].problems", (), "body.family_history[0].problems", "value.empty"),
    (
        "summary, full",
        "body.family_history[0].relation",
        UNKNOWN,
        "body.family_history[0].relation.code",
        "code.unknown",
    ),
    ("summary, full", "body.treatments[0].medicine.name", "", "body.treatments[0].medicine.name", "value.empty"),
    ("summary, full", "body.results", "a\x00b", "body.results", "text.invisible"),
    ("prescription, full", "body.medicines[0].renewals", -1, "body.medicines[0].renewals", "prescription.renewals"),
    ("prescription, full", "body.medicines[0].end", "2026-11-01", "body.medicines[0].end", "time.order"),
    ("prescription, full", "body.devices[0].quantity", 0, "body.devices[0].quantity", "prescription.quantity"),
    ("prescription, full", "body.devices[0].device.name", "", "body.devices[0].device.name", "value.empty"),
    ("prescription, full", "body.kinds[0]", UNKNOWN, "body.kinds[0].code", "code.unknown"),
    ("prescription, full", "body.number_root", "", "body.number_root", "hl7.oid"),
    ("prescription, full", "body.valid_until", "2027", "body.valid_until", "date.exists"),
    ("prescription, full", "body.weight_kg", "62,5", "body.weight_kg", "number.form"),
    ("prescription, full", "body.pdf", b"not a PDF", "body.pdf", "body.pdf"),
    ("prescription, devices", "body.devices", (), "body.medicines", "prescription.empty"),
    ("imaging, full", "body.acts", (), "body.acts", "imaging.empty"),
    ("imaging, full", "body.justification", "", "body.justification", "value.empty"),
    ("imaging, full", "body.acts[0].modality", UNKNOWN, "body.acts[0].modality.code", "code.unknown"),
    ("imaging, full", "body.acts[0].function", UNKNOWN, "body.acts[0].function", "imaging.function"),
    ("imaging, full", "body.contraindications[0].code", UNKNOWN, "body.contraindications[0].code.code", "code.unknown"),
    ("imaging, full", "body.order_root", "x", "body.order_root", "hl7.oid"),
    ("admission, full", "body.reason", "\n", "body.reason", "value.empty"),
    ("admission, full", "body.no_allergy", True, "body.no_allergy", "admission.contradiction"),
    ("vaccination, full", "body.vaccination.date", "2027-01-01", "body.vaccination.date", "date.future"),
    ("vaccination, full", "body.vaccination.vaccine.lot", "", "body.vaccination.vaccine.lot", "value.empty"),
    ("vaccination, full", "body.vaccination.vaccine.atc", None, "body.vaccination.vaccine.atc", "vaccination.atc"),
    ("vaccination, full", "body.vaccination.vaccine.code", None, "body.vaccination.vaccine.code", "vaccination.cis"),
    ("vaccination, full", "body.vaccination.rank", 0, "body.vaccination.rank", "vaccination.rank"),
    ("vaccination, full", "body.vaccination.site", UNKNOWN, "body.vaccination.site.code", "code.unknown"),
    ("biology", "body.exams", ("",), "body.exams[0]", "value.empty"),
    ("biology, its own file", "body.exams", (), "body.exams", "prescription.empty"),
    ("tele-expertise", "body.content", " ", "body.content", "value.empty"),
    ("discharge, full", "body.course", "", "body.course", "value.empty"),
    ("discharge, full", "body.entry_mode", UNKNOWN, "body.entry_mode.code", "code.unknown"),
    ("discharge, full", "body.status", UNKNOWN, "body.status.code", "code.unknown"),
    ("discharge, full", "body.no_treatment", True, "body.no_treatment", "admission.contradiction"),
    ("annulment", "replaces", None, "replaces", "annulment.replaces"),
    ("annulment", "body.reason", " ", "body.reason", "value.empty"),
    ("report", "confidentiality", "X", "confidentiality", "code.unknown"),
    ("report", "act", NO_SYSTEM, "act.system", "hl7.oid"),
    ("report, everybody", "people.relatives[0].family_name", "", "people.relatives[0].family_name", "value.empty"),
    ("report, everybody", "people.relatives[0].link", UNKNOWN, "people.relatives[0].link.code", "code.unknown"),
    ("report, everybody", "people.recipients[0].identifier", "1", "people.recipients[0].identifier", "ps.form"),
    ("report, everybody", "people.correspondents[0].kind", "X", "people.correspondents[0].kind", "code.unknown"),
    (
        "report, everybody",
        "people.correspondents[0].function",
        UNKNOWN,
        "people.correspondents[0].function.code",
        "code.unknown",
    ),
    ("report, everybody", "people.secretary.identifier", "", "people.secretary.identifier", "value.empty"),
    ("report, everybody", "people.secretary.time", "2026", "people.secretary.time", "time.exact"),
    ("report, everybody", "people.custodian.identifier", "x", "people.custodian.identifier", "structure.form"),
    ("report, everybody", "patient.guardians[0].family_name", "", "patient.guardians[0].family_name", "value.empty"),
    ("at home", "encounter.stop", "20261125070000+0100", "encounter.stop", "time.order"),
    ("replacement", "replaces.version", 10**30, "replaces.version", "number.size"),
    ("prescription, full", "body.medicines[0].renewals", 10**18, "body.medicines[0].renewals", "number.size"),
    ("nursing", "body.acts[0].count", 10**9, "body.acts[0].count", "number.size"),
    ("at home", "encounter.start", None, "encounter.start", "value.empty"),
    ("at home", "encounter.place.name", "", "encounter.place.name", "value.empty"),
    ("in hospital", "encounter.code", UNKNOWN, "encounter.code.code", "code.unknown"),
    ("replacement", "replaces", Version(document_id="x", series="1.2", version=1), "replaces.document_id", "hl7.oid"),
    (
        "replacement",
        "replaces",
        Version(document_id="1.2", series="1.2", version=0),
        "replaces.version",
        "version.number",
    ),
]
POSOLOGY = "body.medicines[0].posology"
TABLET = Quantity(Decimal(1), "{tablet}")
WRONG_POSOLOGIES: list[tuple[str, str, object, str, str]] = [
    ("times a day", "steps[0].times", 0, "steps[0].times", "posology.times"),
    ("times a day", "steps[0].hours", ("8",), "steps[0]", "posology.rhythm"),
    ("at exact hours", "steps[0].hours", ("25:00",), "steps[0].hours[0]", "posology.hour"),
    ("times a day", "steps[0].dose", Dose(Quantity(Decimal(0), "mg")), "steps[0].dose.low.value", "posology.dose"),
    ("times a day", "steps[0].dose", Dose(Quantity(Decimal(1), "boîte")), "steps[0].dose.low.unit", "posology.unit"),
    (
        "times a day",
        "steps[0].dose",
        Dose(Quantity(Decimal(2), "mg"), Quantity(Decimal(1), "mg")),
        "steps[0].dose.high",
        "posology.range",
    ),
    (
        "times a day",
        "steps[0].duration",
        Duration(Decimal(-1), Unit.DAY),
        "steps[0].duration.value",
        "posology.duration",
    ),
    ("times a day", "route", UNKNOWN, "route.code", "code.unknown"),
    ("no more at once", "maxima[0].within", Duration(Decimal(1), Unit.DAY), "maxima[0].within", "posology.maximum"),
    ("at a rate", "steps[0].rate_per", None, "steps[0].rate_per", "posology.rate"),
    ("at a rate", "steps[0].over", Duration(Decimal(1), Unit.HOUR), "steps[0].over", "posology.rate"),
    ("times a day", "steps[0].times_max", 2, "steps[0].times_max", "posology.times"),
    ("at exact hours", "steps[0].times_max", 2, "steps[0].times_max", "posology.times"),
    (
        "times a day",
        "steps[0].duration_max",
        Duration(Decimal(6), Unit.DAY),
        "steps[0].duration_max",
        "posology.duration",
    ),
    ("times a day", "steps[0].apart", Duration(Decimal(0), Unit.HOUR), "steps[0].apart.value", "posology.duration"),
    ("times a day", "steps[0].month_days", (0,), "steps[0].month_days", "posology.month_days"),
    ("times a day", "steps[0].month_days", (32,), "steps[0].month_days", "posology.month_days"),
    ("on weekdays", "steps[0].month_days", (1,), "steps[0].month_days", "posology.month_days"),
    ("conditional", "steps[0].condition", "", "steps[0].condition", "value.empty"),
    ("combined", "steps[0].medicine", "", "steps[0].medicine", "value.empty"),
    ("delayed, on a site", "steps[0].start", "2026-12", "steps[0].start", "date.exists"),
]


def found(checker: CdaChecker, document: Document) -> set[tuple[str, str]]:
    return {(finding.field, finding.rule) for finding in checker.check(document, ROUX)}


@pytest.mark.parametrize(("name", "path", "value", "field", "rule"), WRONG)
def test_one_wrong_value_is_one_finding_at_its_field(
    checker: CdaChecker, name: str, path: str, value: object, field: str, rule: str
) -> None:
    assert found(checker, with_(documents()[name], path, value)) == {(field, rule)}


@pytest.mark.parametrize(("name", "path", "value", "field", "rule"), WRONG_POSOLOGIES)
def test_one_wrong_value_of_a_posology_is_found_at_its_field(
    checker: CdaChecker, name: str, path: str, value: object, field: str, rule: str
) -> None:
    document = with_(documents()[f"prescription, {name}"], f"{POSOLOGY}.{path}", value)
    assert (f"{POSOLOGY}.{field}", rule) in found(checker, document)


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity", "1e999999", "1e-999999"])
@pytest.mark.parametrize(
    "path",
    ["duration", "quantity", "posology.steps[0].dose.low", "posology.steps[0].dose.high", "posology.maxima[0].within"],
)
def test_a_number_that_nobody_can_write_is_found_at_its_field(checker: CdaChecker, path: str, value: str) -> None:
    document = documents()["prescription, one and a half to two"]
    limit = MaxDose(Quantity(Decimal(4), "{tablet}"), Duration(Decimal(1), Unit.DAY))
    document = with_(document, f"{POSOLOGY}.maxima", (limit,))
    field = f"body.medicines[0].{path}.value"
    assert field in {one for one, _ in found(checker, with_(document, field, Decimal(value)))}


@pytest.mark.parametrize("value", ["1E+1", "10", "0.000001", "999999999", "0E+2"])
def test_an_amount_is_written_whatever_arithmetic_made_of_it(
    checker: CdaChecker, sealer: CdaSealer, value: str
) -> None:
    document = with_(documents()["summary, full"], "body.habits[0].amount", Decimal(value))
    assert found(checker, document) == set()
    sealed = sealer.seal(document, ROUX, identifiers_of(document)).document
    assert f'value="{Decimal(value):f}"'.encode() in sealed


@pytest.mark.parametrize("value", ["1e-7", "NaN", "-1", "1e9"])
def test_an_amount_out_of_all_measure_is_found(checker: CdaChecker, value: str) -> None:
    document = with_(documents()["summary, full"], "body.habits[0].amount", Decimal(value))
    assert {field for field, _ in found(checker, document)} == {"body.habits[0].amount"}


def test_a_rhythm_that_starts_later_says_how_long_it_lasts(checker: CdaChecker) -> None:
    document = with_(documents()["prescription, times a day"], f"{POSOLOGY}.delayed", new=True)
    document = with_(with_(document, f"{POSOLOGY}.steps[0].duration", None), "body.medicines[0].duration", None)
    assert found(checker, document) == {("body.medicines[0].duration", "posology.delayed")}


def test_the_type_of_a_document_has_a_system_that_is_an_oid(checker: CdaChecker) -> None:
    document = with_(documents()["report"], "type", T.code("document_type", "E1762"))
    assert found(checker, document) == {("type.system", "hl7.oid")}


@pytest.mark.parametrize("steps", [1, 0])
def test_a_mode_of_several_steps_with_too_few_is_found(checker: CdaChecker, steps: int) -> None:
    document = documents()["prescription, split"]
    few = document.body.medicines[0].posology.steps[:steps]  # type: ignore[union-attr]
    assert (f"{POSOLOGY}.steps", "posology.steps") in found(checker, with_(document, f"{POSOLOGY}.steps", few))


@pytest.mark.parametrize(
    "unit",
    [
        "mg",
        "ug",
        "{tablet}",
        "mg/(12.h)",
        "mL/h",
        "mm[Hg]",
        "{cigarette}/d",
        "ug/kg/min",
        "[IU]",
        "10*9/L",
        "kg/m2",
        "%",
        "30009000",
        "{pack}/a",
    ],
)
def test_a_unit_of_medicine_is_known(unit: str) -> None:
    assert is_unit(unit)


@pytest.mark.parametrize("unit", ["comprimé", "mgg", "mg h", "", "()", "boîte", "mg//L", "xyz", "mg/(h", "paquets"])
def test_a_word_is_no_unit(unit: str) -> None:
    assert not is_unit(unit)


def test_all_findings_of_a_document_come_at_once(checker: CdaChecker) -> None:
    document = documents()["summary, full"]
    changes: list[Callable[[Document], Document]] = [
        lambda one: with_(one, "body.problems[0].label", ""),
        lambda one: with_(one, "body.allergies[1].label", ""),
        lambda one: with_(one, "body.habits[0].unit", "x y"),
    ]
    for change in changes:
        document = change(document)
    assert found(checker, document) == {
        ("body.problems[0].label", "value.empty"),
        ("body.allergies[1].label", "value.empty"),
        ("body.habits[0].unit", "ucum.unit"),
    }
