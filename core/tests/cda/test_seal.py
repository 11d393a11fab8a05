from __future__ import annotations

import base64
import hashlib
import io

import msgspec
import pytest
from lxml import etree

from caducee.cda import CdaSealer
from caducee.documents.ports import Identifiers, Sealed
from caducee.errors import DocumentInvalid, TerminologyMissing
from caducee.model.document import REFERRAL_LETTER, Document
from caducee.model.entry import DocumentEntry, EntryPatientId
from caducee.model.identity import INS_NIR_TEST, InsStatus
from caducee.model.patient import Patient
from caducee.model.practice import Practitioner

NAMES = {"v3": "urn:hl7-org:v3"}


class Seal:
    def __init__(self, sealer: CdaSealer, roux: Practitioner, identifiers: Identifiers) -> None:
        self.sealer, self.roux, self.identifiers = sealer, roux, identifiers

    def __call__(self, document: Document) -> Sealed:
        return self.sealer.seal(document, self.roux, self.identifiers)


@pytest.fixture
def seal(sealer: CdaSealer, roux: Practitioner, identifiers: Identifiers) -> Seal:
    return Seal(sealer, roux, identifiers)


def found(sealed: Sealed, path: str) -> list[str]:
    values = etree.fromstring(sealed.document).xpath(path, namespaces=NAMES)
    assert isinstance(values, list)
    return [str(value) for value in values]


def entry(sealed: Sealed) -> DocumentEntry:
    return msgspec.json.decode(sealed.entry, type=DocumentEntry)


def with_patient(letter: Document, **changes: object) -> Document:
    return msgspec.structs.replace(letter, patient=msgspec.structs.replace(letter.patient, **changes))


def test_the_document_is_its_own_canonical_form(seal: Seal, letter: Document) -> None:
    sealed = seal(with_patient(letter, used_name="D'Œuvre-É & <fils>", used_given_name='Zoë "Z"'))
    out = io.BytesIO()
    etree.ElementTree(etree.fromstring(sealed.document)).write_c14n(out)
    assert out.getvalue() == sealed.document


def test_the_same_input_gives_the_same_bytes_and_their_digests(seal: Seal, letter: Document) -> None:
    sealed = seal(letter)
    assert sealed == seal(letter)
    assert sealed.sha1 == hashlib.sha1(sealed.document).digest()
    assert sealed.sha256 == hashlib.sha256(sealed.document).digest()


@pytest.mark.requirement("CISIS-N1-TEMPLATES")
def test_a_level_1_declares_exactly_its_three_templates(seal: Seal, letter: Document) -> None:
    assert found(seal(letter), "/*/v3:templateId/@root") == [
        "2.16.840.1.113883.2.8.2.1",
        "1.2.250.1.213.1.1.1.1",
        "1.3.6.1.4.1.19376.1.2.20",
    ]


@pytest.mark.requirement("CISIS-INS-TRAITS")
def test_a_qualified_ins_comes_first_with_all_its_traits(seal: Seal, letter: Document) -> None:
    sealed = seal(letter)
    assert found(sealed, "//v3:patientRole/v3:id/@root") == [INS_NIR_TEST, "1.2.250.1.999.1"]
    assert found(sealed, "//v3:patientRole/v3:id/@extension") == ["275036399900106", "P1"]
    name = "//v3:patient/v3:name"
    assert found(sealed, f"{name}/v3:family[@qualifier='BR']/text()") == ["NESSI-TEST"]
    assert found(sealed, f"{name}/v3:given[not(@qualifier)]/text()") == ["JEANNE MARIE"]
    assert found(sealed, f"{name}/v3:given[@qualifier='BR']/text()") == ["JEANNE"]
    assert found(sealed, "//v3:birthTime/@value") == ["19750312"]
    assert found(sealed, "//v3:birthplace/v3:place/v3:addr/v3:county/text()") == ["63999"]
    assert found(sealed, "//v3:administrativeGenderCode/@code") == ["F"]


@pytest.mark.requirement("RNIV-QUALIFIED-ONLY")
@pytest.mark.parametrize("status", [InsStatus.PROVISIONAL, InsStatus.RETRIEVED, InsStatus.VALIDATED])
def test_an_ins_that_is_not_qualified_never_enters_the_document(
    seal: Seal, letter: Document, status: InsStatus
) -> None:
    sealed = seal(with_patient(letter, status=status))
    assert b"275036399900106" not in sealed.document
    assert b"275036399900106" not in sealed.entry
    assert entry(sealed).patient_id is None


def test_used_names_stand_beside_the_birth_names_and_only_when_known(seal: Seal, letter: Document) -> None:
    assert found(seal(letter), "//v3:*[@qualifier='CL']/text()") == []
    sealed = seal(with_patient(letter, used_name="MARTIN", used_given_name="Jo"))
    assert found(sealed, "//v3:*[@qualifier='CL']/text()") == ["MARTIN", "Jo"]


def test_the_body_is_the_file_byte_for_byte(seal: Seal, letter: Document) -> None:
    (body,) = found(seal(letter), "//v3:nonXMLBody/v3:text/text()")
    assert base64.b64decode(body, validate=True) == letter.body.content


@pytest.mark.requirement("XDS-ENTRY-FROM-HEADER")
def test_the_entry_says_what_the_header_says(seal: Seal, letter: Document, jeanne: Patient) -> None:
    sealed = seal(msgspec.structs.replace(letter, service_stop="20261125082500+0100"))
    made = entry(sealed)
    assert (made.document_id, made.title) == ("1.2.250.1.999.1.5", letter.title)
    assert made.created_utc == "20261125073000"
    assert (made.service_start_utc, made.service_stop_utc) == ("20261125071500", "20261125072500")
    assert (made.sha1, made.size) == (sealed.sha1.hex(), len(sealed.document))
    assert made.patient_id == EntryPatientId(identifier="275036399900106", oid=INS_NIR_TEST)
    assert made.source_patient_id == EntryPatientId(identifier="P1", oid="1.2.250.1.999.1")
    assert made.source_patient_info.birth_date == "19750312"
    assert made.author == made.legal_authenticator
    assert [made.type.code, made.facility.code, made.setting.code] == ["11488-4", "SA07", "AMBULATOIRE"]


@pytest.mark.requirement("DMP-CLASS-OF-TYPE")
def test_the_class_of_a_consultation_report_is_10(seal: Seal, letter: Document) -> None:
    assert entry(seal(letter)).class_.code == "10"


def test_the_format_of_a_pdf_is_the_one_of_xds_sd(seal: Seal, letter: Document) -> None:
    made = entry(seal(msgspec.structs.replace(letter, type=REFERRAL_LETTER)))
    assert (made.format.code, made.format.system) == ("urn:ihe:iti:xds-sd:pdf:2008", "1.3.6.1.4.1.19376.1.2.3")


def test_a_type_without_class_is_an_error_that_names_the_table(seal: Seal, letter: Document) -> None:
    unknown = msgspec.structs.replace(letter, type=msgspec.structs.replace(letter.type, code="0-0"))
    with pytest.raises(TerminologyMissing) as missing:
        seal(unknown)
    assert missing.value.table == "class_of_type"


def test_a_forbidden_character_is_never_dropped(seal: Seal, letter: Document) -> None:
    with pytest.raises(DocumentInvalid):
        seal(msgspec.structs.replace(letter, title="a\x00b"))


def test_decomposed_names_are_written_composed(seal: Seal, letter: Document) -> None:
    composed = seal(with_patient(letter, used_name="É"))
    assert seal(with_patient(letter, used_name="E\u0301")) == composed
