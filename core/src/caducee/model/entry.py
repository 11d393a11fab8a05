"""The XDS document entry: what a registry knows of a document, derived from its CDA header."""

from __future__ import annotations

import msgspec

from caducee.model.codes import Code


class EntryPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A professional as the metadata name them: the parts of an HL7 v2 XCN. ``identifier`` is the PS_IdNat."""

    identifier: str
    family_name: str
    given_name: str


class EntryOrganisation(msgspec.Struct, frozen=True, kw_only=True):
    """A structure as the metadata name it: the parts of an HL7 v2 XON. ``identifier`` is the Struct_IdNat."""

    identifier: str
    name: str


class EntryPatientId(msgspec.Struct, frozen=True, kw_only=True):
    """An identifier of the patient and the OID of who gave it: the parts of an HL7 v2 CX."""

    identifier: str
    oid: str


class EntryPatient(msgspec.Struct, frozen=True, kw_only=True):
    """The traits that ``sourcePatientInfo`` carries.

    ``birth_date`` is ``YYYYMMDD``, ``sex`` one of ``M F U``. ``given_name`` is the first birth given name.
    """

    birth_name: str
    given_name: str
    birth_date: str
    sex: str
    used_name: str | None = None
    used_given_name: str | None = None


class DocumentEntry(msgspec.Struct, frozen=True, kw_only=True):
    """The metadata of one document (IHE ITI TF-3, 4.2.3.2), consistent with its CDA header.

    Times are UTC, ``YYYYMMDDhhmmss``. ``sha1`` is in hexadecimal, ``size`` in bytes: both of the exact bytes that are
    sent. ``patient_id`` is the INS; it is ``None`` in a document sealed without one, which no shared registry takes.
    ``replaces`` is the identifier of the document of which this is the next version.
    """

    document_id: str
    title: str
    created_utc: str
    service_start_utc: str
    service_stop_utc: str | None
    type: Code
    class_: Code = msgspec.field(name="class")
    format: Code
    facility: Code
    setting: Code
    confidentiality: Code
    author: EntryPerson
    author_institution: EntryOrganisation
    author_specialty: Code
    legal_authenticator: EntryPerson
    patient_id: EntryPatientId | None
    source_patient_id: EntryPatientId
    source_patient_info: EntryPatient
    sha1: str
    size: int
    language: str = "fr-FR"
    mime_type: str = "text/xml"
    replaces: str | None = None
