"""Seals a document as its JSON, for tests that are not about documents: a true entry, true hashes, no CDA."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import msgspec

from caducee.documents.ports import Identifiers, Sealed
from caducee.errors import Finding
from caducee.model.codes import Code
from caducee.model.document import Document
from caducee.model.entry import DocumentEntry, EntryOrganisation, EntryPatient, EntryPatientId, EntryPerson
from caducee.model.patient import Patient
from caducee.model.practice import Practitioner

_PDF = Code("urn:ihe:iti:xds-sd:pdf:2008", "1.3.6.1.4.1.19376.1.2.3", "Document au format PDF")
_REPORT = Code("10", "1.2.250.1.213.1.1.4.1", "Compte rendu")
_NORMAL = Code("N", "2.16.840.1.113883.5.25", "Normal")
_LOCAL = "1.2.250.1.999.1.2"


class LenientChecker:
    """Finds nothing wrong with any document."""

    def check(self, document: Document, author: Practitioner) -> tuple[Finding, ...]:  # noqa: ARG002
        """Return no finding."""
        return ()


class JsonSealer:
    """Seals a document as its JSON."""

    def seal(self, document: Document, author: Practitioner, identifiers: Identifiers) -> Sealed:
        """Return the JSON, its hashes and its document entry."""
        content = msgspec.json.encode(document)
        sha1 = hashlib.sha1(content, usedforsecurity=False).digest()
        entry = _entry(document, author, identifiers.document_id, sha1=sha1, size=len(content))
        return Sealed(
            document=content, sha1=sha1, sha256=hashlib.sha256(content).digest(), entry=msgspec.json.encode(entry)
        )


def _entry(document: Document, author: Practitioner, document_id: str, *, sha1: bytes, size: int) -> DocumentEntry:
    person = EntryPerson(identifier=author.identifier, family_name=author.family_name, given_name=author.given_name)
    patient, organisation = document.patient, author.organisation
    ins = EntryPatientId(identifier=patient.ins.matricule, oid=patient.ins.oid) if patient.ins else None
    return DocumentEntry(
        document_id=document_id,
        title=document.title,
        created_utc=_utc(document.created),
        service_start_utc=_utc(document.service_start),
        service_stop_utc=_utc(document.service_stop) if document.service_stop else None,
        type=document.type,
        class_=_REPORT,
        format=_PDF,
        facility=organisation.sector,
        setting=organisation.setting,
        confidentiality=_NORMAL,
        author=person,
        author_institution=EntryOrganisation(identifier=organisation.identifier, name=organisation.name),
        author_specialty=author.author_specialty,
        legal_authenticator=person,
        patient_id=ins,
        source_patient_id=EntryPatientId(identifier=patient.local_id, oid=_LOCAL),
        source_patient_info=_traits(patient),
        sha1=sha1.hex(),
        size=size,
    )


def _traits(patient: Patient) -> EntryPatient:
    traits = patient.traits
    return EntryPatient(
        birth_name=traits.birth_name,
        given_name=traits.given_names[0],
        birth_date=traits.birth_date.replace("-", ""),
        sex="U" if traits.sex == "I" else traits.sex,
    )


def _utc(hl7: str) -> str:
    try:
        return datetime.strptime(hl7, "%Y%m%d%H%M%S%z").astimezone(UTC).strftime("%Y%m%d%H%M%S")
    except ValueError:  # nobody has checked this document
        return hl7
