"""The XDS document entry of a sealed CDA: from the same header, never from elsewhere."""

from __future__ import annotations

from caducee.cda.header import Header, PatientRole, Professional
from caducee.cda.times import to_utc
from caducee.model.codes import Code
from caducee.model.entry import DocumentEntry, EntryOrganisation, EntryPatient, EntryPatientId, EntryPerson
from caducee.rendering.datatypes import CD, II


def derive(header: Header, *, class_: Code, format_: Code, sha1: bytes, size: int) -> DocumentEntry:
    """Return the entry whose attributes come from the header (CI-SIS, volet Partage de documents de santé).

    ``class_`` and ``format_`` are not in the header: association tables give them.
    """
    author = header.author
    structure = author.organisation
    return DocumentEntry(
        document_id=header.id.root,
        title=header.title,
        created_utc=to_utc(header.created),
        service_start_utc=to_utc(header.service.low),
        service_stop_utc=to_utc(header.service.high) if header.service.high else None,
        type=_code(header.type),
        class_=class_,
        format=format_,
        facility=_code(structure.sector),
        setting=_code(structure.setting),
        confidentiality=_code(header.confidentiality),
        author=_person(author),
        author_institution=EntryOrganisation(identifier=_extension(structure.id), name=structure.name),
        author_specialty=_code(author.specialty),
        legal_authenticator=_person(header.context.authenticator or author),
        patient_id=_patient_id(header.patient.ids[0]) if len(header.patient.ids) > 1 else None,
        source_patient_id=_patient_id(header.patient.ids[-1]),
        source_patient_info=_patient(header.patient),
        sha1=sha1.hex(),
        size=size,
        language=header.language,
        replaces=header.context.replaced.id.root if header.context.replaced else None,
    )


def _person(one: Professional) -> EntryPerson:
    return EntryPerson(identifier=_extension(one.id), family_name=one.family, given_name=one.given)


def _patient(role: PatientRole) -> EntryPatient:
    return EntryPatient(
        birth_name=role.birth_name,
        given_name=role.first_given_name,
        birth_date=role.birth_time,
        # HL7 v2 says U where the value set of the CDA header says UN.
        sex="U" if role.gender.code == "UN" else role.gender.code,
        used_name=role.used_name,
        used_given_name=role.used_given_name,
    )


def _patient_id(identifier: II) -> EntryPatientId:
    return EntryPatientId(identifier=_extension(identifier), oid=identifier.root)


def _extension(identifier: II) -> str:
    return identifier.extension or ""


def _code(code: CD) -> Code:
    return Code(code.code, code.system, code.display or "")
