from __future__ import annotations

import copy

import pytest
from lxml import etree

from .faults import changed, errors

REPORT = "report, everybody"
HEADER = "/c:ClinicalDocument"


def null(flavour: str) -> object:
    return lambda element: element.set("nullFlavor", flavour)


@pytest.mark.parametrize(
    ("where", "rule"),
    [
        ("c:author/c:time", "cda.structure.time.null"),
        ("c:author/c:assignedAuthor/c:telecom", "cda.structure.telecom.null"),
        ("c:componentOf//c:healthCareFacility/c:id", "cda.structure.id.null"),
        ("c:dataEnterer/c:assignedEntity/c:assignedPerson/c:name", "cda.structure.name.null"),
    ],
)
def test_a_null_flavour_stands_alone(where: str, rule: str) -> None:
    assert rule in errors(changed(REPORT, f"{HEADER}/{where}", null("UNK")))


def test_the_name_of_the_custodian_may_have_both_as_the_national_stack_lets_it() -> None:
    where = f"{HEADER}/c:custodian//c:representedCustodianOrganization/c:name"
    assert not {one for one in errors(changed(REPORT, where, null("UNK"))) if one.startswith("cda.structure.")}


def test_a_code_comes_with_its_system() -> None:
    where = f"{HEADER}/c:documentationOf//c:assignedEntity/c:code"
    assert "cda.structure.code.value" in errors(changed(REPORT, where, lambda one: one.attrib.pop("codeSystem")))


def test_an_identifier_has_a_root() -> None:
    where = f"{HEADER}/c:componentOf//c:healthCareFacility/c:id"
    assert "cda.structure.id.value" in errors(changed(REPORT, where, lambda one: one.attrib.pop("root")))


@pytest.mark.parametrize("value", ["0600000000", "tel:", ""])
def test_a_telecom_begins_with_what_it_is(value: str) -> None:
    where = f"{HEADER}/c:author/c:assignedAuthor/c:telecom"
    assert "cda.structure.telecom.value" in errors(changed(REPORT, where, lambda one: one.set("value", value)))


def test_the_same_is_not_said_twice() -> None:
    where = f"{HEADER}/c:author/c:assignedAuthor/c:id"
    found = changed(REPORT, where, lambda one: one.addnext(copy.deepcopy(one)))
    assert "cda.structure.id.distinct" in errors(found)


def test_an_address_is_words_or_parts() -> None:
    def write(element: etree._Element) -> None:
        element.text = "chez sa fille"

    where = f"{HEADER}/c:custodian//c:addr"
    assert "cda.structure.addr.mixed" in errors(changed(REPORT, where, write))


def test_a_part_of_an_address_is_not_empty() -> None:
    def empty(element: etree._Element) -> None:
        element.text = ""

    where = f"{HEADER}/c:custodian//c:addr/c:streetAddressLine"
    assert "cda.structure.streetAddressLine.empty" in errors(changed(REPORT, where, empty))


def test_the_body_is_not_held_to_the_data_types_of_the_header() -> None:
    where = "(//c:observation[c:templateId/@root='1.2.250.1.213.1.1.3.37'])[1]/c:effectiveTime/c:low"
    found = errors(changed("summary, full", where, null("UNK")))
    assert "cda.structure.low.null" not in found


def test_an_end_does_not_come_before_its_start() -> None:
    where = f"{HEADER}/c:documentationOf/c:serviceEvent/c:effectiveTime/c:high"
    found = changed("report", where, lambda one: one.set("value", "20261125070000+0000"))
    assert "cda.structure.effectiveTime.value" in errors(found)


def test_an_end_of_another_zone_comes_when_it_comes() -> None:
    where = f"{HEADER}/c:documentationOf/c:serviceEvent/c:effectiveTime/c:high"
    found = changed("report", where, lambda one: one.set("value", "20261125080000+0000"))
    assert "cda.structure.effectiveTime.value" not in errors(found)


@pytest.mark.parametrize("said", [{"codeSystem": "1.2.3"}, {"codeSystem": "1.2.3", "code": "X"}])
def test_a_code_that_could_not_be_said_may_name_its_system_alone(said: dict[str, str]) -> None:
    def unsaid(code: etree._Element) -> None:
        code.attrib.clear()
        code.attrib.update({"nullFlavor": "OTH", **said})

    where = f"{HEADER}/c:documentationOf//c:assignedEntity/c:code"
    assert ("cda.structure.code.null" in errors(changed(REPORT, where, unsaid))) is ("code" in said)


def test_a_span_has_its_ends_or_one_instant() -> None:
    where = f"{HEADER}/c:documentationOf/c:serviceEvent/c:effectiveTime"
    found = changed("report", where, lambda one: one.set("value", "20261125083000+0100"))
    assert "cda.structure.effectiveTime.value" in errors(found)


def test_an_address_of_communication_that_is_not_applicable_says_another_reason() -> None:
    def unsaid(telecom: etree._Element) -> None:
        telecom.attrib.clear()
        telecom.set("nullFlavor", "NA")

    where = f"{HEADER}/c:author/c:assignedAuthor/c:telecom"
    assert "cda.structure.telecom.null" in errors(changed(REPORT, where, unsaid))
