"""A document entry as ebRIM (IHE ITI TF-3, 4.2.3.2; attributes of the DMP)."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

from caducee.errors import InsNotQualified
from caducee.model.codes import Code
from caducee.model.entry import DocumentEntry, EntryOrganisation, EntryPatientId, EntryPerson
from caducee.wire.xds.ebrim import AuthorSlots, Coded, ExtrinsicObject
from caducee.wire.xds.ebrim import coded as classified
from caducee.wire.xds.hl7v2 import coded, cx, kind_of, source_patient_info, xcn, xon

AUTHOR = "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d"
UNIQUE_ID = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"
CLASS = "urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a"
TYPE = "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983"
FORMAT = "urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d"
CONFIDENTIALITY = "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f"
FACILITY = "urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1"
SETTING = "urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead"
EVENT = "urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4"


class WithoutIns(StrEnum):
    """What names the patient of a document sealed without an INS (no public text says it: a choice of the sender).

    ``LOCAL``: the identifier of the sender's records. ``REFUSE``: nothing does, the document is refused.
    """

    REFUSE = "refuse"
    LOCAL = "local"


def ins_of(entry: DocumentEntry) -> EntryPatientId:
    """Return the INS of an entry.

    Raises:
        InsNotQualified: the document was sealed without one.
    """
    if entry.patient_id is None:
        raise InsNotQualified("the document was sealed without an INS")
    return entry.patient_id


def patient_of(entry: DocumentEntry, without_ins: WithoutIns) -> EntryPatientId:
    """Return under which identifier the patient of an entry is named.

    Raises:
        InsNotQualified: the document was sealed without an INS, and nothing may stand in for it.
    """
    if entry.patient_id is None and without_ins is WithoutIns.LOCAL:
        return entry.source_patient_id
    return ins_of(entry)


def extrinsic(
    entry: DocumentEntry,
    *,
    symbol: str,
    with_hash: bool,
    more_confidentiality: tuple[Code, ...] = (),
    without_ins: WithoutIns = WithoutIns.REFUSE,
) -> ExtrinsicObject:
    """Return the ExtrinsicObject of an entry. ``symbol`` is its id in this request, and of its document part."""
    patient = patient_of(entry, without_ins)
    return ExtrinsicObject(
        id=symbol,
        mime_type=entry.mime_type,
        created=entry.created_utc,
        hash=entry.sha1 if with_hash else None,
        language=entry.language,
        legal_authenticator=xcn(entry.legal_authenticator),
        service_start=entry.service_start_utc,
        service_stop=entry.service_stop_utc,
        size=str(entry.size) if with_hash else None,
        source_patient_id=cx(entry.source_patient_id, kind_of(entry.source_patient_id)),
        source_patient_info=source_patient_info(entry.source_patient_info),
        title=entry.title,
        author=_author(entry.author, entry.author_specialty, entry.author_institution),
        codes=_codes(
            entry.class_,
            entry.type,
            (entry.confidentiality, *more_confidentiality),
            entry.format,
            entry.facility,
            entry.setting,
        ),
        patient_id=cx(patient, kind_of(patient)),
        unique_id=entry.document_id,
    )


# A practice has few authors and few kinds of documents: what is the same for all of a kind is made once.
@lru_cache(maxsize=512)
def _author(author: EntryPerson, specialty: Code, institution: EntryOrganisation) -> AuthorSlots:
    return AuthorSlots(xcn(author), coded(specialty), xon(institution))


@lru_cache(maxsize=512)
def _codes(
    class_: Code, type_: Code, confidentialities: tuple[Code, ...], format_: Code, facility: Code, setting: Code
) -> tuple[Coded, ...]:
    return (
        classified(CLASS, class_),
        classified(TYPE, type_),
        *[classified(CONFIDENTIALITY, code) for code in confidentialities],
        classified(FORMAT, format_),
        classified(FACILITY, facility),
        classified(SETTING, setting),
    )
