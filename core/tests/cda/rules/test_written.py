from __future__ import annotations

import copy

from lxml import etree

from caducee.cda.rules import check_document

from .faults import V3, changed, errors, right
from .mutations import NAMESPACES

INTERNAL = "1.3.6.1.4.1.19376.1.5.3.1.4.4.1"
TEXT = "(//c:section/c:text)[1]"


def test_a_mark_of_the_text_stands_once() -> None:
    root = etree.fromstring(right("summary, full"))
    marked = [one for one in root.iter() if one.get("ID")]
    marked[1].set("ID", marked[0].get("ID"))
    assert [one.rule for one in check_document(etree.tostring(root))].count("cda.narrative.twice") == 1


def test_two_entries_have_not_the_same_identifier_but_an_internal_reference_has_that_of_its_target() -> None:
    root = etree.fromstring(right("summary, full"))
    found = root.xpath("//c:entry/c:act[c:id]", namespaces=NAMESPACES)
    own, other = (one.find(f"{V3}id") for one in found[:2])
    other.getparent().replace(other, copy.deepcopy(own))
    assert "cda.entry.id" in errors(check_document(etree.tostring(root)))
    found[1].insert(0, etree.Element(f"{V3}templateId", root=INTERNAL))
    assert "cda.entry.id" not in errors(check_document(etree.tostring(root)))


def test_every_picture_that_a_text_shows_is_in_the_document() -> None:
    def shown(text: etree._Element) -> None:
        known = text.xpath("//@ID")[0]
        etree.SubElement(text, f"{V3}renderMultiMedia", referencedObject=f"{known} missing")

    assert "cda.reference.dangling" in errors(changed("summary, full", TEXT, shown))
