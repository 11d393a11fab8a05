from __future__ import annotations

import copy

import pytest
from lxml import etree

from .faults import V3, XSI_TYPE, changed, errors, removed

SECTION = "(//c:section[c:templateId/@root='1.2.250.1.213.1.1.2.132'])[1]"
PROBLEM = "(//c:observation[c:templateId/@root='1.2.250.1.213.1.1.3.37'])[1]"
SUMMARY = "summary, one problem"


def appended(name: str) -> object:
    return lambda element: element.append(etree.Element(f"{V3}{name}"))


def test_an_element_that_the_class_does_not_know_is_refused_where_it_stands() -> None:
    found = changed(SUMMARY, PROBLEM, appended("strange"))
    fault = next(one for one in found if one.rule == "cda.structure.observation.unforeseen")
    assert fault.xpath.endswith("/observation/strange")
    assert fault.field == "body.problems[0]"


def test_an_element_out_of_its_order_is_refused() -> None:
    def to_the_end(status: etree._Element) -> None:
        holder = status.getparent()
        assert holder is not None
        holder.append(status)

    assert "cda.structure.observation.order" in errors(changed(SUMMARY, f"{PROBLEM}/c:statusCode", to_the_end))


def test_an_element_that_must_be_there_is_missed_where_it_should_stand() -> None:
    found = changed(SUMMARY, f"{PROBLEM}/c:code", removed)
    fault = next(one for one in found if one.rule == "cda.structure.observation.missing")
    assert "observation/code" in fault.message


def test_an_element_that_stands_once_is_refused_twice() -> None:
    def twice(element: etree._Element) -> None:
        element.addnext(copy.deepcopy(element))

    assert "cda.structure.observation.repeated" in errors(changed(SUMMARY, f"{PROBLEM}/c:statusCode", twice))


def test_an_attribute_that_the_class_does_not_know_is_refused() -> None:
    found = changed(SUMMARY, PROBLEM, lambda one: one.set("colour", "red"))
    assert "cda.structure.observation.attribute" in errors(found)


def test_an_attribute_that_must_be_there_is_missed() -> None:
    found = changed(SUMMARY, PROBLEM, lambda one: one.attrib.pop("moodCode"))
    assert "cda.structure.observation.attribute" in errors(found)


def test_a_value_outside_of_its_vocabulary_is_refused() -> None:
    found = changed(SUMMARY, PROBLEM, lambda one: one.set("moodCode", "SOON"))
    assert "cda.structure.observation.value" in errors(found)


def test_text_between_elements_is_refused() -> None:
    def write(element: etree._Element) -> None:
        element.text = "voir le dossier"

    assert "cda.structure.observation.text" in errors(changed(SUMMARY, PROBLEM, write))


@pytest.mark.parametrize("said", ["PQX", "II", "QTY"])
def test_a_data_type_that_may_not_stand_there_is_refused(said: str) -> None:
    found = changed(
        "prescription, times a day",
        "(//c:substanceAdministration/c:effectiveTime)[1]",
        lambda one: one.set(XSI_TYPE, said),
    )
    assert "cda.structure.effectiveTime.type" in errors(found)


def test_an_abstract_data_type_must_be_told() -> None:
    found = changed(SUMMARY, f"{PROBLEM}/c:value", lambda one: one.attrib.pop(XSI_TYPE))
    assert "cda.structure.value.type" in errors(found)


def test_a_comment_is_no_fault() -> None:
    found = changed(SUMMARY, PROBLEM, lambda one: one.insert(0, etree.Comment("vu")))
    assert errors(found) == set()


def test_an_extension_of_another_namespace_is_let_pass() -> None:
    found = changed(SUMMARY, SECTION, lambda one: one.append(etree.Element("{urn:example}more")))
    assert errors(found) == set()


def test_a_document_with_faults_without_end_is_judged_to_an_end() -> None:
    def fill(observation: etree._Element) -> None:
        for number in range(3_000):
            etree.SubElement(observation, f"{V3}strange{number}")

    found = [one for one in changed(SUMMARY, PROBLEM, fill) if one.rule.endswith(".unforeseen")]
    assert 100 < len(found) <= 1_000
