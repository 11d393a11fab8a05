"""A record is the same after JSON and after an archive, whatever it holds."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from caducee.contracts.delivery import Receipt
from caducee.contracts.portability import KeptDocument, KeptRecord
from caducee.errors import RecordUnreadable
from caducee.model.codes import LOINC, Code
from caducee.model.entry import DocumentEntry, EntryOrganisation, EntryPatient, EntryPatientId, EntryPerson
from caducee.portability.json import from_json, to_json
from caducee.portability.model import (
    CarriedDelivery,
    PortableRecord,
    ReceivedItem,
    SentDocument,
    TrailLine,
    digest,
)
from caducee.portability.xdm import from_xdm, to_xdm
from caducee.testing.letters import AUTHOR, PATIENT
from caducee.wire.xdm import Application
from caducee.wire.xds.found import FoundEntry
from caducee.wire.xds.submission import SubmissionSet

APPLICATION = Application(name="Logiciel d'essai", version="1.0", vendor="Exemple")
INS = EntryPatientId(identifier="275036399900106", oid="1.2.250.1.213.1.4.10")
SUBMISSION = SubmissionSet(
    unique_id="1.2.250.1.999.1.7",
    source_id="1.2.250.1.999.1",
    submission_time="20261125073000",
    patient=INS,
    author=AUTHOR,
    content_type=Code("07", "1.2.250.1.213.2.2", "Consultation"),
)
CODE = Code("11488-4", LOINC, "CR ou fiche de consultation")
words = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=20)
identifiers = st.from_regex(r"1\.2\.250(\.[1-9][0-9]{0,4}){1,4}", fullmatch=True)
instants = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))
contents = st.binary(max_size=200)


def entry_of(document_id: str, title: str, content: bytes) -> DocumentEntry:
    person = EntryPerson(identifier="899700000017", family_name="ROUX", given_name="Camille")
    return DocumentEntry(
        document_id=document_id,
        title=title,
        created_utc="20260105070000",
        service_start_utc="20260105070000",
        service_stop_utc=None,
        type=CODE,
        class_=CODE,
        format=CODE,
        facility=CODE,
        setting=CODE,
        confidentiality=CODE,
        author=person,
        author_institution=EntryOrganisation(identifier="499700000017001", name="Cabinet"),
        author_specialty=CODE,
        legal_authenticator=person,
        patient_id=INS,
        source_patient_id=INS,
        source_patient_info=EntryPatient(birth_name="NESSI", given_name="JEANNE", birth_date="19750312", sex="F"),
        sha1="0" * 40,
        size=len(content),
    )


deliveries = st.builds(
    CarriedDelivery,
    delivery_id=words,
    kind=st.just("dmp"),
    reference=words,
    state=st.sampled_from(["delivered", "rejected", "blocked"]),
    created=instants,
    why=words,
    service_text=words,
    receipt=st.none() | st.builds(Receipt, service=st.just("dmp"), at=st.just("20260105080000"), reference=words),
)


@st.composite
def sent(draw: st.DrawFn) -> SentDocument:
    document_id, content = draw(identifiers), draw(st.none() | contents)
    entry = "" if content is None else msgspec.json.encode(entry_of(document_id, draw(words), content)).decode()
    return SentDocument(
        document_id=document_id,
        idempotency_key=draw(words),
        author="roux",
        series=draw(identifiers),
        set_id=draw(identifiers),
        submission_time="20260105080000",
        model=msgspec.json.encode({"title": draw(words)}).decode(),
        entry=entry,
        content=content,
        sha256="" if content is None else digest(content),
        deliveries=tuple(draw(st.lists(deliveries, max_size=2))),
    )


@st.composite
def kept(draw: st.DrawFn) -> KeptDocument:
    document_id, title, content = draw(identifiers), draw(words), draw(st.none() | contents)
    entry = FoundEntry(
        document_id=document_id,
        entry_uuid="urn:uuid:1",
        title=title,
        status="Approved",
        type=CODE,
        class_=draw(st.none() | st.just(CODE)),
        format=None,
        confidentiality=(CODE,),
        authors=tuple(draw(st.lists(words, max_size=2))),
        created_utc="20260105080000",
        service_start_utc="20260105080000",
        mime_type="text/xml",
        repository="1.2.3",
    )
    return KeptDocument(
        document_id=document_id,
        holder=draw(st.sampled_from(["roux", "lenoir"])),
        title=title,
        mime_type="text/xml",
        description=draw(words),
        entry=draw(st.sampled_from(["", msgspec.json.encode(entry).decode()])),
        content=content,
    )


items = st.builds(
    ReceivedItem,
    item_id=words,
    plugin=st.just("mss"),
    kind=st.just("mail"),
    key=words,
    state=st.just("filed"),
    received=instants,
    content=contents,
)
lines = st.builds(TrailLine, number=st.integers(1, 9), at=instants, hash=words, action=words, actor=words, detail=words)
records = st.builds(
    PortableRecord,
    patient=st.just(PATIENT),
    made=instants,
    sent=st.lists(sent(), max_size=3, unique_by=lambda one: one.document_id).map(tuple),
    items=st.lists(items, max_size=2).map(tuple),
    kept=st.dictionaries(
        st.sampled_from(["dmp", "mss"]),
        st.builds(
            KeptRecord,
            documents=st.lists(kept(), max_size=3, unique_by=lambda one: (one.holder, one.document_id)).map(tuple),
            state=words,
        ),
        max_size=2,
    ),
    audit=st.lists(lines, max_size=2).map(tuple),
)


@given(records)
def test_a_record_is_the_same_after_json(record: PortableRecord) -> None:
    assert from_json(to_json(record)) == record


@given(records)
def test_a_record_is_the_same_after_an_archive_whose_metadata_name_every_document(record: PortableRecord) -> None:
    archive = to_xdm(record, SUBMISSION, application=APPLICATION)
    assert from_xdm(archive) == record
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        names = {name for name in opened.namelist() if "/DOC" in name}
        metadata = etree.fromstring(opened.read("IHE_XDM/SUBSET01/METADATA.XML"))
    described = metadata.findall(".//{*}ExtrinsicObject")
    uris = {value.text for value in metadata.iterfind(".//{*}Slot[@name='URI']/{*}ValueList/{*}Value")}
    assert {f"IHE_XDM/SUBSET01/{uri}" for uri in uris} == names
    with_bytes = [one for one in record.sent if one.content is not None]
    with_bytes += [d for part in record.kept.values() for d in part.documents if d.content is not None and d.entry]  # type: ignore[misc]
    assert len(described) == len(with_bytes)


def one_letter() -> PortableRecord:
    content = b"<ClinicalDocument/>"
    letter = SentDocument(
        document_id="1.2.250.1",
        idempotency_key="L1",
        author="roux",
        series="1.2",
        set_id="1.3",
        submission_time="20260105080000",
        model="{}",
        entry=msgspec.json.encode(entry_of("1.2.250.1", "Lettre", content)).decode(),
        content=content,
        sha256=digest(content),
    )
    return PortableRecord(patient=PATIENT, made=datetime(2026, 1, 5, 8, tzinfo=UTC), sent=(letter,))


def test_the_metadata_of_an_archive_give_the_hash_that_was_sealed() -> None:
    archive = to_xdm(one_letter(), SUBMISSION, application=APPLICATION)
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        metadata = etree.fromstring(opened.read("IHE_XDM/SUBSET01/METADATA.XML"))
    hashes = [value.text for value in metadata.iterfind(".//{*}Slot[@name='hash']/{*}ValueList/{*}Value")]
    assert hashes == ["0" * 40]


def test_a_document_that_was_changed_in_the_archive_is_refused() -> None:
    archive = to_xdm(one_letter(), SUBMISSION, application=APPLICATION)
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<ClinicalDocument/>", b"<ClinicalDocumen7/>"))
    with pytest.raises(RecordUnreadable):
        from_xdm(changed.getvalue())


def test_a_document_that_was_changed_in_the_json_is_refused() -> None:
    record = one_letter()
    other = msgspec.structs.replace(record.sent[0], content=b"<other/>")
    with pytest.raises(RecordUnreadable):
        from_json(msgspec.json.encode(msgspec.structs.replace(record, sent=(other,))))


@pytest.mark.parametrize("content", [b"", b"PK", b"{}", b"[1]", b"\xff\xfe"])
def test_what_is_no_record_is_refused(content: bytes) -> None:
    with pytest.raises(RecordUnreadable):
        from_json(content)
    with pytest.raises(RecordUnreadable):
        from_xdm(content)


def test_a_record_of_a_later_version_is_refused() -> None:
    later = msgspec.structs.replace(one_letter(), version=2)
    with pytest.raises(RecordUnreadable, match="version"):
        from_json(msgspec.json.encode(later))
