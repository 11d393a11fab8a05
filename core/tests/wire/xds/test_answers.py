from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from caducee.contracts.http import HttpAnswer
from caducee.errors import PartlyDone, ProtocolViolation, ServiceRejected
from caducee.wire import mtom
from caducee.wire.mtom import Package
from caducee.wire.soap import read_answer
from caducee.wire.xds.found import read_found
from caducee.wire.xds.outcome import RegistryOutcome, RegistryStatus, read_outcome
from caducee.wire.xds.retrieve import check_bytes, read_retrieved
from caducee.wire.xml import parse

RS = "xmlns:rs='urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0'"
OASIS = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType"
SEVERITY = "urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType"


def outcome(status: str, *messages: tuple[str, str]) -> RegistryOutcome:
    listed = "".join(
        f"<rs:RegistryError errorCode='{code}' codeContext='texte' location='' severity='{SEVERITY}:{severity}'/>"
        for code, severity in messages
    )
    errors = f"<rs:RegistryErrorList>{listed}</rs:RegistryErrorList>"
    document = f"<rs:RegistryResponse {RS} status='{status}'>{errors}</rs:RegistryResponse>"
    return read_outcome(parse(document.encode(), service="dmp"), service="dmp")


@pytest.mark.requirement("ITI-TF3-registry-status")
def test_a_success_with_warnings_is_a_success_that_keeps_them() -> None:
    read = outcome(f"{OASIS}:Success", ("XDSExtraMetadataNotSaved", "Warning"))
    assert read.error("dmp") is None
    assert [warning.code for warning in read.warnings] == ["XDSExtraMetadataNotSaved"]


def test_a_failure_without_error_list_is_refused_without_reason() -> None:
    error = outcome(f"{OASIS}:Failure").error("dmp")
    assert isinstance(error, ServiceRejected)
    assert error.service_code == ""
    assert "no reason given" in str(error)


@pytest.mark.parametrize(
    ("status", "nonstandard"),
    [("urn:ihe:iti:2007:ResponseStatusType:PartialSuccess", False), (f"{OASIS}:PartialSuccess", True)],
)
def test_a_partial_success_is_never_a_success(status: str, nonstandard: bool) -> None:
    read = outcome(status, ("XDSRepositoryError", "Error"))
    assert (read.status, read.nonstandard) == (RegistryStatus.PARTIAL, nonstandard)
    error = read.error("dmp")
    assert isinstance(error, PartlyDone)
    assert (error.service_code, error.service_text) == ("XDSRepositoryError", "texte")
    assert ("not IHE's" in str(error)) is nonstandard


def test_the_code_is_that_of_the_first_error_not_of_a_warning() -> None:
    error = outcome(f"{OASIS}:Failure", ("W", "Warning"), ("XDSRegistryBusy", "Error")).error("dmp")
    assert error is not None
    assert error.service_code == "XDSRegistryBusy"


def test_an_unknown_status_is_a_violation() -> None:
    with pytest.raises(ProtocolViolation):
        outcome("urn:other")


@pytest.mark.conformance
def test_case_b04_tells_four_outcomes_apart() -> None:
    folder = Path(os.environ["KIT"]) / "cases/inputs"
    names = ("success_warning", "failure_no_error", "partial_ihe", "partial_oasis")
    read = [
        read_outcome(parse((folder / f"B04_{name}.xml").read_bytes(), service="dmp"), service="dmp") for name in names
    ]
    assert [(o.status.value, len(o.warnings), len(o.errors), o.nonstandard) for o in read] == [
        ("success", 1, 0, False),
        ("failure", 0, 0, False),
        ("partial", 0, 1, False),
        ("partial", 0, 1, True),
    ]


FOUND = f"""<q:AdhocQueryResponse xmlns:q="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"
 xmlns:n="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
 status="{OASIS}:Success"><n:RegistryObjectList>
 <n:ExtrinsicObject id="urn:uuid:e" lid="urn:uuid:l" mimeType="text/xml"
 status="urn:oasis:names:tc:ebxml-regrep:StatusType:Approved">
 <n:Slot name="hash"><n:ValueList><n:Value>DA39A3EE5E6B4B0D3255BFEF95601890AFD80709</n:Value></n:ValueList></n:Slot>
 <n:Slot name="size"><n:ValueList><n:Value>0</n:Value></n:ValueList></n:Slot>
 <n:Slot name="creationTime"><n:ValueList><n:Value>20261125073000</n:Value></n:ValueList></n:Slot>
 <n:Slot name="sourcePatientInfo"><n:ValueList><n:Value>PID-5|NESSI</n:Value></n:ValueList></n:Slot>
 <n:Name><n:LocalizedString value="Été"/></n:Name><n:VersionInfo versionName="2"/>
 <n:Classification classificationScheme="urn:uuid:f0306f51-975f-434e-a61c-c59651d33983" nodeRepresentation="11488-4">
 <n:Slot name="codingScheme"><n:ValueList><n:Value>2.16.840.1.113883.6.1</n:Value></n:ValueList></n:Slot>
 <n:Name><n:LocalizedString value="CR"/></n:Name></n:Classification>
 <n:ExternalIdentifier identificationScheme="urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab" value="1.2.3"/>
</n:ExtrinsicObject></n:RegistryObjectList></q:AdhocQueryResponse>"""


def test_an_entry_is_read_under_any_prefix_without_identity_traits() -> None:
    (entry,) = read_found(parse(FOUND.encode(), service="dmp"), service="dmp")
    assert (entry.document_id, entry.entry_uuid, entry.logical_id) == ("1.2.3", "urn:uuid:e", "urn:uuid:l")
    assert (entry.title, entry.status, entry.version, entry.size) == ("Été", "Approved", "2", 0)
    assert entry.sha1 == "da39a3ee5e6b4b0d3255bfef95601890afd80709"
    assert entry.type is not None
    assert (entry.type.code, entry.type.system, entry.type.display) == ("11488-4", "2.16.840.1.113883.6.1", "CR")
    assert "NESSI" not in repr(entry)


def test_an_empty_list_is_an_answer() -> None:
    empty = f"<q:AdhocQueryResponse xmlns:q='urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0' status='{OASIS}:Success'/>"
    assert read_found(parse(empty.encode(), service="dmp"), service="dmp") == ()


def test_an_entry_without_unique_id_is_a_violation() -> None:
    with pytest.raises(ProtocolViolation):
        read_found(parse(FOUND.replace("2e82c1f6", "00000000").encode(), service="dmp"), service="dmp")


def retrieved(inside: str) -> bytes:
    return (
        f"<x:RetrieveDocumentSetResponse xmlns:x='urn:ihe:iti:xds-b:2007'>"
        f"<rs:RegistryResponse {RS} status='{OASIS}:Success'/>"
        f"<x:DocumentResponse><x:DocumentUniqueId>1.2.3</x:DocumentUniqueId><x:mimeType>text/xml</x:mimeType>"
        f"<x:Document>{inside}</x:Document></x:DocumentResponse></x:RetrieveDocumentSetResponse>"
    ).encode()


def test_a_document_comes_from_its_part_or_from_base64() -> None:
    include = "<i:Include xmlns:i='http://www.w3.org/2004/08/xop/include' href='cid:d'/>"
    package = Package(root=b"", parts=(("d", b"\xff\r\n"),))
    for inside, expected in ((include, b"\xff\r\n"), ("PHgv\n Pg==", b"<x/>")):
        _, (document,) = read_retrieved(parse(retrieved(inside), service="dmp"), package, service="dmp")
        assert document.content == expected


def test_a_document_that_is_neither_is_a_violation() -> None:
    with pytest.raises(ProtocolViolation):
        read_retrieved(parse(retrieved("é!"), service="dmp"), Package(root=b""), service="dmp")


def test_bytes_are_compared_with_hash_and_size() -> None:
    sha1 = hashlib.sha1(b"abc", usedforsecurity=False).hexdigest()
    check_bytes(b"abc", sha1=sha1.upper(), size=3, service="dmp")
    check_bytes(b"abc", sha1="", size=None, service="dmp")
    for content, size in ((b"abd", 3), (b"abc", 4)):
        with pytest.raises(ProtocolViolation):
            check_bytes(content, sha1=sha1, size=size, service="dmp")


@pytest.mark.conformance
def test_case_b01_gives_three_documents_to_the_byte() -> None:
    raw = (Path(os.environ["KIT"]) / "cases/inputs/B01.http").read_bytes()
    head, _, body = raw.partition(b"\r\n\r\n")
    content_type = next(line[14:] for line in head.decode().split("\r\n") if line.startswith("Content-Type: "))
    answer = read_answer(HttpAnswer(status=200, content_type=content_type, body=body), service="dmp")
    _, documents = read_retrieved(answer.body, answer.package, service="dmp")
    assert [d.content for d in documents] == [
        b"%PDF-1.4 essai un \xe9\xff\r\n--pas-une-frontiere\r\n",
        b"<a>deux</a>\n",
        b"trois\r\n",
    ]
    assert mtom.read(content_type, body, service="dmp").root == answer.package.root
