"""Whatever stands in a well-formed document, it is read and shown; nothing in it runs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml import html as parser

from caducee.cda import CdaSealer
from caducee.cda.reading import read_document
from caducee.cda.view import to_html, to_pdf
from core.tests.cda.samples import ROUX, documents, identifiers_of

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>#let"
NAMES = ("summary, full", "prescription, full", "report, everybody", "imaging, full")
KEPT = frozenset({"typeCode", "classCode", "moodCode", "representation", "mediaType"})


@pytest.fixture(scope="module")
def sealed(sealer: CdaSealer) -> list[bytes]:
    chosen = [documents()[name] for name in NAMES]
    return [sealer.seal(one, ROUX, identifiers_of(one)).document for one in chosen]


def poisoned(content: bytes) -> bytes:
    """Return the document with every text and every attribute replaced, files but not their coding."""
    root = etree.fromstring(content)
    for element in root.iter("*"):
        if element.text and element.text.strip():
            element.text = HOSTILE
        for name in element.attrib:
            if str(name).rpartition("}")[2] not in KEPT:
                element.set(name, HOSTILE)
    return etree.tostring(root)


@pytest.mark.parametrize("at", range(len(NAMES)))
def test_hostile_words_everywhere_stay_words(sealed: list[bytes], at: int) -> None:
    document = read_document(poisoned(sealed[at]))
    page = to_html(document)
    tree = parser.fromstring(page)
    assert not tree.xpath(
        "//script|//iframe|//object|//embed|//link|//form|//base|//img[not(starts-with(@src,'data:'))]"
    )
    assert not [one for one in tree.iter() if any(str(key).startswith("on") for key in one.attrib)]
    assert HOSTILE in tree.text_content()
    assert to_pdf(document).startswith(b"%PDF-")


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_document_that_lost_any_parts_is_read_and_shown(sealed: list[bytes], data: st.DataObject) -> None:
    root = etree.fromstring(data.draw(st.sampled_from(sealed)))
    for number in data.draw(st.lists(st.integers(0, 10_000), max_size=15)):
        elements = list(root.iter("*"))[1:]
        if elements:
            victim = elements[number % len(elements)]
            if number % 2:
                victim.attrib.clear()
                victim.text = None
            elif (parent := victim.getparent()) is not None:
                parent.remove(victim)
    document = read_document(etree.tostring(root))
    assert to_html(document).startswith("<!DOCTYPE html>")
    assert to_pdf(document)


@given(st.recursive(st.just(""), lambda inner: st.tuples(st.sampled_from(
    ["component", "section", "structuredBody", "nonXMLBody", "text", "entry", "observation", "author", "recordTarget",
     "patientRole", "patient", "name", "id", "value", "effectiveTime", "relatedDocument", "documentationOf",
     "serviceEvent", "componentOf", "encompassingEncounter", "participant", "title", "code", "consumable", "table"]
), inner, inner).map(lambda made: f"<{made[0]}>{made[1]}</{made[0]}>{made[2]}"), max_leaves=20))  # fmt: skip
@settings(deadline=None)
def test_elements_in_any_order_are_never_an_error(inner: str) -> None:
    document = read_document(f'<ClinicalDocument xmlns="urn:hl7-org:v3">{inner}</ClinicalDocument>'.encode())
    assert to_html(document).startswith("<!DOCTYPE html>")
