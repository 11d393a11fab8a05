"""Several documents of one answer: what came, what did not, and what must not be taken for one of them."""

from __future__ import annotations

import base64
import hashlib

import pytest
from lxml import etree

from caducee.errors import ProtocolViolation, ServiceRejected
from caducee.wire.mtom import Package
from caducee.wire.soap import SoapAnswer
from caducee.wire.xds.found import FoundEntry
from caducee_dmp.td32_retrieve import read, read_several

OASIS = "urn:oasis:names:tc:ebxml-regrep"
IHE_PARTIAL = "urn:ihe:iti:2007:ResponseStatusType:PartialSuccess"
SUCCESS = f"{OASIS}:ResponseStatusType:Success"
FAILURE = f"{OASIS}:ResponseStatusType:Failure"


def entry(document_id: str, content: bytes) -> FoundEntry:
    return FoundEntry(
        document_id=document_id,
        entry_uuid="",
        title="",
        status="Approved",
        type=None,
        format=None,
        confidentiality=(),
        authors=(),
        created_utc="",
        service_start_utc="",
        mime_type="text/xml",
        repository="",
        sha1=hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        size=len(content),
    )


ONE, TWO = entry("1.2.1", b"one"), entry("1.2.2", b"two")


def answer(status: str, *documents: tuple[str, bytes], error: str = "") -> SoapAnswer:
    given = "".join(
        f"<x:DocumentResponse><x:DocumentUniqueId>{name}</x:DocumentUniqueId>"
        f"<x:Document>{base64.b64encode(content).decode()}</x:Document></x:DocumentResponse>"
        for name, content in documents
    )
    said = f"<r:RegistryError errorCode='{error}' codeContext='non' severity='{OASIS}:ErrorSeverityType:Error'/>"
    errors = f"<r:RegistryErrorList>{said}</r:RegistryErrorList>" if error else ""
    body = (
        f"<x:RetrieveDocumentSetResponse xmlns:x='urn:ihe:iti:xds-b:2007' xmlns:r='{OASIS}:xsd:rs:3.0'>"
        f"<r:RegistryResponse status='{status}'>{errors}</r:RegistryResponse>{given}</x:RetrieveDocumentSetResponse>"
    ).encode()
    return SoapAnswer(body=etree.fromstring(body), package=Package(root=body))


def test_all_that_was_asked_for_came() -> None:
    came = read_several(answer(SUCCESS, ("1.2.2", b"two"), ("1.2.1", b"one")), (ONE, TWO))
    assert {one.document_id: one.content for one in came.documents} == {"1.2.1": b"one", "1.2.2": b"two"}
    assert (came.missing, came.errors) == ((), ())


@pytest.mark.parametrize("status", [IHE_PARTIAL, f"{OASIS}:ResponseStatusType:PartialSuccess"])
def test_what_did_not_come_is_named_with_the_services_words(status: str) -> None:
    came = read_several(answer(status, ("1.2.1", b"one"), error="XDSDocumentUniqueIdError"), (ONE, TWO))
    assert [one.document_id for one in came.documents] == ["1.2.1"]
    assert came.missing == ("1.2.2",)
    assert [one.code for one in came.errors] == ["XDSDocumentUniqueIdError"]


def test_a_full_success_without_one_of_them_is_not_believed() -> None:
    with pytest.raises(ProtocolViolation, match="1 documents are missing"):
        read_several(answer(SUCCESS, ("1.2.1", b"one")), (ONE, TWO))


@pytest.mark.parametrize(
    "documents",
    [
        pytest.param([("1.2.1", b"one"), ("1.2.1", b"one")], id="one of them twice"),
        pytest.param([("1.2.1", b"one"), ("1.2.2", b"two"), ("1.2.9", b"else")], id="one nobody asked for"),
        pytest.param([("1.2.1", b"two"), ("1.2.2", b"one")], id="each under the name of the other"),
    ],
)
def test_other_documents_than_those_asked_for_are_refused(documents: list[tuple[str, bytes]]) -> None:
    with pytest.raises(ProtocolViolation):
        read_several(answer(SUCCESS, *documents), (ONE, TWO))


def test_a_refusal_as_a_whole_gives_no_document() -> None:
    with pytest.raises(ServiceRejected) as caught:
        read_several(answer(FAILURE, error="DMPAccessDeniedByRightsService"), (ONE, TWO))
    assert caught.value.service_code == "DMPAccessDeniedByRightsService"


def test_one_document_of_a_partial_success_is_refused() -> None:
    with pytest.raises(ServiceRejected):
        read(answer(IHE_PARTIAL, ("1.2.1", b"one"), error="XDSRepositoryError"), ONE)
