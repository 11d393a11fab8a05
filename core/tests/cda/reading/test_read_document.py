from __future__ import annotations

import msgspec
import pytest

from caducee.cda import CdaSealer
from caducee.cda.reading import DocumentUnreadable, read_document
from caducee.documents.ports import Identifiers
from caducee.model.document import CONSULTATION_REPORT, Document, PdfBody
from caducee.model.practice import Practitioner

N3 = (
    b'<ClinicalDocument xmlns="urn:hl7-org:v3"><id root="1.2" extension="A"/><title>Bilan</title>'
    b"<component><structuredBody><x:y xmlns:x='urn:x'/></structuredBody></component></ClinicalDocument>"
)


@pytest.fixture
def sealed(sealer: CdaSealer, letter: Document, roux: Practitioner, identifiers: Identifiers) -> bytes:
    return sealer.seal(letter, roux, identifiers).document


def test_what_was_sealed_is_read_back(sealed: bytes, letter: Document) -> None:
    read = read_document(sealed)
    assert (read.document_id, read.series, read.version) == ("1.2.250.1.999.1.5", "1.2.250.1.999.1.6", 1)
    assert (read.title, read.type) == (letter.title, CONSULTATION_REPORT)
    assert (read.media_type, read.pdf) == ("application/pdf", letter.body.content)


def test_a_body_of_twenty_megabytes_is_read(
    sealer: CdaSealer, letter: Document, roux: Practitioner, identifiers: Identifiers
) -> None:
    pdf = b"%PDF-1.4\n" + bytes(20_000_000) + b"%%EOF"
    large = msgspec.structs.replace(letter, body=PdfBody(pdf))
    assert read_document(sealer.seal(large, roux, identifiers).document).pdf == pdf


def test_a_document_inside_another_root_is_found(sealed: bytes) -> None:
    wrapped = b"<ds:Signature xmlns:ds='urn:ds'><ds:Object>" + sealed + b"</ds:Object></ds:Signature>"
    assert read_document(wrapped).document_id == "1.2.250.1.999.1.5"


def test_a_structured_document_has_no_file_and_says_so(sealed: bytes) -> None:
    read = read_document(N3)
    assert (read.document_id, read.title, read.body) == ("1.2^A", "Bilan", None)
    with pytest.raises(DocumentUnreadable):
        _ = read.pdf


def test_white_space_in_the_body_is_ignored(sealed: bytes, letter: Document) -> None:
    start = sealed.index(b"JVBER")
    broken = sealed[:start] + b"\n  " + sealed[start : start + 10] + b"\r\n" + sealed[start + 10 :]
    assert read_document(broken).pdf == letter.body.content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.4",
        b"<html/>",
        b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>',
        b'<!DOCTYPE a [<!ENTITY e "ee"><!ENTITY f "&e;&e;">]>' + N3.replace(b"Bilan", b"&f;"),
        ('<?xml version="1.0" encoding="UTF-16"?>' + N3.decode()).encode("utf-16"),
        b'<?xml version="1.0" encoding="IBM037"?>' + N3,
        b"<" * 100_000,
        b"<a>" * 100_000,
        b"PK\x03\x04",
    ],
)
def test_what_is_not_a_document_is_refused(content: bytes) -> None:
    with pytest.raises(DocumentUnreadable):
        read_document(content)


def test_a_byte_order_mark_is_not_part_of_the_document(sealed: bytes) -> None:
    marked = b"\xef\xbb\xbf" + b'<?xml version="1.0" encoding="UTF-8"?>' + sealed
    assert read_document(marked) == read_document(sealed)


def test_what_is_blank_is_absent() -> None:
    read = read_document(N3.replace(b"Bilan", b" "))
    assert (read.title, read.type, read.series, read.version) == (None, None, None, None)
