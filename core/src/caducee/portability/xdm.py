"""A record as IHE_XDM: every document under its metadata, and beside them one file with all that XDM has no place for.

Any software that reads IHE_XDM finds the documents; ``RECORD.JSN`` makes the same record of the archive again.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping

import msgspec

from caducee.errors import RecordUnreadable
from caducee.model.entry import DocumentEntry, EntryPatientId
from caducee.model.patient import Patient
from caducee.portability.json import from_json, to_json
from caducee.portability.model import PortableRecord, digest
from caducee.wire import xdm
from caducee.wire.xds.ebrim import AuthorSlots, Coded, ExtrinsicObject, coded
from caducee.wire.xds.entry import CLASS, CONFIDENTIALITY, EVENT, FACILITY, FORMAT, SETTING, TYPE, WithoutIns, extrinsic
from caducee.wire.xds.found import FoundEntry
from caducee.wire.xds.hl7v2 import cx, kind_of
from caducee.wire.xds.submission import SubmissionSet

_RECORD = f"{xdm.SUBSET}/RECORD.JSN"
_LARGEST = 4_000_000_000
Key = tuple[str, ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the bytes of a document stand in the archive, and what they hash to."""

    key: Key
    name: str
    sha256: str


class _Carried(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``RECORD.JSN``: the record without the bytes that stand beside it."""

    record: msgspec.Raw
    files: tuple[_File, ...]


def to_xdm(record: PortableRecord, submission: SubmissionSet, *, application: xdm.Application) -> bytes:
    """Write a record. ``submission`` says who hands it over, when and under which identifiers.

    A document whose bytes are not here is described in ``RECORD.JSN`` only.

    Raises:
        DocumentInvalid: a text that XML cannot carry.
    """
    described: list[tuple[ExtrinsicObject, bytes]] = []
    files = []
    for key, entry, content in _documents(record, submission.patient):
        number = len(described) + 1
        described.append((msgspec.structs.replace(entry, id=f"Document{number:02}"), content))
        files.append(_File(key, xdm.document_name(number), digest(content)))
    emptied = _with_contents(record, dict.fromkeys(file.key for file in files))
    carried = msgspec.json.encode(_Carried(msgspec.Raw(to_json(emptied)), tuple(files)))
    return xdm.write_described(submission, tuple(described), application=application, beside=(("RECORD.JSN", carried),))


def from_xdm(archive: bytes) -> PortableRecord:
    """Read a record that ``to_xdm`` wrote, and compare each document with its hash.

    Raises:
        RecordUnreadable: not such an archive, or documents that are not those that were written.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            if sum(one.file_size for one in opened.infolist()) > _LARGEST:
                raise RecordUnreadable("an archive larger than any record")
            carried = msgspec.json.decode(opened.read(_RECORD), type=_Carried)
            contents = {file.key: opened.read(f"{xdm.SUBSET}/{file.name}") for file in carried.files}
    except (zipfile.BadZipFile, KeyError, NotImplementedError, msgspec.MsgspecError, UnicodeDecodeError):
        raise RecordUnreadable("not the archive of a record") from None
    if any(digest(contents[file.key]) != file.sha256 for file in carried.files):
        raise RecordUnreadable("a document does not have the hash that was written with it")
    return _with_contents(from_json(bytes(carried.record)), contents)


def _documents(record: PortableRecord, patient: EntryPatientId) -> Iterator[tuple[Key, ExtrinsicObject, bytes]]:
    for document in record.sent:
        if document.content is not None:
            entry = msgspec.json.decode(document.entry, type=DocumentEntry)
            described = extrinsic(entry, symbol="", with_hash=True, without_ins=WithoutIns.LOCAL)
            yield ("sent", document.document_id), described, document.content
    for plugin, kept in record.kept.items():
        for one in kept.documents:
            if one.content is not None and one.entry:
                found = msgspec.json.decode(one.entry, type=FoundEntry)
                described = _received(found, patient, record.patient, size=len(one.content))
                yield ("kept", plugin, one.holder, one.document_id), described, one.content


def _with_contents(record: PortableRecord, contents: Mapping[Key, bytes | None]) -> PortableRecord:
    """Return the record with other bytes for the documents that are named."""
    sent = tuple(
        msgspec.structs.replace(one, content=contents.get(("sent", one.document_id), one.content))
        for one in record.sent
    )
    kept = {
        plugin: msgspec.structs.replace(
            part,
            documents=tuple(
                msgspec.structs.replace(
                    one, content=contents.get(("kept", plugin, one.holder, one.document_id), one.content)
                )
                for one in part.documents
            ),
        )
        for plugin, part in record.kept.items()
    }
    return msgspec.structs.replace(record, sent=sent, kept=kept)


def _received(entry: FoundEntry, patient: EntryPatientId, local: Patient, *, size: int) -> ExtrinsicObject:
    """Describe what came from a registry: what it said, the patient as the practice names them.

    The registry does not say who authenticated the document: the author is named (assumed).
    """
    author = next(iter(entry.authors), "")
    codes: list[Coded] = [
        coded(scheme, code)
        for scheme, code in (
            (CLASS, entry.class_),
            (TYPE, entry.type),
            *((CONFIDENTIALITY, code) for code in entry.confidentiality),
            (FORMAT, entry.format),
            (FACILITY, entry.facility),
            (SETTING, entry.setting),
            *((EVENT, code) for code in entry.events),
        )
        if code is not None
    ]
    return ExtrinsicObject(
        id="",
        mime_type=entry.mime_type,
        created=entry.created_utc,
        hash=entry.sha1 or None,
        language=entry.language or "fr-FR",
        legal_authenticator=author,
        service_start=entry.service_start_utc,
        service_stop=entry.service_stop_utc or None,
        size=str(size),
        source_patient_id=cx(patient, kind_of(patient)),
        source_patient_info=(f"PID-5|{local.traits.birth_name}^{local.traits.given_names[0]}^^^^^L",),
        title=entry.title,
        author=AuthorSlots(author, "", next(iter(entry.institutions), "")),
        codes=tuple(codes),
        patient_id=cx(patient, kind_of(patient)),
        unique_id=entry.document_id,
    )
