from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import pytest

from caducee_mss.reading import Mail, ReceivedDocument, read_mail
from plugins.mss.tests.letters import outgoing, sealed, sent
from plugins.mss.tests.written import cda, file, mail, packed, unpacked

FOLDER = "IHE_XDM/SUBSET01/"
METADATA = f"{FOLDER}METADATA.XML"
DOCUMENT = f"{FOLDER}DOC00001.XML"


def files() -> dict[str, bytes]:
    archive = outgoing().archive
    assert archive is not None
    return unpacked(archive)


def received(changed: dict[str, bytes], kind: bytes = b"application/zip") -> Mail:
    return read_mail(mail(file(packed(changed), kind)))


def one(changed: dict[str, bytes], kind: bytes = b"application/zip") -> ReceivedDocument:
    (document,) = received(changed, kind).documents
    return document


def renamed(change: Callable[[str], str]) -> dict[str, bytes]:
    return {change(name): content for name, content in files().items()}


def with_metadata(change: Callable[[bytes], bytes]) -> dict[str, bytes]:
    known = files()
    return {**known, METADATA: change(known[METADATA])}


def codes(document: ReceivedDocument) -> list[str]:
    return [doubt.code for doubt in document.doubts]


def test_a_document_comes_with_all_that_was_said_of_it() -> None:
    (document,) = read_mail(sent()).documents
    assert document.content == cda()
    assert document.read is not None
    assert document.entry is not None
    assert document.entry.document_id == document.read.document_id == sealed().entry.document_id
    assert document.patient == sealed().entry.patient_id
    assert document.doubts == ()


@pytest.mark.parametrize(
    "change",
    [
        str.lower,
        lambda name: name.replace("/", "\\"),
        lambda name: f"dossier/{name}",
        lambda name: name.replace("SUBSET01", "SUBSET07"),
        lambda name: name.replace("IHE_XDM/SUBSET01/", ""),
        lambda name: name.title(),
    ],
)
def test_an_archive_is_read_however_its_folders_are_written(change: Callable[[str], str]) -> None:
    document = one(renamed(change))
    assert document.entry is not None
    assert document.doubts == ()


@pytest.mark.parametrize("kind", [b"application/octet-stream", b"application/zip; name=ihe_xdm.zip", b"image/png"])
def test_an_archive_is_known_by_what_it_is(kind: bytes) -> None:
    assert one(files(), kind).doubts == ()


def test_what_may_be_missing_is_said_and_is_no_doubt() -> None:
    read = received({name: content for name, content in files().items() if name.startswith("IHE_XDM")})
    assert [warning.code for warning in read.warnings] == ["xdm.incomplete", "xdm.incomplete"]
    assert read.documents[0].doubts == ()


def test_several_sets_in_one_archive_are_all_read() -> None:
    second = {name.replace("SUBSET01", "SUBSET02"): content for name, content in files().items()}
    assert len(received({**files(), **second}).documents) == 2


def test_a_pdf_of_the_same_stem_is_the_rendition_of_its_document() -> None:
    document = one({**files(), f"{FOLDER}doc00001.pdf": b"%PDF-"})
    assert document.rendition == b"%PDF-"


def test_a_document_that_is_not_what_was_announced_is_a_doubt() -> None:
    changed = {**files(), DOCUMENT: cda().replace(b"Suivi canari", b"Suivi CANARI")}
    assert codes(one(changed)) == ["xdm.hash"]
    assert codes(one({**files(), DOCUMENT: cda() + b"\n"})) == ["xdm.hash", "xdm.size"]


def test_another_document_under_the_identifier_is_a_doubt() -> None:
    other = cda(2)
    sha1 = hashlib.sha1(other, usedforsecurity=False).hexdigest()

    def change(content: bytes) -> bytes:
        return re.sub(rb"[0-9a-f]{40}", sha1.encode(), content)

    document = one({**with_metadata(change), DOCUMENT: other})
    assert "xdm.document_id" in codes(document)


def test_a_hash_in_capitals_or_left_out_is_no_doubt() -> None:
    assert one(with_metadata(lambda one: re.sub(rb"[0-9a-f]{40}", lambda found: found[0].upper(), one))).doubts == ()
    assert one(with_metadata(lambda one: re.sub(rb'<Slot name="hash">.*?</Slot>', b"", one))).doubts == ()


def test_an_announced_document_that_is_not_there_is_a_doubt_on_the_others() -> None:
    archive = outgoing(sealed(1), sealed(2)).archive
    assert archive is not None
    known = unpacked(archive)
    del known[f"{FOLDER}DOC00002.XML"]
    assert codes(one(known)) == ["xdm.missing"]


def test_a_document_that_metadata_do_not_describe_is_a_doubt() -> None:
    read = received({**files(), f"{FOLDER}DOC00009.XML": cda(2)})
    assert [codes(document) for document in read.documents] == [[], ["xdm.undescribed"]]


def test_metadata_that_cannot_be_read_leave_the_document_with_a_doubt() -> None:
    for content in (b"", b"<a", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"):
        document = one({**files(), METADATA: content})
        assert "xdm.undescribed" in codes(document)


def test_a_name_in_metadata_never_leaves_the_archive() -> None:
    read = received(with_metadata(lambda one: one.replace(b"DOC00001.XML", b"../../etc/passwd")))
    assert "xdm.missing" in {warning.code for warning in read.warnings}


def test_identifiers_under_the_wrong_scheme_are_known_by_their_name() -> None:
    wrong = with_metadata(
        lambda one: one.replace(
            b"urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427", b"urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"
        ).replace(b"XDSSubmissionSet.", b"XDSSumissionsSet.")
    )
    document = one(wrong)
    assert document.patient == sealed().entry.patient_id
    assert document.entry is not None
    assert document.entry.document_id == sealed().entry.document_id
    assert document.doubts == ()


def test_identifiers_without_a_name_are_known_by_their_scheme() -> None:
    nameless = with_metadata(lambda one: re.sub(rb"(<ExternalIdentifier [^>]*>)<Name>.*?</Name>", rb"\1", one))
    assert one(nameless).patient == sealed().entry.patient_id


def test_elements_and_slots_are_read_in_any_case() -> None:
    small = with_metadata(
        lambda one: (
            one.replace(b"Classification ", b"classification ")
            .replace(b"/Classification>", b"/classification>")
            .replace(b'name="URI"', b'name="uri"')
            .replace(b'name="sourcePatientInfo"', b'name="SOURCEPATIENTINFO"')
        )
    )
    document = one(small)
    assert document.entry is not None
    assert document.entry.type is not None
    assert document.entry.traits is not None
    assert document.entry.authors == ("899700000017",)


@pytest.mark.parametrize("name", [b"action", b"Action", b"ACTION"])
@pytest.mark.parametrize(
    "where", [b'<RegistryPackage id="SubmissionSet01">', b'objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1">']
)
def test_an_action_is_found_on_the_document_and_on_the_set(name: bytes, where: bytes) -> None:
    slot = b'<Slot name="' + name + b'"><ValueList><Value>d</Value></ValueList></Slot>'
    assert one(with_metadata(lambda one: one.replace(where, where + slot))).action == "D"


def test_a_replacement_in_metadata_is_read() -> None:
    link = b'<Association id="r" associationType="urn:ihe:iti:2007:AssociationType:RPLC" '
    link += b'sourceObject="Document01" targetObject="urn:uuid:1"/>'
    document = one(with_metadata(lambda one: one.replace(b"</RegistryObjectList>", link + b"</RegistryObjectList>")))
    assert document.entry is not None
    assert document.entry.replaces == ("urn:uuid:1",)


def test_a_document_attached_alone_is_found() -> None:
    read = read_mail(mail(file(cda(), b"text/xml; name=cr.xml"), file(b"%PDF-", b"application/pdf")))
    assert [(one.part, one.path) for one in read.documents] == [("1", "")]


def test_a_document_in_a_forwarded_mail_is_found_where_it_lies() -> None:
    read = read_mail(mail(b"Content-Type: message/rfc822\r\n\r\n" + sent()))
    assert [(one.part, one.inside) for one in read.documents] == [("1.2", "1")]


def test_what_is_no_document_is_an_attachment_only() -> None:
    read = read_mail(mail(file(packed({"photo.png": b"x"})), file(b"<a/>", b"text/xml")))
    assert read.documents == ()
    assert len(read.attachments) == 2


def test_a_document_that_cannot_be_read_is_there_with_a_doubt() -> None:
    document = one({**files(), DOCUMENT: b"<ClinicalDocument"})
    assert document.read is None
    assert "document.unreadable" in codes(document)


def test_a_doubt_on_one_document_is_none_on_the_other() -> None:
    archive = outgoing(sealed(1), sealed(2)).archive
    assert archive is not None
    known = unpacked(archive)
    known[DOCUMENT] = known[DOCUMENT].replace(b"Suivi canari", b"Suivi CANARI")
    assert [codes(document) for document in received(known).documents] == [["xdm.hash"], []]
