"""What a program can use of an entry: values, times, who and what takes part."""

from __future__ import annotations

import pytest

from caducee.cda.reading import read_document
from caducee.cda.reading.model import Entry, Timing
from caducee.model.codes import Code
from core.tests.cda.reading.fragments import around, section

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def entry_of(inner: str, kind: str = "observation") -> Entry:
    return read_document(section(f"<entry><{kind} {XSI}>{inner}</{kind}></entry>")).sections[0].entries[0]


@pytest.mark.parametrize(
    ("written", "text", "unit"),
    [
        ('<value xsi:type="PQ" value="5.4" unit="mmol/L"/>', "5.4", "mmol/L"),
        ('<value xsi:type="IVL_PQ"><low value="3" unit="g"/><high value="5" unit="g"/></value>', "3 – 5", "g"),
        ('<value xsi:type="IVL_PQ"><low value="3" unit="g"/><high value="3" unit="g"/></value>', "3", "g"),
        ('<value xsi:type="RTO"><numerator value="4" unit="mg"/></value>', "4 mg", None),
        ('<value xsi:type="IVL_PQ"><low value="3" unit="g"/></value>', "≥ 3", "g"),
        ('<value xsi:type="IVL_PQ"><high value="5" unit="g"/></value>', "≤ 5", "g"),
        (
            '<value xsi:type="RTO"><numerator value="4"/><denominator value="1" unit="d"/></value>',
            "4 / 1 d",
            None,
        ),
        ('<value xsi:type="ST">libre</value>', "libre", None),
        ('<value xsi:type="BL" value="true"/>', "true", None),
        ('<value xsi:type="CD" code="A" codeSystem="1.2" displayName="Alpha"/>', "Alpha", None),
        ('<value xsi:type="CD" nullFlavor="UNK"><originalText>dit</originalText></value>', "dit", None),
    ],
)
def test_a_value_says_what_it_says(written: str, text: str, unit: str | None) -> None:
    value = entry_of(written).values[0]
    assert (value.text, value.unit) == (text, unit)


def test_a_value_without_one_says_why() -> None:
    value = entry_of('<value xsi:type="PQ" nullFlavor="NASK"/>').values[0]
    assert (value.type, value.text, value.unknown) == ("PQ", "", "NASK")


@pytest.mark.parametrize(
    ("written", "timing"),
    [
        ('<effectiveTime value="20260101"/>', Timing(low="20260101", high="20260101")),
        (
            '<effectiveTime xsi:type="IVL_TS"><low value="20260101"/><width value="5" unit="d"/></effectiveTime>',
            Timing(type="IVL_TS", low="20260101", width="5 d"),
        ),
        (
            '<effectiveTime xsi:type="PIVL_TS" operator="A"><period value="8" unit="h"/></effectiveTime>',
            Timing(type="PIVL_TS", period="8 h", operator="A"),
        ),
        (
            '<effectiveTime xsi:type="EIVL_TS" operator="A"><event code="ACM"/><offset value="30" unit="min"/>'
            "</effectiveTime>",
            Timing(type="EIVL_TS", event="ACM", offset="30 min", operator="A"),
        ),
    ],
)
def test_a_time_keeps_how_it_comes_back(written: str, timing: Timing) -> None:
    assert entry_of(written, "substanceAdministration").times == (timing,)


def test_a_time_made_of_others_gives_its_parts() -> None:
    part = '<comp xsi:type="EIVL_TS" operator="I"><event code="{}"/></comp>'
    times = entry_of(
        f'<effectiveTime xsi:type="SXPR_TS">{part.format("PCM")}{part.format("PCV")}</effectiveTime>'
    ).times
    assert [one.event for one in times] == ["PCM", "PCV"]


def test_a_time_that_says_nothing_is_none() -> None:
    assert entry_of('<effectiveTime nullFlavor="UNK"/>').times == ()


def test_a_substance_that_takes_part_is_known_by_its_code_and_by_its_passage() -> None:
    found = read_document(
        section(
            '<text><content ID="a1">Pénicilline</content></text><entry><observation>'
            '<participant typeCode="CSM"><participantRole classCode="MANU"><playingEntity classCode="MMAT">'
            '<code code="J01" codeSystem="1.2"><originalText><reference value="#a1"/></originalText></code>'
            "</playingEntity></participantRole></participant></observation></entry>"
        )
    )
    agent = found.sections[0].entries[0].participants[0]
    assert (agent.kind, agent.family_name, agent.entity) == ("CSM", "Pénicilline", Code("J01", "1.2", ""))


def test_who_wrote_and_who_did_it_take_part() -> None:
    found = entry_of(
        "<author><assignedAuthor><assignedPerson><name><family>ROUX</family></name></assignedPerson></assignedAuthor>"
        "</author><performer><assignedEntity><representedOrganization><name>Labo</name></representedOrganization>"
        "</assignedEntity></performer>"
    )
    assert [(one.kind, one.family_name, one.organisation) for one in found.participants] == [
        ("AUT", "ROUX", ""),
        ("PRF", "", "Labo"),
    ]


def test_other_codes_ranges_conditions_and_documents_are_kept() -> None:
    found = entry_of(
        '<interpretationCode code="H" codeSystem="1.2"/><methodCode nullFlavor="UNK"/>'
        '<referenceRange><observationRange><value xsi:type="IVL_PQ"><high value="5" unit="g"/></value>'
        "</observationRange></referenceRange>"
        "<precondition><criterion><text>si douleur</text></criterion></precondition>"
        '<reference typeCode="REFR"><externalDocument><id root="1.2" extension="D"/></externalDocument></reference>'
    )
    assert found.details == {"interpretationCode": (Code("H", "1.2", ""),)}
    assert [one.text for one in found.ranges] == ["≤ 5"]
    assert (found.conditions, found.documents) == (("si douleur",), ("1.2^D",))


def test_a_supplied_product_is_a_product_too() -> None:
    made = "<manufacturedProduct><manufacturedMaterial><code code='1' codeSystem='1.2'/><name>Lit</name>"
    found = entry_of(f"<product>{made}</manufacturedMaterial></manufacturedProduct></product>", "supply")
    assert (found.product, [one.code for one in found.product_codes]) == ("Lit", ["1"])


def test_a_document_about_several_patients_says_so() -> None:
    target = (
        "<recordTarget><patientRole><patient><name><family>{}</family></name></patient></patientRole></recordTarget>"
    )
    found = read_document(around(target.format("NESSI") + target.format("AUTRE")))
    assert found.header.patient.birth_name == "NESSI"
    assert "header.patients" in {one.code for one in found.warnings if one.loss}


@pytest.mark.parametrize("said", ["true", "1"])
def test_what_is_denied_says_so(said: str) -> None:
    found = read_document(section(f'<entry><observation negationInd="{said}"/></entry>'))
    assert found.sections[0].entries[0].negated


def test_an_offset_may_be_an_interval() -> None:
    written = '<effectiveTime xsi:type="EIVL_TS"><event code="ACM"/><offset><low value="30" unit="min"/></offset>'
    assert entry_of(f"{written}</effectiveTime>").times[0].offset == "30 min"


def test_the_file_of_a_picture_is_no_value() -> None:
    assert entry_of('<value mediaType="text/plain">x</value>', "observationMedia").values == ()
