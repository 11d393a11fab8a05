from __future__ import annotations

import pytest
from lxml import etree

from caducee.cda.rules.index import Index, below
from caducee.terminology import Terminology

DOCUMENT = etree.fromstring(
    '<ClinicalDocument xmlns="urn:hl7-org:v3"><templateId root="1.1" extension="2024"/>'
    '<author><time value="1"/></author><author><time value="2"/></author>'
    '<act><templateId root="1.2"/><templateId root="1.2"/><id/></act></ClinicalDocument>'
)


@pytest.fixture
def index() -> Index:
    return Index(DOCUMENT, Terminology.load())


def test_elements_are_found_by_name_and_by_template(index: Index) -> None:
    assert len(index.named("time")) == 2
    assert index.named("nothing") == []
    assert [one.tag for one in index.with_template("1.2")] == ["{urn:hl7-org:v3}act"]


def test_templates_of_an_element_are_counted(index: Index) -> None:
    act = index.named("act")[0]
    assert index.owns(act, "1.2") == 2
    assert index.owns(act, "1.1") == 0
    assert index.inside(DOCUMENT, "1.2") == 1


@pytest.mark.parametrize("path", [".", "author", "author/time", "author[1]/time", "author/nothing/time", "act/id"])
def test_what_is_reached_is_what_is_below(index: Index, path: str) -> None:
    assert index.reached(DOCUMENT, path) == below(DOCUMENT, path)


def test_a_document_declares_a_template_in_a_version(index: Index) -> None:
    assert index.declares("1.1", "")
    assert index.declares("1.1", "2024")
    assert not index.declares("1.1", "2023")
    assert not index.declares("1.2", "")
