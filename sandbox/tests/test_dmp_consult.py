"""The DMP lists and gives back what it holds, to those who may see it."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree
from sandbox_rig.client import Reply
from sandbox_rig.dmp import QUERY, RETRIEVE, errors, fault, find, get, provide, query, retrieve, root_of, send
from sandbox_rig.feed import Feed

from caducee_sandbox.mtom import read_package
from caducee_sandbox.people import HUGO, LUCIE, PAUL, TEST_OID

Described = dict[str, Any]
LENOIR = {"client": "lenoir_auth", "professional": "899700000025", "structure": "499700000025001"}
DENIED = "DMPAccessDeniedByRightsService"


@pytest.fixture(scope="module")
def fed(sandbox: Described) -> Feed:
    """One document in the record of LUCIE, and one in that of PAUL."""
    feed = Feed(patient=LUCIE)
    assert errors(provide(sandbox, feed)) == []
    assert errors(provide(sandbox, Feed(patient=PAUL))) == []
    return feed


def entries(reply: Reply) -> dict[str, etree._Element]:
    assert errors(reply) == []
    found = {}
    for entry in root_of(reply).iterfind(".//{*}ExtrinsicObject"):
        scheme = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"
        [external] = entry.findall(f"{{*}}ExternalIdentifier[@identificationScheme='{scheme}']")
        found[external.get("value") or ""] = entry
    return found


def slot(entry: etree._Element, name: str) -> str:
    return entry.findtext(f"{{*}}Slot[@name='{name}']/{{*}}ValueList/{{*}}Value") or ""


def test_entry_carries_what_the_registry_adds(sandbox: Described, fed: Feed) -> None:
    entry = entries(send(sandbox, QUERY, find(LUCIE), patient=LUCIE))[fed.document_id]
    assert slot(entry, "size") == str(len(fed.content()))
    assert slot(entry, "repositoryUniqueId") == "1.2.250.1.213.4.1.1.1.2"
    assert entry.get("id") == entry.get("lid")
    assert entry.get("status") == "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
    assert [v.get("versionName") for v in entry.iterfind("{*}VersionInfo")] == ["1"]


def test_masked_signature_is_listed_to_its_author_only(sandbox: Described, fed: Feed) -> None:
    own = entries(send(sandbox, QUERY, find(LUCIE), patient=LUCIE))
    other = entries(send(sandbox, QUERY, find(LUCIE), patient=LUCIE, **LENOIR))
    assert fed.signature_id in own
    assert fed.document_id in other
    assert fed.signature_id not in other


@pytest.mark.parametrize(
    ("parameters", "listed"),
    [
        ({"TypeCode": "('11488-4^^2.16.840.1.113883.6.1')"}, True),
        ({"TypeCode": "('11490-0^^2.16.840.1.113883.6.1')"}, False),
        ({"TypeCode": "('11490-0^^2.16.840.1.113883.6.1','11488-4^^2.16.840.1.113883.6.1')"}, True),
        ({"ClassCode": "('10^^1.2.250.1.213.1.1.4.1')"}, True),
        ({"ServiceStartTimeFrom": "20261125081500"}, True),
        ({"ServiceStartTimeFrom": "20261125081501"}, False),
        ({"ServiceStartTimeTo": "20261125081500"}, False),
        ({"CreationTimeTo": "20261126"}, True),
        ({"Status": "('urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated')"}, False),
    ],
)
def test_list_is_filtered(sandbox: Described, fed: Feed, parameters: dict[str, str], listed: bool) -> None:
    reply = send(sandbox, QUERY, find(LUCIE, **parameters), patient=LUCIE)
    assert (fed.document_id in entries(reply)) is listed


def test_one_document_is_named_by_reference(sandbox: Described, fed: Feed) -> None:
    reply = send(sandbox, QUERY, get(fed.document_id), patient=LUCIE)
    assert len(root_of(reply).findall(".//{*}ObjectRef")) == 1


def test_unknown_document_gives_an_empty_list(sandbox: Described, fed: Feed) -> None:
    root = root_of(send(sandbox, QUERY, get("1.2.3.4"), patient=LUCIE))
    assert root.findall(".//{*}ObjectRef") == []


def test_document_of_another_record_is_not_seen(sandbox: Described, fed: Feed) -> None:
    assert root_of(send(sandbox, QUERY, get(fed.document_id))).findall(".//{*}ObjectRef") == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (query("10b545ea-725c-446d-9b95-8aeb444eddf3"), "XDSUnknownStoredQuery"),
        (query("a7ae438b-4bc2-4642-93e9-be891f7bb155"), "XDSStoredQueryMissingParam"),
        (find(LUCIE, PatientId=f"('{LUCIE.ins}^^^&amp;{TEST_OID}&amp;ISO^NH')"), "XDSStoredQueryParamNumber"),
        (find(LUCIE, PatientId=f"'{PAUL.ins}^^^&amp;{TEST_OID}&amp;ISO^NH'"), "XDSPatientIdDoesNotMatch"),
        (find(LUCIE, Status="Approved"), "XDSStoredQueryParamNumber"),
        (query("14d4debf-8f97-4251-9a74-a90016b0af0d"), "XDSStoredQueryMissingParam"),
        (query("5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4"), "XDSStoredQueryParamNumber"),
        (find(LUCIE, Author="('x')"), "XDSRegistryError"),
    ],
)
def test_wrong_query_is_refused(sandbox: Described, body: str, code: str) -> None:
    assert [c for c, _ in errors(send(sandbox, QUERY, body, patient=LUCIE))] == [code]


def test_document_comes_back_byte_for_byte(sandbox: Described, fed: Feed) -> None:
    reply = send(sandbox, RETRIEVE, retrieve(fed.document_id), patient=LUCIE)
    assert errors(reply) == []
    assert list(read_package(reply.content_type, reply.body).parts.values()) == [fed.content()]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (retrieve("urn:uuid:11111111-2222-4333-8444-555555555555"), "XDSDocumentUniqueIdError"),
        (retrieve("1.2.3.4"), "XDSDocumentUniqueIdError"),
        (retrieve("1.2.3.4", repository="1.2.3"), "XDSUnknownRepositoryId"),
    ],
)
def test_wrong_retrieval_is_refused_in_a_multipart_answer(sandbox: Described, body: str, code: str) -> None:
    reply = send(sandbox, RETRIEVE, body, patient=LUCIE)
    assert reply.content_type.startswith("multipart/related")
    assert [c for c, _ in errors(reply)] == [code]


def test_fault_of_a_retrieval_is_multipart_too(sandbox: Described) -> None:
    reply = send(sandbox, RETRIEVE, retrieve("1.2.3.4"), assertion="<x/>")
    assert reply.content_type.startswith("multipart/related")
    assert fault(reply)[0] == "DMPInvalidVIHF"


@pytest.mark.parametrize(("action", "body"), [(QUERY, find(PAUL)), (RETRIEVE, retrieve("1.2.3.4"))])
def test_consultation_needs_the_patients_authorisation(sandbox: Described, fed: Feed, action: str, body: str) -> None:
    assert [c for c, _ in errors(send(sandbox, action, body, patient=PAUL, **LENOIR))] == [DENIED]


def test_record_that_does_not_exist_has_no_list(sandbox: Described) -> None:
    assert [c for c, _ in errors(send(sandbox, QUERY, find(HUGO), patient=HUGO))] == ["XDSUnknownPatientId"]
