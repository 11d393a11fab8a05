"""The DMP keeps a feed that is right, whole, and refuses each kind of wrong one without keeping anything."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from sandbox_rig.client import control
from sandbox_rig.dmp import PROVIDE, QUERY, errors, fault, get, provide, root_of, send, vihf
from sandbox_rig.feed import Feed, association
from sandbox_rig.seal import signed

from caducee_sandbox.people import ALICE, HUGO, JEANNE, LUCIE

Described = dict[str, Any]
METADATA = "XDSRepositoryMetadataError"
CONTENT = "InvalidDocumentContent"


def swap(old: str, new: str, times: int = -1) -> Callable[[str], str]:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, times)

    return edit


def held(described: Described) -> dict[str, Any]:
    state = control(described, "GET", "/state/dmp")
    return {d["uniqueId"]: d for d in state["documents"]}


def codes(described: Described, feed: Feed, **more: Any) -> set[str]:
    before = held(described)
    found = {code for code, _ in errors(provide(described, feed, **more))}
    if found:
        assert held(described) == before
    return found


@pytest.mark.parametrize("sha256", [False, True])
def test_feed_is_kept_with_its_hash_and_size(sandbox: Described, sha256: bool) -> None:
    feed = Feed(sha256=sha256)
    assert errors(provide(sandbox, feed)) == []
    kept = held(sandbox)[feed.document_id]
    assert kept["sha1"] == hashlib.sha1(feed.content()).hexdigest()
    assert kept["size"] == len(feed.content())
    assert kept["author"] == "899700000017"
    assert kept["patient"].startswith(JEANNE.ins)


def test_hash_and_size_may_be_left_to_the_server(sandbox: Described) -> None:
    assert codes(sandbox, Feed(hashed=False)) == set()


def test_same_feed_again_is_a_duplicate(sandbox: Described) -> None:
    feed = Feed()
    assert codes(sandbox, feed) == set()
    assert codes(sandbox, feed) == {"XDSDuplicateUniqueIdInRegistry"}


def test_same_document_in_another_set_is_a_duplicate(sandbox: Described) -> None:
    feed = Feed()
    assert codes(sandbox, feed) == set()
    assert codes(sandbox, Feed(document_id=feed.document_id)) == {"XDSDuplicateUniqueIdInRegistry"}


def test_identifier_used_twice_in_a_message_is_refused(sandbox: Described) -> None:
    feed = Feed()
    feed.signature_id = feed.set_id
    assert codes(sandbox, feed) == {"XDSRegistryDuplicateUniqueIdInMessage"}


def test_missing_part_is_refused(sandbox: Described) -> None:
    assert codes(sandbox, Feed(drop_part=True)) == {"XDSMissingDocument"}


def test_entry_and_part_that_do_not_meet_are_refused(sandbox: Described) -> None:
    feed = Feed(metadata=swap('<ExtrinsicObject id="Document01"', '<ExtrinsicObject id="Document02"'))
    assert codes(sandbox, feed) == {"XDSMissingDocument", "XDSMissingDocumentMetadata"}


def test_altered_part_has_another_hash_and_size(sandbox: Described) -> None:
    feed = Feed(late_cda=swap("Lettre d’essai", "Lettre d’essais"))
    assert codes(sandbox, feed) == {"XDSNonIdenticalHash", "XDSNonIdenticalSize"}


@pytest.mark.parametrize("patient", [HUGO, ALICE])
def test_patient_without_active_record_is_unknown(sandbox: Described, patient: Any) -> None:
    assert codes(sandbox, Feed(patient=patient)) == {"XDSUnknownPatientId"}


def test_patient_of_the_set_is_that_of_the_vihf(sandbox: Described) -> None:
    assertion = vihf(sandbox, patient=LUCIE)
    assert codes(sandbox, Feed(), assertion=assertion) == {"XDSPatientIdDoesNotMatch"}


def test_author_institution_is_the_structure_of_the_vihf(sandbox: Described) -> None:
    feed = Feed(metadata=swap("^499700000017001<", "^499700000025001<"))
    found = errors(provide(sandbox, feed))
    assert (METADATA, "Aucun AuthorInstitution ne correspond à l'utilisateur du VIHF") in found


METADATA_FAULTS = [
    swap("20261125083100", "20261125083160"),
    swap("20261125083000", "20261125093000"),
    swap("20261125081500", "20261125"),
    swap('nodeRepresentation="07"', 'nodeRepresentation=""'),
    swap("1.2.250.1.213.2.2<", "1.2.250.1.213.2.3<"),
    swap("urn:uuid:a54d6aa5", "urn:uuid:b54d6aa5"),
    swap('mimeType="text/xml"', 'mimeType="application/pdf"'),
    swap("7edca82f", "8edca82f"),
    swap('name="languageCode"', 'name="language"'),
    swap("fr-FR", "en"),
    swap("^D^^^IDNPS", "^L^^^IDNPS"),
    swap("^IDNST^^^", "^IDNST^^"),
    swap("G15_10/SM26^Médecin", "G15_10/SM26"),
    swap("urn:uuid:41a5887f", "urn:uuid:51a5887f"),
    swap('nodeRepresentation="10"', 'nodeRepresentation="12"'),
    swap("2.16.840.1.113883.6.1<", "2.16.840.1.113883.6.2<"),
    swap('nodeRepresentation="11488-4"', 'nodeRepresentation="11490-0"'),
    swap('nodeRepresentation="N"', 'nodeRepresentation="S"'),
    swap('nodeRepresentation="N"', 'nodeRepresentation="V"'),
    swap("MASQUE_PS", "MASQUE"),
    swap("1.2.250.1.71.4.2.4<", "1.2.250.1.71.4.2.5<"),
    swap('nodeRepresentation="SA07"', 'nodeRepresentation="SA05"'),
    swap("AMBULATOIRE", "CABINET"),
    swap("AMBULATOIRE", "HAD"),
    swap("E1762", "E1763"),
    swap("PID-5|NESSI-TEST", "PID-5|NESSI"),
    swap("PID-7|19750312", "PID-7|19750313"),
    swap("PID-8|F", "PID-8|X"),
    swap("P1^^^", "P2^^^"),
    swap("899700000017^ROUX", "899700000025^ROUX"),
    swap("ROUX^Camille", "ROUX^Camila"),
    swap('value="Lettre d’essai"', 'value="Une lettre"'),
    swap("Original", "Reference"),
    swap(":signs", ":XFRM"),
    swap('targetObject="Document01"', 'targetObject="Signature01"'),
    swap('classifiedObject="Document01"', 'classifiedObject="Signature01"', 1),
]


@pytest.mark.parametrize("edit", METADATA_FAULTS)
def test_metadata_that_break_a_rule_or_contradict_the_document_are_refused(
    sandbox: Described, edit: Callable[[str], str]
) -> None:
    found = codes(sandbox, Feed(metadata=edit))
    assert METADATA in found


def test_all_findings_are_told_at_once(sandbox: Described) -> None:
    def edit(text: str) -> str:
        return swap("fr-FR", "en")(swap("PID-8|F", "PID-8|X")(text))

    assert len(errors(provide(sandbox, Feed(metadata=edit)))) == 2


@pytest.mark.parametrize("value", ["1.2.250.1.999.01", "abc", "1.2." + "9" * 70])
def test_identifier_that_is_no_oid_is_refused(sandbox: Described, value: str) -> None:
    assert METADATA in codes(sandbox, Feed(set_id=value))


CONTENT_FAULTS = [
    (swap("JVBERi0x", "SlZCRVJp"), CONTENT),
    (swap("application/pdf", "text/plain"), CONTENT),
    (swap("ClinicalDocument", "OtherDocument"), CONTENT),
    (swap("20261125093000+0100", "20261125093000+0200"), METADATA),
    (swap('code="N"', 'code="R"'), METADATA),
    (swap("<family>ROUX", "<family>ROUSSE"), METADATA),
    (swap("275036399930194", "288116399730425"), METADATA),
]


@pytest.mark.parametrize(("edit", "expected"), CONTENT_FAULTS)
def test_document_is_held_against_its_entry(sandbox: Described, edit: Callable[[str], str], expected: str) -> None:
    assert codes(sandbox, Feed(cda=edit)) == {expected}


def test_wrong_manifest_digest_is_seen_although_the_signature_verifies(sandbox: Described) -> None:
    def edit(manifest: str) -> str:
        head, digest, tail = manifest.rpartition("<ds:DigestValue>")
        return f"{head}{digest}{'AAAA' + tail[4:]}"

    found = errors(provide(sandbox, Feed(manifest=edit)))
    assert [code for code, _ in found] == [CONTENT]
    assert "l'empreinte de urn:oid:" in found[0][1]


SIGNATURE_FAULTS = [
    swap("AA==", "AAA="),
    swap("1.2.840.10065.1.12.1.14", "1.2.840.10065.1.12.1.5"),
    swap("2026-11-25T08:31:00Z", "2026-11-25T08:32:00Z"),
    swap("#IHEManifest", "#Manifest"),
    swap("<ds:SignatureValue>", "<ds:SignatureValue>AAAA"),
    swap("#WithComments", ""),
    swap("<ds:X509SerialNumber>", "<ds:X509SerialNumber>1"),
    swap("ds:Signature ", "ds:Autre ", 1),
]


@pytest.mark.parametrize("edit", SIGNATURE_FAULTS)
def test_set_signature_that_breaks_a_rule_is_refused(sandbox: Described, edit: Callable[[str], str]) -> None:
    assert codes(sandbox, Feed(signature=edit)) == {CONTENT}


@pytest.mark.parametrize("key", ["roux_auth", "lenoir_sign", "stranger_auth", "org_sign"])
def test_set_signed_by_another_certificate_is_refused(sandbox: Described, key: str) -> None:
    before = held(sandbox)
    assert fault(provide(sandbox, Feed(key=key))) == ("DMPInvalidCertificate", "Not a valid signature certificate")
    assert held(sandbox) == before


def test_structure_feeds_with_its_seal(sandbox: Described) -> None:
    sealed = signed(sandbox, vihf(sandbox, client="org_auth", mode="INDIRECTE"), "org_sign")
    assert codes(sandbox, Feed(key="org_sign"), client="org_auth", assertion=sealed) == set()


def test_reinforced_mode_never_feeds(sandbox: Described) -> None:
    sealed = signed(sandbox, vihf(sandbox, client="org_auth", mode="INDIRECTE_RENFORCEE"), "org_sign")
    found = codes(sandbox, Feed(key="org_sign"), client="org_auth", assertion=sealed)
    assert found == {"DMPAccessDeniedByRightsService"}


def test_feed_without_parts_is_refused(sandbox: Described) -> None:
    assert fault(send(sandbox, PROVIDE, Feed().parts(sandbox)[0]))[0] == "DMPInvalidMessage"


def test_multipart_without_its_end_is_refused(sandbox: Described) -> None:
    reply = provide(sandbox, Feed(), multipart=lambda m: m.removesuffix(b"--bord--\r\n"))
    assert fault(reply)[0] == "DMPInvalidMessage"


def test_replacement_deprecates_the_document_it_names(sandbox: Described) -> None:
    old, new = Feed(), Feed()
    assert codes(sandbox, old) == set()
    [entry_uuid] = [
        e.get("id") for e in root_of(send(sandbox, QUERY, get(old.document_id))).iterfind(".//{*}ObjectRef")
    ]
    new.metadata = lambda text: text + association("RPLC", "Document01", entry_uuid)
    assert codes(sandbox, new) == {METADATA}
    parent = f'<relatedDocument typeCode="RPLC"><parentDocument><id root="{old.document_id}"/></parentDocument>'
    new.cda = swap("<documentationOf>", f"{parent}</relatedDocument><documentationOf>")
    assert codes(sandbox, new) == set()
    assert held(sandbox)[old.document_id]["status"].endswith("Deprecated")


def test_replacement_of_an_unknown_entry_is_refused(sandbox: Described) -> None:
    feed = Feed(metadata=lambda text: text + association("RPLC", "Document01", "urn:uuid:0"))
    assert codes(sandbox, feed) == {METADATA}
