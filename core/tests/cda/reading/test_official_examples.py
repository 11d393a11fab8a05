"""Documents that others wrote: all examples of the official kit, read and shown whole."""

from __future__ import annotations

import base64
import os
import re
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from lxml import etree
from lxml import html as parser

from caducee.cda import CdaSealer
from caducee.cda.reading import read_document
from caducee.cda.reading.model import Block, Section
from caducee.cda.view import to_html, to_pdf
from caducee.cda.view.facts import instant
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST, Ins, InsStatus, Sex, Traits
from caducee.model.patient import Address, Patient
from core.tests.cda.samples import IDENTIFIERS, ROUX, documents
from core.tests.cda.view.printed import letters_over_others
from core.tests.cda.view.printed import words as printed_words

pytestmark = pytest.mark.conformance
V3 = "{urn:hl7-org:v3}"
NUMBERS = range(65)


@pytest.fixture(params=NUMBERS)
def example(request: pytest.FixtureRequest) -> bytes:
    files = sorted((Path(os.environ["KIT"]) / "ans/examples").glob("*.xml"))
    assert len(files) == len(NUMBERS)
    return files[request.param].read_bytes()


def original(content: bytes) -> etree._Element:
    root = etree.fromstring(content, etree.XMLParser(huge_tree=True))
    return next(root.iter(f"{V3}ClinicalDocument"))


def flat(sections: tuple[Section, ...]) -> list[Section]:
    return [one for section in sections for one in (section, *flat(section.sections))]


def words(content: tuple[str | Block, ...]) -> str:
    return "".join(one if isinstance(one, str) else words(one.content) for one in content)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def letters(text: str) -> str:
    """Return what all fonts draw: lines are cut anywhere, ligatures come back in one way or another."""
    return "".join(one for one in text if one.isascii() and one.isalnum())


def text_of(element: etree._Element) -> str:
    return "".join(str(one) for one in element.xpath(".//text()[not(parent::comment())]"))


def test_sections_narratives_and_files_are_all_there(example: bytes) -> None:
    document, source = read_document(example), original(example)
    structured = source.iterfind(f"{V3}component/{V3}structuredBody//{V3}section")
    sections = list(structured)
    found = flat(document.sections)
    assert len(found) == len(sections)
    for one, section in zip(found, sections, strict=True):
        block = section.find(f"{V3}text")
        assert words(one.narrative) == (text_of(block) if block is not None else "")
    media = [one.find(f"{V3}value") for one in source.iter(f"{V3}observationMedia")]
    encoded = sorted(base64.b64decode("".join((one.text or "").split())) for one in media if one is not None)
    body = [] if document.body is None else [document.body]
    assert sorted(one.content for one in document.attachments) == (body or encoded)


def test_header_facts_are_those_of_the_document(example: bytes) -> None:
    document, source = read_document(example), original(example)
    role = source.find(f"{V3}recordTarget/{V3}patientRole")
    assert role is not None
    assert len(document.header.patient.identifiers) == len(role.findall(f"{V3}id[@root]"))
    assert document.header.patient.birth_name in [one.text for one in role.iter(f"{V3}family")]
    assert len(document.header.authors) == len(source.findall(f"{V3}author"))
    assert len(document.header.participants) == len(source.findall(f"{V3}participant"))
    assert len(document.header.events) == len(source.findall(f"{V3}documentationOf/{V3}serviceEvent"))
    custodian = document.header.custodian
    assert custodian is not None
    assert custodian.organisation_identifiers


def test_the_page_holds_every_word_and_runs_nothing(example: bytes) -> None:
    document = read_document(example)
    tree = parser.fromstring(to_html(document))
    said = squeezed(tree.text_content())
    for section in flat(document.sections):
        for line in re.split(r"\s{2,}|\n", words(section.narrative)):
            assert squeezed(line) in said
    assert not tree.xpath("//script|//iframe|//object|//embed|//link|//form")
    assert all(re.match(r"data:|#|https?:|mailto:", value) for value in tree.xpath("//@src|//@href"))


def test_the_print_says_who_and_what(example: bytes) -> None:
    document = read_document(example)
    pdf = to_pdf(document)
    if document.body is not None:
        assert pdf == document.body
        return
    said = squeezed(printed_words(pdf))
    author, known = document.header.authors[0], document.header.patient
    facts = (
        document.title,
        known.birth_name,
        author.family_name,
        author.organisation,
        instant(document.header.created),
    )
    for fact in facts:
        assert squeezed(fact or "") in said
    assert document.type is not None
    assert squeezed(document.type.display) in said
    assert "seulsontexteestrepris" not in said
    assert letters_over_others(pdf) == 0


def test_the_print_holds_the_words_of_every_section(example: bytes) -> None:
    document = read_document(example)
    if document.body is not None:
        return
    said = Counter(letters(printed_words(to_pdf(document))))
    written = "".join(words(one.narrative) for one in flat(document.sections))
    assert Counter(letters(written)) <= said


def test_a_rewritten_document_keeps_its_header_facts(example: bytes, sealer: CdaSealer) -> None:
    """What is read of a header is enough to write it again: only people whom nobody can identify are left out."""
    before = read_document(example).header
    known = before.patient
    born = known.birth_time or ""
    identity = next((one for one in known.identifiers if one.startswith(f"{INS_NIR_TEST}^")), None)
    matricule = identity.partition("^")[2] if identity else ""
    ins = Ins(matricule=matricule, oid=INS_NIR_TEST, environment=Environment.SANDBOX) if identity else None
    patient = Patient(
        local_id="P1",
        traits=Traits(
            birth_name=known.birth_name,
            given_names=tuple((known.given_names or known.first_given_name).split()),
            sex=Sex.FEMALE if known.sex and known.sex.code == "F" else Sex.MALE,
            birth_date=f"{born[:4]}-{born[4:6]}-{born[6:8]}",
            birth_place=known.birth_place,
        ),
        status=InsStatus.QUALIFIED if identity else InsStatus.PROVISIONAL,
        ins=ins,
        used_name=known.used_name or None,
        used_given_name=known.used_given_name or None,
        address=Address(lines=known.address) if known.address else None,
    )
    author = before.authors[0]
    writer = msgspec.structs.replace(
        ROUX,
        family_name=author.family_name or "INCONNU",
        given_name=author.given_name or "X",
        title=author.suffix or None,
    )
    document = msgspec.structs.replace(
        documents()["report"], patient=patient, title=read_document(example).title or "T"
    )
    after = read_document(sealer.seal(document, writer, IDENTIFIERS).document)
    again = after.header.patient
    assert after.title == document.title
    assert (again.birth_name, again.given_names, again.birth_time, again.birth_place) == (
        known.birth_name,
        " ".join(patient.traits.given_names),
        born[:8],
        known.birth_place,
    )
    assert (again.used_name, again.used_given_name, again.address) == (
        known.used_name,
        known.used_given_name,
        known.address,
    )
    assert identity is None or identity in again.identifiers
    assert (after.header.authors[0].family_name, after.header.authors[0].suffix) == (writer.family_name, author.suffix)
