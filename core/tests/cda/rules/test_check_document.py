from __future__ import annotations

from datetime import date

import pytest
from lxml import etree

from caducee.cda import CdaSealer
from caducee.cda.reading import DocumentUnreadable
from caducee.cda.rules import Severity, check_document
from caducee.cda.rules.locate import path_of
from caducee.cda.rules.values import is_time
from caducee.model.environment import Environment
from core.tests.cda.samples import ROUX, documents, identifiers_of

from .mutations import MUTATIONS, Mutation, mutated

LEAST = 100


def sealed(sealer: CdaSealer, name: str) -> bytes:
    document = documents()[name]
    return sealer.seal(document, ROUX, identifiers_of(document)).document


@pytest.mark.parametrize("name", documents())
def test_a_right_document_has_no_errors(sealer: CdaSealer, name: str) -> None:
    found = check_document(sealed(sealer, name))
    assert {one.rule for one in found} <= {"cda.ps.key", "cda.file.pdfa"}
    assert all(one.severity is Severity.WARNING for one in found)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: f"{one.base} {one.where} {one.what} {one.value}"[-90:])
def test_one_fault_is_found_with_its_field(sealer: CdaSealer, mutation: Mutation) -> None:
    wrong = mutated(sealed(sealer, mutation.base), mutation)
    found = {(one.rule, one.field) for one in check_document(wrong)}
    assert (mutation.rule, mutation.field) in found


def test_there_are_at_least_a_hundred_mutations() -> None:
    assert len(set(MUTATIONS)) >= LEAST


def test_all_findings_come_at_once_in_the_order_of_the_lines(sealer: CdaSealer) -> None:
    lines = etree.tostring(etree.fromstring(sealed(sealer, "report")), pretty_print=True)
    wrong = (
        lines.replace(b'code="N"', b'code="X"').replace(b"<title>", b"<copyTime/><title>").replace(b'"fr-FR"', b'"fr"')
    )
    found = check_document(wrong)
    assert {"cda.header.confidentiality", "cda.header.copy_time", "cda.header.language"} <= {one.rule for one in found}
    assert [one.line for one in found] == sorted(one.line for one in found)
    language = next(one for one in found if one.rule == "cda.header.language")
    assert b"languageCode" in lines.split(b"\n")[language.line - 1]
    assert language.xpath == "/ClinicalDocument/languageCode"


def test_findings_speak_french_say_what_to_do_and_quote_nothing_of_the_patient(sealer: CdaSealer) -> None:
    wrong = sealed(sealer, "report, everybody")
    for before, after in ((b"NESSI", b"CANARI"), (b"PAUL", b"CANARI"), (b'value="20240229"', b'value="CANARI"')):
        wrong = wrong.replace(before, after)
    found = check_document(wrong.replace(b'extension="P2"', b'extension=""'))
    assert found
    for one in found:
        assert "CANARI" not in repr(one)
        assert all((one.message, one.cause, one.remedy, one.source, one.rule))


def test_a_rule_holds_from_its_day_on(sealer: CdaSealer) -> None:
    old = sealed(sealer, "summary, full").replace(b"1.2.250.1.215.300.1", b"1.2.250.1.213.2.5")
    assert "cda.documents.code.ccam" not in {one.rule for one in check_document(old, on=date(2023, 12, 31))}
    assert "cda.documents.code.ccam" in {one.rule for one in check_document(old, on=date(2024, 1, 1))}
    assert "cda.documents.code.ccam" in {one.rule for one in check_document(old)}


def test_a_number_that_fails_its_check_digit_is_an_error_in_production_only(sealer: CdaSealer) -> None:
    document = sealed(sealer, "report")
    here, production = check_document(document), check_document(document, environment=Environment.PRODUCTION)
    assert {one.severity for one in here if one.rule == "cda.ps.key"} == {Severity.WARNING}
    assert {one.severity for one in production if one.rule == "cda.ps.key"} == {Severity.ERROR}


def test_an_element_that_nobody_foresaw_is_a_warning_and_one_out_of_order_an_error(sealer: CdaSealer) -> None:
    document = sealed(sealer, "report")
    extra = document.replace(b"<title>", b"<strange/><title>")
    assert ("cda.header.document.unforeseen", Severity.WARNING) in {
        (one.rule, one.severity) for one in check_document(extra)
    }
    moved = document.replace(b"<realmCode", b"<setId root='1.2'/><realmCode")
    assert ("cda.header.document.order", Severity.ERROR) in {(one.rule, one.severity) for one in check_document(moved)}


@pytest.mark.parametrize("content", [b"", b"<a/>", b"<!DOCTYPE a><a/>", b"<ClinicalDocument"])
def test_what_is_no_document_is_an_error(content: bytes) -> None:
    with pytest.raises(DocumentUnreadable):
        check_document(content)


def test_an_empty_document_has_many_findings_and_does_not_end_the_check() -> None:
    found = check_document(b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>')
    assert len(found) > 15


@pytest.mark.parametrize(
    ("reference", "path"),
    [
        ("body-problems-1", "body.problems[0]"),
        ("body-medicines-2-work", "body.medicines[1].work_accident"),
        ("body-medicines-1-posology-steps-3", "body.medicines[0].posology.steps[2]"),
        ("body-vaccination", "body.vaccination"),
    ],
)
def test_the_identifier_of_a_text_leads_back_to_the_field(reference: str, path: str) -> None:
    assert path_of(reference) == path


@pytest.mark.parametrize(
    "value",
    [
        "2026",
        "202611",
        "20261125",
        "2026112508",
        "202611250830",
        "20261125083000",
        "20261125083000.1234",
        "20261125083000+0100",
        "202611250830+0100",
        "20240229",
    ],
)
def test_a_time_of_hl7_is_one(value: str) -> None:
    assert is_time(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "NI",
        "2026-11-25",
        "20261125T0830",
        "20260230",
        "20261301",
        "2026112524",
        "20261125083000+01:00",
        "[DATE]",
        "20261125 ",
    ],
)
def test_what_is_no_time_is_none(value: str) -> None:
    assert not is_time(value)


def test_a_byte_order_mark_is_not_part_of_the_document(sealer: CdaSealer) -> None:
    document = sealed(sealer, "summary, full")
    assert check_document(b"\xef\xbb\xbf" + document) == check_document(document)
    assert not document.startswith(b"\xef\xbb\xbf")


def test_every_wrong_time_of_a_document_is_listed_with_its_own_place(sealer: CdaSealer) -> None:
    wrong = sealed(sealer, "summary, full").replace(b'"20261125083000+0100"', b'"2026-11-25T08:30:00+01:00"')
    wrong = wrong.replace(b'low value="2001"', b'low value="NI"').replace(
        b'low value="202001"', b'low value="20200230"'
    )
    found = [one for one in check_document(wrong) if one.rule == "cda.time.form"]
    assert len({one.xpath for one in found}) == len(found) > 5
    assert {"body.problems[0]", "body.allergies[0]"} <= {one.field for one in found}
