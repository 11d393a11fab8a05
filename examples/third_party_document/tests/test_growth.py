"""A document type of one's own: canonical, safe, and refused with every finding at once."""

from __future__ import annotations

import io

import pytest
from lxml import etree

from caducee.errors import DocumentInvalid
from caducee.rendering import CD, II, PQ
from third_party_document import BODY_HEIGHT, BODY_WEIGHT, Measurement, check, render

from .invented import ARC, MEASUREMENTS, NOW, growth

HL7 = {"h": "urn:hl7-org:v3"}


def test_what_is_rendered_is_its_own_canonical_form() -> None:
    document = render(growth(*MEASUREMENTS))
    out = io.BytesIO()
    etree.ElementTree(etree.fromstring(document)).write_c14n(out)
    assert out.getvalue() == document


def test_a_measurement_keeps_its_digits_and_one_that_was_not_made_says_why() -> None:
    root = etree.fromstring(render(growth(*MEASUREMENTS)))
    values = [dict(value.attrib) for value in root.iterfind(".//h:observation/h:value", HL7)]
    type_ = "{http://www.w3.org/2001/XMLSchema-instance}type"
    assert values == [{type_: "PQ", "value": "88.0", "unit": "cm"}, {type_: "PQ", "nullFlavor": "NASK"}]


def test_each_entry_refers_to_the_words_that_a_person_reads() -> None:
    root = etree.fromstring(render(growth(*MEASUREMENTS)))
    cells = {cell.get("ID"): cell.text for cell in root.iterfind(".//h:td[@ID]", HL7)}
    referred = [ref.get("value", "")[1:] for ref in root.iterfind(".//h:reference", HL7)]
    assert [cells[name] for name in referred] == ["88.0 cm", "non mesuré"]


@pytest.mark.parametrize("title", ["</title><x/>", "a & b ]]>", "{d.title}", "é\r\n\u2028"])
def test_a_hostile_title_stays_a_text(title: str) -> None:
    root = etree.fromstring(render(growth(*MEASUREMENTS, title=title)))
    assert root.findtext("h:title", namespaces=HL7) == title


def test_a_title_that_xml_cannot_carry_is_refused_by_its_field() -> None:
    with pytest.raises(DocumentInvalid) as refused:
        render(growth(*MEASUREMENTS, title="a\x00"))
    assert [finding.field for finding in refused.value.findings] == ["title"]


def test_everything_that_the_type_refuses_is_said_at_once() -> None:
    def measured(code: CD, value: str, unit: str) -> Measurement:
        return Measurement(II(f"{ARC}.2.9"), code, NOW, PQ(value, unit))

    wrong = growth(
        measured(BODY_HEIGHT, "0.88", "m"), measured(BODY_WEIGHT, "900", "kg"), measured(CD("x", "1"), "1", "")
    )
    assert [(finding.field, finding.rule) for finding in check(wrong)] == [
        ("measurements[0].value.unit", "growth.unit"),
        ("measurements[1].value.value", "growth.range"),
        ("measurements[2].code", "growth.code"),
    ]
    assert check(growth(*MEASUREMENTS)) == ()
    assert [finding.rule for finding in check(growth())] == ["growth.empty"]


@pytest.mark.parametrize("text", ["quatre-vingts", "", "NaN", "1,5"])
def test_what_is_no_number_is_out_of_range(text: str) -> None:
    wrong = growth(Measurement(II(f"{ARC}.2.9"), BODY_HEIGHT, NOW, PQ(text, "cm")))
    assert [finding.field for finding in check(wrong)] == ["measurements[0].value.value"]
