"""From a document at the desk to the header that is rendered. Pure."""

from __future__ import annotations

from unicodedata import normalize

from caducee.cda.header import N1, Organisation, PatientRole, Period, Professional
from caducee.cda.oids import GENDER, LANGUAGE, PDF_MEDIA_TYPE, PROFESSIONAL, STRUCTURE
from caducee.documents.ports import Identifiers
from caducee.model.codes import Code
from caducee.model.document import Document
from caducee.model.identity import Ins, InsStatus, Sex
from caducee.model.patient import Address, Patient
from caducee.model.practice import Organisation as Structure
from caducee.model.practice import Practitioner
from caducee.rendering.datatypes import CD, II, TEL

PREFIXES = frozenset({"M", "MME"})
SUFFIXES = frozenset({"DR", "MC", "MG", "PC", "PG", "PR"})

GENDERS = {
    Sex.FEMALE: CD("F", GENDER, "Féminin"),
    Sex.MALE: CD("M", GENDER, "Masculin"),
    Sex.INDETERMINATE: CD("UN", GENDER, "Inconnu"),
}


def build(
    document: Document, author: Practitioner, identifiers: Identifiers, *, confidentiality: Code, oid_root: str
) -> N1:
    """Return the header and body of a checked document.

    ``oid_root`` is the arc under which this installation gives patients their local identifiers.
    """
    return N1(
        id=II(identifiers.document_id),
        type=coded(document.type),
        title=_nfc(document.title),
        created=document.created,
        confidentiality=coded(confidentiality),
        language=LANGUAGE,
        series=II(identifiers.series),
        version=identifiers.version,
        patient=patient_role(document.patient, oid_root),
        author=professional(author),
        service=Period(document.service_start, document.service_stop),
        media_type=PDF_MEDIA_TYPE,
        body=document.body.content,
    )


def shared_ins(patient: Patient) -> Ins | None:
    """Return the INS that a document may carry: a qualified one only (RNIV)."""
    return patient.ins if patient.status is InsStatus.QUALIFIED else None


def patient_role(patient: Patient, oid_root: str) -> PatientRole:
    """Return the patient with the INS first, when it is qualified, then the local identifier."""
    ins = shared_ins(patient)
    local = II(oid_root, patient.local_id)
    traits = patient.traits
    return PatientRole(
        ids=(II(ins.oid, ins.matricule), local) if ins else (local,),
        birth_name=_nfc(traits.birth_name),
        given_names=_nfc(" ".join(traits.given_names)),
        first_given_name=_nfc(traits.given_names[0]),
        used_name=_nfc(patient.used_name) if patient.used_name else None,
        used_given_name=_nfc(patient.used_given_name) if patient.used_given_name else None,
        gender=GENDERS[traits.sex],
        birth_time=traits.birth_date.replace("-", ""),
        birth_place=traits.birth_place,
        address=_lines(patient.address),
        telecom=_telecom(patient.phone, patient.email, None),
    )


def professional(author: Practitioner) -> Professional:
    """Return the author with their structure."""
    title = author.title
    return Professional(
        id=II(PROFESSIONAL, author.identifier),
        specialty=coded(author.author_specialty),
        family=_nfc(author.family_name),
        given=_nfc(author.given_name),
        prefix=title if title in PREFIXES else None,
        suffix=title if title in SUFFIXES else None,
        organisation=organisation(author.organisation),
    )


def organisation(structure: Structure) -> Organisation:
    """Return a structure."""
    return Organisation(
        id=II(STRUCTURE, structure.identifier),
        name=_nfc(structure.name),
        sector=coded(structure.sector),
        setting=coded(structure.setting),
        address=_lines(structure.address),
        telecom=_telecom(structure.phone, None, "WP"),
    )


def coded(code: Code) -> CD:
    """Return a code as the header carries it."""
    return CD(code.code, code.system, code.display)


def _lines(address: Address | None) -> tuple[str, ...]:
    if address is None:
        return ()
    town = f"{address.postal_code} {address.city}".strip()
    return tuple(_nfc(line) for line in (*address.lines, town, address.country) if line)


def _telecom(phone: str | None, email: str | None, use: str | None) -> tuple[TEL, ...]:
    addresses = []
    if phone:
        addresses.append(TEL("tel:" + "".join(c for c in phone if c.isdigit() or c == "+"), use))
    if email:
        addresses.append(TEL(f"mailto:{email}"))
    return tuple(addresses)


def _nfc(text: str) -> str:
    """Composed characters: the same name is the same bytes, however the desk typed it (Unicode, UAX 15)."""
    return normalize("NFC", text)
