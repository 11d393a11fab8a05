from __future__ import annotations

import pikepdf
import pytest

from caducee.pdfa import check_pdfa, to_pdfa

from .shapes import REPAIRED, UNFIT, changed, plain


def codes(content: bytes) -> set[str]:
    return {finding.rule for finding in check_pdfa(content)}


def test_nothing_is_found_in_a_pdfa() -> None:
    assert check_pdfa(plain(standard="a-1b")) == ()


@pytest.mark.parametrize("name", UNFIT)
def test_each_fault_is_found_by_its_rule(name: str) -> None:
    change, code = UNFIT[name]
    assert code in codes(changed(change, plain(standard="a-1b")))


@pytest.mark.parametrize("name", REPAIRED)
def test_nothing_is_found_in_what_was_repaired(name: str) -> None:
    assert check_pdfa(to_pdfa(changed(REPAIRED[name])).content) == ()


def test_a_pdf_that_claims_nothing_is_no_pdfa() -> None:
    assert codes(plain()) == {"pdfa.claim", "pdfa.profile"}


def test_the_structure_of_later_versions_is_found() -> None:
    content = changed(lambda pdf: None, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert "pdfa.structure" in codes(content)


def test_a_title_that_differs_from_that_of_the_metadata_is_found() -> None:
    content = changed(lambda pdf: pdf.docinfo.__setitem__("/Title", "Autre"), plain(standard="a-1b"))
    assert codes(content) == {"pdfa.metadata"}


def test_metadata_that_are_no_xml_are_found() -> None:
    content = changed(lambda pdf: pdf.Root.Metadata.write(b"<pdfaid:part>1"), plain(standard="a-1b"))
    assert "pdfa.metadata" in codes(content)


@pytest.mark.parametrize("content", [b"", b"texte", b"%PDF-1.4\n"])
def test_what_is_no_pdf_is_a_finding_and_not_an_error(content: bytes) -> None:
    assert codes(content) == {"pdfa.unreadable"}


def test_bytes_before_the_header_or_after_the_end_are_found() -> None:
    content = plain(standard="a-1b")
    assert "pdfa.header" in codes(b"\n\n" + content)
    assert "pdfa.trailer" in codes(content + b"reste")


def test_a_finding_says_its_rule_its_source_and_a_french_sentence() -> None:
    (finding,) = [one for one in check_pdfa(changed(UNFIT["opacity"][0])) if one.rule == "pdfa.transparency"]
    assert finding.source == "ISO 19005-1, 6.4"
    assert finding.message == "Ce PDF n'est pas un PDF/A-1b : la transparence est utilisée."
