"""Documents made to exhaust who reads them: refused, or read in no time, never an error of another kind."""

from __future__ import annotations

import time

import pytest

from caducee.cda.reading import DocumentUnreadable, read_document
from core.tests.cda.reading.fragments import around, structured

SECONDS = 20  # Far above what it takes, far below what a reader without limits takes.


@pytest.fixture(autouse=True)
def _in_no_time() -> object:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < SECONDS


@pytest.mark.parametrize(
    "content",
    [
        around('<x:y xmlns:x="urn:x" ' + " ".join(f'a{at}=""' for at in range(1_000_000)) + "/>"),
        around('<x:y xmlns:x="urn:x" ' + " ".join(f'a{at}=""' for at in range(10_001)) + "/>"),
        around("<id/>" * 2_000_001),
        around("<component>" * 100_000 + "</component>" * 100_000),
        b'<!-- a --><?b c?>\n<!DOCTYPE a [<!ENTITY e "ee">]>' + around(""),
        around("").decode().encode("utf-16-le"),
        b"<" + b" " * 50_000_000,
        b"<!--" * 1_000_000,
    ],
    ids=["attributes", "many attributes", "elements", "depth", "doctype", "utf-16", "blanks", "comments"],
)
def test_what_would_exhaust_a_reader_is_refused(content: bytes) -> None:
    with pytest.raises(DocumentUnreadable):
        read_document(content)


def test_entities_that_multiply_are_refused() -> None:
    laughs = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))
    declared = f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]>'.encode()
    with pytest.raises(DocumentUnreadable):
        read_document(declared + around('<title a="&l9;">&l9;</title>'))


@pytest.mark.parametrize("words", ["<!-- <!DOCTYPE html> -->", "<title><![CDATA[<!DOCTYPE html>]]></title>"])
def test_words_that_declare_nothing_are_only_words(words: str) -> None:
    assert read_document(b"<!-- <!DOCTYPE a> -->" + around(f'<id root="1.2"/>{words}')).document_id == "1.2"


def test_what_is_odd_a_thousand_times_is_said_a_hundred_times_and_once_more() -> None:
    found = read_document(around(structured("<component><section/></component>" * 30_000)))
    assert len(found.sections) == 30_000
    assert len(found.warnings) == 101
    assert (found.warnings[-1].code, found.warnings[-1].loss) == ("reading.more", False)


def test_a_loss_among_what_is_not_said_any_more_is_still_a_loss() -> None:
    media = '<entry><observationMedia><value mediaType="image/png" representation="B64">%</value></observationMedia>'
    sections = "<component><section/></component>" * 200
    found = read_document(around(structured(f"{sections}<component><section>{media}</entry></section></component>")))
    assert found.warnings[-1].loss


def test_a_long_passage_is_not_repeated_without_end() -> None:
    passage = "x" * 1_000_000
    entries = '<entry><observation><text><reference value="#a"/></text></observation></entry>' * 500
    section = f'<section><title>T</title><text><content ID="a">{passage}</content></text>{entries}</section>'
    found = read_document(around(structured(f"<component>{section}</component>")))
    assert sum(len(entry.text) for entry in found.sections[0].entries) == 50_000_000
    assert "entry.expansion" in {one.code for one in found.warnings}


def test_a_narrative_nested_beyond_reason_keeps_its_words() -> None:
    deep = "<content>" * 150 + "mot" + "</content>" * 150
    found = read_document(around(structured(f"<component><section><text>{deep}</text></section></component>")))
    assert "narrative.depth" in {one.code for one in found.warnings}
    assert "mot" in str(found.sections[0].narrative)


@pytest.mark.parametrize("value", ["9" * 5_000, "²", "-1", "1.0", ""])
def test_a_version_that_is_no_number_is_none(value: str) -> None:
    assert read_document(around(f'<versionNumber value="{value}"/>')).version is None


def test_more_attributes_than_any_document_has_are_refused_though_each_element_has_few() -> None:
    with pytest.raises(DocumentUnreadable):
        read_document(around('<id a="" b="" c=""/>' * 1_333_334))
