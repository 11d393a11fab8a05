from __future__ import annotations

import io
import re
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.errors import ProtocolViolation
from caducee.wire.xds.hl7v2 import escape, unescape
from caducee.wire.xds.submitted import read_submitted
from core.tests.wire.test_xdm import sealed, written

RIM = 'xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"'


def metadata(*names: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(written(*names))) as archive:
        return archive.read("IHE_XDM/SUBSET01/METADATA.XML")


def test_what_was_written_is_read_back() -> None:
    entry, _ = sealed("report")
    read = read_submitted(metadata("report"))
    (found,) = read.entries
    assert (found.document_id, found.sha1, found.size) == (entry.document_id, entry.sha1, entry.size)
    assert (found.patient, found.source_patient) == (entry.patient_id, entry.source_patient_id)
    assert (found.type, found.title, found.uri) == (entry.type, entry.title, "DOC00001.XML")
    assert found.traits is not None
    assert (found.traits.birth_name, found.traits.birth_date) == (
        entry.source_patient_info.birth_name,
        entry.source_patient_info.birth_date,
    )
    assert found.authors == (entry.author.identifier,)
    assert found.institutions == (entry.author_institution.identifier,)
    assert (read.patient, read.submission_time) == (entry.patient_id, "20261125073000")


def test_each_document_has_its_own() -> None:
    assert [one.uri for one in read_submitted(metadata("report", "summary, full")).entries] == [
        "DOC00001.XML",
        "DOC00002.XML",
    ]


def test_objects_are_found_outside_their_list_and_in_no_namespace() -> None:
    plain = re.sub(rb' xmlns(:\w+)?="[^"]*"|lcm:', b"", metadata("report")).replace(b"RegistryObjectList", b"liste")
    assert read_submitted(plain).entries == read_submitted(metadata("report")).entries


def test_an_identifier_without_its_authority_names_nobody() -> None:
    said = f'<a {RIM}><ExtrinsicObject><ExternalIdentifier value="1"><Name>'
    said += '<LocalizedString value="XDSDocumentEntry.patientId"/></Name></ExternalIdentifier></ExtrinsicObject></a>'
    assert read_submitted(said.encode()).entries[0].patient is None


@pytest.mark.parametrize("size", ["", "-1", "²", "1e3", "9" * 50])
def test_a_size_that_is_none_is_unknown(size: str) -> None:
    said = f'<a {RIM}><ExtrinsicObject><Slot name="SIZE"><ValueList><Value>{size}</Value></ValueList></Slot>'
    assert read_submitted(f"{said}</ExtrinsicObject></a>".encode()).entries[0].size is None


@pytest.mark.parametrize(
    "content",
    [b"", b"<a", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"<a>" + b"<b/>" * 300_000 + b"</a>", b" " * 11_000_000],
)
def test_what_is_no_metadata_or_too_much_is_refused(content: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        read_submitted(content)


@given(st.text())
def test_what_was_escaped_is_read_back(value: str) -> None:
    assert unescape(escape(value)) == value
