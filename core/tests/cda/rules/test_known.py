from __future__ import annotations

import base64

import pytest
from lxml import etree

from caducee.cda.rules import check_document

from .faults import V3, changed, errors, right

HEADER = "/c:ClinicalDocument"
CONCERN = "(//c:act[c:templateId/@root='1.3.6.1.4.1.19376.1.5.3.1.4.5.1'])"


def test_a_problem_that_goes_on_has_no_end() -> None:
    def ended(times: etree._Element) -> None:
        etree.SubElement(times, f"{V3}high", value="2020")

    where = f"{CONCERN}[c:statusCode/@code='active'][1]/c:effectiveTime"
    assert "cda.concern.end" in errors(changed("summary, full", where, ended))


def test_a_problem_that_is_over_has_an_end() -> None:
    where = f"{CONCERN}[c:statusCode/@code='completed'][1]/c:effectiveTime"
    found = changed("summary, full", where, lambda times: [times.remove(one) for one in times.findall(f"{V3}high")])
    assert "cda.concern.end" in errors(found)


@pytest.mark.parametrize("content", [b"not a PDF %%EOF", b"%PDF-1.4\n cut before its end"])
def test_a_file_that_says_that_it_is_a_pdf_is_a_whole_one(content: bytes) -> None:
    def replaced(text: etree._Element) -> None:
        text.text = base64.b64encode(content).decode()

    found = changed("report", f"{HEADER}/c:component/c:nonXMLBody/c:text", replaced)
    assert "cda.file.pdf" in errors(found)


def test_a_level_1_declares_three_templates() -> None:
    def one_more(template: etree._Element) -> None:
        template.addnext(etree.Element(f"{V3}templateId", root="1.2.250.1.213.1.1.1.99"))

    assert "cda.level_1.templates" in errors(changed("report", f"{HEADER}/c:templateId[3]", one_more))
    assert "cda.level_1.templates" not in errors(check_document(right("report")))
