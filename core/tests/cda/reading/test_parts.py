"""What was written is read back: header, sections, entries, files; what is odd is a warning with its place."""

from __future__ import annotations

import pytest

from caducee.cda import CdaSealer
from caducee.cda.reading import DocumentUnreadable, ReadDocument, read_document
from caducee.cda.reading.model import Block, Entry, Section
from core.tests.cda.samples import ROUX, documents, identifiers_of


def read(sealer: CdaSealer, name: str) -> ReadDocument:
    document = documents()[name]
    return read_document(sealer.seal(document, ROUX, identifiers_of(document)).document)


def sections_of(sections: tuple[Section, ...]) -> list[Section]:
    return [one for section in sections for one in (section, *sections_of(section.sections))]


def entries_of(entries: tuple[Entry, ...]) -> list[Entry]:
    return [one for entry in entries for one in (entry, *entries_of(entry.entries))]


def words(content: tuple[str | Block, ...]) -> str:
    return "".join(one if isinstance(one, str) else words(one.content) for one in content)


@pytest.mark.parametrize("name", documents())
def test_what_was_sealed_is_read_without_a_warning(sealer: CdaSealer, name: str) -> None:
    document = documents()[name]
    found = read(sealer, name)
    assert found.warnings == ()
    assert (found.title, found.type) == (document.title, document.type)
    assert found.header.patient.birth_name == document.patient.traits.birth_name
    assert found.header.created == document.created


def test_the_people_of_the_header_are_read(sealer: CdaSealer) -> None:
    header = read(sealer, "report, everybody").header
    assert [one.family_name for one in header.authors] == ["ROUX", "PETIT"]
    assert header.authors[0].function is not None
    assert header.authors[0].function.code == "PCP"
    assert (header.legal_authenticator or header.authors[0]).family_name == "PETIT"
    assert [one.kind for one in header.informants] == ["ECON", "NOK"]
    assert [(one.kind, one.function.code if one.function else None) for one in header.participants] == [
        ("INF", "PCP"),
        ("RESP", None),
        ("CON", "CORRE"),
        ("REF", None),
    ]
    assert [one.name for one in header.recipients] == ["Dominique PETIT", "Camille ROUX DR"]
    assert header.secretary is not None
    assert header.secretary.family_name == "ACCUEIL"
    assert [one.family_name for one in header.patient.guardians] == ["NESSI", "NESSI"]
    assert header.patient.address == ("Bât. B", "2 rue de l'Île", "99999 ÇÀ-ET-LÀ", "FRANCE")
    assert header.patient.telecom == ("tel:+33600000000", "mailto:famille@exemple.invalid")


def test_a_replacement_says_what_it_replaces(sealer: CdaSealer) -> None:
    found = read(sealer, "replacement")
    assert [(one.kind, one.document_id, one.version) for one in found.header.relations] == [("RPLC", "1.2.3.4", 3)]
    assert (found.series, found.version) == ("1.2.3.5", 4)


def test_an_encounter_and_its_place_are_read(sealer: CdaSealer) -> None:
    encounter = read(sealer, "at home").header.encounter
    assert encounter is not None
    assert encounter.code is not None
    assert (encounter.code.code, encounter.place) == ("HH", "Cabinet du Dr Roux")
    assert encounter.time is not None
    assert encounter.time.high == "20261125090000+0100"


def test_entries_lead_to_the_words_that_a_person_reads(sealer: CdaSealer) -> None:
    found = read(sealer, "summary, full")
    everything = [entry for section in sections_of(found.sections) for entry in entries_of(section.entries)]
    problem = next(one for one in everything if one.code is not None and one.code.code == "282291009")
    assert (problem.text, problem.values[0].code and problem.values[0].code.code) == ("Hypertension artérielle", "I10")
    treatment = next(one for one in everything if one.kind == "substanceAdministration")
    assert treatment.product.startswith("PARACÉTAMOL")
    assert [code.code for code in treatment.product_codes] == ["69999999", "N02BE01", "3400999999999"]


def test_the_copy_of_a_prescription_comes_first_of_its_files(sealer: CdaSealer) -> None:
    found = read(sealer, "prescription, full")
    assert [(one.media_type, one.is_copy) for one in found.attachments] == [
        ("application/pdf", True),
        ("image/png", False),
    ]


def test_narratives_keep_their_words_and_their_shape(sealer: CdaSealer) -> None:
    section = sections_of(read(sealer, "summary, texts").sections)[1]
    assert words(section.narrative) == documents()["summary, texts"].body.history_text  # type: ignore[union-attr]
    assert [one.name for one in section.narrative if isinstance(one, Block)] == ["paragraph"]


HEAD = '<ClinicalDocument xmlns="urn:hl7-org:v3">'


@pytest.mark.parametrize(
    ("inner", "code", "xpath"),
    [
        ("", "header.id", "/ClinicalDocument"),
        ('<id root="1.2"/>', "header.patient", "/ClinicalDocument"),
        ('<id root="1.2"/>', "body.empty", "/ClinicalDocument"),
        (
            '<id root="1.2"/><component><nonXMLBody><text representation="B64">%%</text></nonXMLBody></component>',
            "body.base64",
            "/ClinicalDocument/component/nonXMLBody/text",
        ),
        (
            "<component><structuredBody><component><section><text/></section></component></structuredBody></component>",
            "section.title",
            "/ClinicalDocument/component/structuredBody/component/section",
        ),
        (
            "<component><structuredBody><component><section><title>T</title><entry/><entry><observation><text>"
            '<reference value="#none"/></text></observation></entry></section></component>'
            "</structuredBody></component>",
            "entry.reference",
            "/ClinicalDocument/component/structuredBody/component/section/entry[2]/observation",
        ),
    ],
)
def test_what_is_odd_is_a_warning_with_its_place_never_an_error(inner: str, code: str, xpath: str) -> None:
    found = read_document(f"{HEAD}{inner}</ClinicalDocument>".encode())
    assert (code, xpath) in [(one.code, one.xpath) for one in found.warnings]


@pytest.mark.parametrize("depth", [300, 5_000])
def test_a_document_nested_beyond_reason_is_refused(depth: int) -> None:
    deep = "<component>" * depth + "</component>" * depth
    with pytest.raises(DocumentUnreadable):
        read_document(f"{HEAD}{deep}</ClinicalDocument>".encode())


def test_a_thousand_attributes_and_unknown_elements_are_passed_over() -> None:
    attributes = " ".join(f'a{at}="x"' for at in range(1_000))
    found = read_document(f'{HEAD}<id root="1.2"/><x:y xmlns:x="urn:x" {attributes}/></ClinicalDocument>'.encode())
    assert found.document_id == "1.2"
