from __future__ import annotations

import base64
import os
from pathlib import Path

import msgspec
import pytest
from lxml import etree

from caducee.errors import InsNotQualified
from caducee.model.codes import Code
from caducee.model.entry import DocumentEntry, EntryPatientId
from caducee.model.practice import Practitioner
from caducee.wire.mtom import Attachment
from caducee.wire.namespaces import RIM, XDSB, XOP
from caducee.wire.xds.entry import CONFIDENTIALITY, extrinsic
from caducee.wire.xds.query import QueryWriter
from caducee.wire.xds.retrieve import DocumentRequest, RetrieveWriter
from caducee.wire.xds.signature_entry import SignatureDocument, signature_extrinsic
from caducee.wire.xds.submission import SubmissionSet, SubmissionWriter, author_slots, replaces, signs

INS = EntryPatientId(identifier="275036399900105", oid="1.2.250.1.213.1.4.10")
PARTS = tuple(
    Attachment(content_id=f"{name}@caducee", content_type="text/xml", content=b"<x/>") for name in ("doc", "sig")
)


def submission(entry: DocumentEntry, practitioner: Practitioner) -> etree._Element:
    made = SignatureDocument(unique_id="1.2.250.1.999.1.9", submission_time="20261125083000", sha1="0" * 40, size=9)
    document = extrinsic(entry, symbol="Document01", with_hash=True)
    body = SubmissionWriter().write(
        SubmissionSet(
            unique_id="1.2.250.1.999.1.8",
            source_id="1.2.250.1.999.1.1",
            submission_time="20261125083000",
            patient=INS,
            author=practitioner,
            content_type=Code("07", "1.2.250.1.213.2.2", "Consultation"),
            title="Lot <1>",
        ),
        entries=(document, signature_extrinsic(made, document, author_slots(practitioner), symbol="Signature01")),
        links=(signs("Signature01"), replaces("Document01", "urn:uuid:0b7d1c9e-6f0a-4d53-9a0e-2d5f1f1c7a12")),
        attachments=PARTS,
    )
    return etree.fromstring(body)


@pytest.fixture
def request_(entry: DocumentEntry, practitioner: Practitioner) -> etree._Element:
    return submission(entry, practitioner)


def coded(request_: etree._Element, owner: str) -> list[tuple[str, str]]:
    found = request_.findall(f".//{{{RIM}}}Classification[@classifiedObject='{owner}']")
    return [
        (c.get("classificationScheme", c.get("classificationNode", "")), c.get("nodeRepresentation", "-"))
        for c in found
    ]


def slots(request_: etree._Element, owner: str) -> dict[str, list[str | None]]:
    (item,) = request_.findall(f".//*[@id='{owner}']/..")[0].findall(f"*[@id='{owner}']")
    return {s.get("name", ""): [v.text for v in s.iter(f"{{{RIM}}}Value")] for s in item.findall(f"{{{RIM}}}Slot")}


@pytest.mark.requirement("XDS-document-entry")
def test_the_entry_carries_each_attribute_once(request_: etree._Element) -> None:
    schemes = [scheme for scheme, _ in coded(request_, "Document01")]
    assert len(schemes) == len(set(schemes)) == 7
    assert slots(request_, "Document01") == {
        "creationTime": ["20261125073000"],
        "hash": ["da39a3ee5e6b4b0d3255bfef95601890afd80709"],
        "languageCode": ["fr-FR"],
        "legalAuthenticator": ["899700000017^ROUX^Camille^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"],
        "serviceStartTime": ["20261125070000"],
        "size": ["12"],
        "sourcePatientId": ["P1^^^&1.2.250.1.999.1.2&ISO^PI"],
        "sourcePatientInfo": [
            "PID-5|NESSI-TEST^JEANNE^^^^^L",
            "PID-5|L'HÉRITIER\\S\\^JEANNE^^^^^D",
            "PID-7|19750312",
            "PID-8|F",
        ],
    }


@pytest.mark.requirement("IHE-DSG-entry")
def test_the_signature_is_masked_to_professionals_and_patient(request_: etree._Element) -> None:
    values = [value for _, value in coded(request_, "Signature01")]
    assert values == [
        "",
        "urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1",
        "E1762",
        "N",
        "MASQUE_PS",
        "INVISIBLE_PATIENT",
        "http://www.w3.org/2000/09/xmldsig#",
        "SA07",
        "AMBULATOIRE",
        "1.2.840.10065.1.12.1.14",
    ]
    assert slots(request_, "Signature01")["sourcePatientId"] == ["275036399900105^^^&1.2.250.1.213.1.4.10&ISO^NH"]


def test_the_signature_is_of_who_sends_whoever_wrote_the_document(
    entry: DocumentEntry, practitioner: Practitioner
) -> None:
    other = msgspec.structs.replace(entry.author, family_name="AUTRE")
    sent = submission(msgspec.structs.replace(entry, author=other, legal_authenticator=other), practitioner)
    assert [slots(sent, name)["legalAuthenticator"][0] for name in ("Document01", "Signature01")] == [
        "899700000017^AUTRE^Camille^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS",
        "899700000017^ROUX^Camille^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS",
    ]


def test_what_hides_a_document_does_not_stand_twice_at_its_signature(entry: DocumentEntry) -> None:
    mask = Code("INVISIBLE_REPRESENTANTS_LEGAUX", "1.2.250.1.213.1.1.4.13", "Non visible par les représentants")
    document = extrinsic(entry, symbol="D", with_hash=False, more_confidentiality=(mask,))
    made = SignatureDocument(unique_id="1.2.3", submission_time="20261125083000", sha1="0" * 40, size=9)
    signed = signature_extrinsic(made, document, document.author, symbol="S")
    hidden = [code.code for code in signed.codes if code.scheme == CONFIDENTIALITY]
    assert hidden == ["N", "MASQUE_PS", "INVISIBLE_PATIENT"]
    assert (signed.hash, signed.size) == (None, None)


def test_everything_is_linked_to_the_set(request_: etree._Element) -> None:
    links = [
        (a.get("associationType", "").rpartition(":")[2], a.get("sourceObject"), a.get("targetObject"))
        for a in request_.iter(f"{{{RIM}}}Association")
    ]
    assert links == [
        ("HasMember", "SubmissionSet01", "Document01"),
        ("HasMember", "SubmissionSet01", "Signature01"),
        ("signs", "Signature01", "SubmissionSet01"),
        ("RPLC", "Document01", "urn:uuid:0b7d1c9e-6f0a-4d53-9a0e-2d5f1f1c7a12"),
    ]


def test_each_document_refers_to_its_part(request_: etree._Element) -> None:
    found = [(d.get("id"), d[0].get("href")) for d in request_.iter(f"{{{XDSB}}}Document")]
    assert found == [("Document01", "cid:doc%40caducee"), ("Signature01", "cid:sig%40caducee")]


def test_ids_are_unique(request_: etree._Element) -> None:
    ids = [item.get("id") for item in request_.iter(f"{{{RIM}}}*") if item.get("id")]
    assert len(ids) == len(set(ids))


def test_hash_and_size_can_be_left_out(entry: DocumentEntry) -> None:
    made = extrinsic(entry, symbol="D", with_hash=False)
    assert (made.hash, made.size) == (None, None)


def test_a_document_sealed_without_ins_is_refused(entry: DocumentEntry) -> None:
    with pytest.raises(InsNotQualified):
        extrinsic(msgspec.structs.replace(entry, patient_id=None), symbol="D", with_hash=True)


def schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(Path(os.environ["KIT"]) / "xsd" / name))


@pytest.mark.conformance
def test_the_submission_is_valid(request_: etree._Element) -> None:
    for include in list(request_.iter(f"{{{XOP}}}Include")):
        parent = include.getparent()
        assert parent is not None
        parent.remove(include)
        parent.text = base64.b64encode(b"<x/>").decode()
    schema("caducee/xds-b.xsd").assertValid(request_)


@pytest.mark.conformance
def test_the_queries_are_valid() -> None:
    queries = schema("ihe-xds/ebRS30/query.xsd")
    queries.assertValid(etree.fromstring(QueryWriter().find_documents(INS)))
    queries.assertValid(etree.fromstring(QueryWriter().get_documents(("1.2.3", "1.2.4"))))


@pytest.mark.conformance
def test_the_retrieval_is_valid() -> None:
    body = RetrieveWriter().write(DocumentRequest("1.2.250.1.213.4.1.1.1.2", "1.2.3"))
    schema("caducee/xds-b.xsd").assertValid(etree.fromstring(body))
