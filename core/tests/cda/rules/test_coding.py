from __future__ import annotations

import pytest

from .faults import changed, errors

PROBLEM = "(//c:observation[c:templateId/@root='1.2.250.1.213.1.1.3.37'][c:value/@code])[1]/c:value"
ACT = "(//c:procedure[c:templateId/@root='1.2.250.1.213.1.1.3.62'][c:code/@code])[1]/c:code"
DOSE = "(//c:doseQuantity/c:low)[1]"


@pytest.mark.parametrize(("where", "code"), [(PROBLEM, "HTA"), (PROBLEM, "i10"), (ACT, "HHFA01"), (ACT, "appendice")])
def test_a_code_has_the_form_of_its_nomenclature(where: str, code: str) -> None:
    assert "cda.code.form" in errors(changed("summary, full", where, lambda one: one.set("code", code)))


@pytest.mark.parametrize("code", ["I10", "E11.9", "I64+0", "T88"])
def test_a_code_of_the_form_is_let_pass(code: str) -> None:
    assert "cda.code.form" not in errors(changed("summary, full", PROBLEM, lambda one: one.set("code", code)))


def test_a_nomenclature_is_not_named_for_nothing() -> None:
    assert "cda.code.form" in errors(changed("summary, full", ACT, lambda one: one.attrib.pop("code")))


@pytest.mark.parametrize("unit", ["comprimé", "zzz", "1", "mg par jour"])
def test_a_unit_is_one_of_ucum(unit: str) -> None:
    found = errors(changed("prescription, times a day", DOSE, lambda one: one.set("unit", unit)))
    assert "cda.unit.ucum" in found


@pytest.mark.parametrize("unit", ["mg", "{comprimé}", "[IU]", "mL"])
def test_a_unit_of_ucum_is_let_pass(unit: str) -> None:
    found = errors(changed("prescription, times a day", DOSE, lambda one: one.set("unit", unit)))
    assert "cda.unit.ucum" not in found


def test_the_identifier_of_a_nomenclature_is_an_oid() -> None:
    found = changed("summary, full", PROBLEM, lambda one: one.set("codeSystem", "CIM-10"))
    fault = next(one for one in found if one.rule == "cda.oid.form")
    assert fault.field == "body.problems[0]"
    assert "nomenclature" in fault.message


def test_the_high_end_of_a_dose_has_a_unit_of_ucum_too() -> None:
    where = "(//c:doseQuantity/c:high)[1]"
    assert "cda.unit.ucum" in errors(changed("prescription, times a day", where, lambda one: one.set("unit", "zzz")))
