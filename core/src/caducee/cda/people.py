"""People and structures, from the model to the header. Pure."""

from __future__ import annotations

from unicodedata import normalize

from caducee.cda.header import Organisation, PatientRole, Person, Professional
from caducee.cda.oids import GENDER, PROFESSIONAL, STRUCTURE
from caducee.model.codes import Code
from caducee.model.encounter import Relative
from caducee.model.identity import Ins, InsStatus, Sex
from caducee.model.patient import Address, Guardian, Patient
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
        birth_name=nfc(traits.birth_name),
        given_names=nfc(" ".join(traits.given_names)),
        first_given_name=nfc(traits.given_names[0]),
        used_name=nfc(patient.used_name) if patient.used_name else None,
        used_given_name=nfc(patient.used_given_name) if patient.used_given_name else None,
        gender=GENDERS[traits.sex],
        birth_time=traits.birth_date.replace("-", ""),
        birth_place=traits.birth_place,
        address=lines(patient.address),
        telecom=_telecom(patient.phone, patient.email, None),
        guardians=tuple(map(person, patient.guardians)),
    )


def person(known: Guardian | Relative) -> Person:
    """Return somebody who is no professional."""
    return Person(
        family=nfc(known.family_name),
        given=nfc(known.given_name) or None,
        address=lines(known.address),
        telecom=_telecom(known.phone, known.email, None),
    )


def professional(author: Practitioner) -> Professional:
    """Return the author with their structure."""
    title = author.title
    return Professional(
        id=II(PROFESSIONAL, author.identifier),
        specialty=coded(author.author_specialty),
        family=nfc(author.family_name),
        given=nfc(author.given_name),
        prefix=title if title in PREFIXES else None,
        suffix=title if title in SUFFIXES else None,
        organisation=organisation(author.organisation),
    )


def organisation(structure: Structure) -> Organisation:
    """Return a structure."""
    return Organisation(
        id=II(STRUCTURE, structure.identifier),
        name=nfc(structure.name),
        sector=coded(structure.sector),
        setting=coded(structure.setting),
        address=lines(structure.address),
        telecom=_telecom(structure.phone, None, "WP"),
    )


def coded(code: Code) -> CD:
    """Return a code as the header carries it."""
    return CD(code.code, code.system, code.display)


def lines(address: Address | None) -> tuple[str, ...]:
    """Return an address as lines."""
    if address is None:
        return ()
    town = f"{address.postal_code} {address.city}".strip()
    return tuple(nfc(line) for line in (*address.lines, town, address.country) if line)


def _telecom(phone: str | None, email: str | None, use: str | None) -> tuple[TEL, ...]:
    addresses = []
    if phone:
        addresses.append(TEL("tel:" + "".join(c for c in phone if c.isdigit() or c == "+"), use))
    if email:
        addresses.append(TEL(f"mailto:{email}"))
    return tuple(addresses)


def nfc(text: str) -> str:
    """Composed characters: the same name is the same bytes, however the desk typed it (Unicode, UAX 15)."""
    return normalize("NFC", text)
