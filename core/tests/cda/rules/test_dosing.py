from __future__ import annotations

import pytest
from lxml import etree

from .faults import V3, XSI_TYPE, changed, errors, removed

LINE = "(//c:substanceAdministration[c:templateId/@root='1.2.250.1.213.1.1.3.83'])[1]"


def test_the_duration_has_both_its_ends() -> None:
    found = changed("prescription, delayed to dates", f"{LINE}/c:effectiveTime[1]/c:high", removed)
    assert "cda.dosing.duration" in errors(found)


def test_a_length_alone_is_a_duration() -> None:
    def length(time: etree._Element) -> None:
        for one in list(time):
            time.remove(one)
        etree.SubElement(time, f"{V3}width", value="7", unit="d")

    found = errors(changed("prescription, nothing said", f"{LINE}/c:effectiveTime", length))
    assert "cda.dosing.duration" not in found


def test_the_frequency_is_joined_to_the_duration() -> None:
    found = changed("prescription, times a day", f"{LINE}/c:effectiveTime[2]", lambda one: one.attrib.pop("operator"))
    assert "cda.dosing.operator" in errors(found)


@pytest.mark.parametrize(
    ("name", "held"),
    [("prescription, seven times a day", "period"), ("prescription, half an hour before breakfast", "event")],
)
def test_a_frequency_says_something(name: str, held: str) -> None:
    found = changed(name, f"{LINE}/c:effectiveTime[2]", lambda one: [one.remove(child) for child in list(one)])
    assert "cda.dosing.frequency" in errors(found), held


def test_a_frequency_has_the_type_of_one() -> None:
    def retyped(time: etree._Element) -> None:
        time.set(XSI_TYPE, "IVL_TS")

    found = changed("prescription, seven times a day", f"{LINE}/c:effectiveTime[2]", retyped)
    assert "cda.dosing.frequency" in errors(found)


def test_a_mode_in_steps_has_steps() -> None:
    found = changed(
        "prescription, tapered", f"{LINE}/c:entryRelationship[c:sequenceNumber][1]", lambda one: _without_steps(one)
    )
    assert "cda.dosing.steps" in errors(found)


def _without_steps(link: etree._Element) -> None:
    line = link.getparent()
    assert line is not None
    for one in line.findall(f"{V3}entryRelationship"):
        if one.find(f"{V3}sequenceNumber") is not None:
            line.remove(one)


def test_a_simple_posology_has_none() -> None:
    def simple(template: etree._Element) -> None:
        template.set("root", "1.3.6.1.4.1.19376.1.5.3.1.4.7.1")

    where = f"{LINE}/c:templateId[@root='1.3.6.1.4.1.19376.1.5.3.1.4.8']"
    assert {"cda.dosing.normal", "cda.dosing.steps"} <= errors(changed("prescription, tapered", where, simple))


def test_the_number_of_renewals_is_known_or_said_to_be_none() -> None:
    def unknown(repeat: etree._Element) -> None:
        repeat.attrib.clear()
        repeat.set("nullFlavor", "UNK")

    found = changed("prescription, times a day", f"{LINE}/c:repeatNumber", unknown)
    assert "cda.dosing.renewals" in errors(found)


def test_a_delayed_start_has_both_its_days() -> None:
    def unknown(high: etree._Element) -> None:
        high.attrib.clear()
        high.set("nullFlavor", "UNK")

    found = changed("prescription, delayed to dates", f"{LINE}/c:effectiveTime[1]/c:high", unknown)
    assert "cda.dosing.delayed" in errors(found)


def test_a_number_of_renewals_may_be_said_to_be_none() -> None:
    def none(repeat: etree._Element) -> None:
        repeat.attrib.clear()
        repeat.set("nullFlavor", "NI")

    found = changed("prescription, times a day", f"{LINE}/c:repeatNumber", none)
    assert "cda.dosing.renewals" not in errors(found)
