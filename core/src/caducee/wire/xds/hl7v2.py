"""HL7 v2 data types inside XDS metadata (IHE ITI TF-3, table 4.2.3.1.7-2): CX, XCN, XON, PID fields."""

from __future__ import annotations

import re
from functools import lru_cache

from caducee.model.codes import Code
from caducee.model.entry import EntryOrganisation, EntryPatient, EntryPatientId, EntryPerson
from caducee.model.identity import INS_NIA, INS_NIR, INS_NIR_DEMO, INS_NIR_TEST

_INS = frozenset({INS_NIR, INS_NIA, INS_NIR_TEST, INS_NIR_DEMO})
_PS_ROOT = "1.2.250.1.71.4.2.1"
_STRUCTURE_ROOT = "1.2.250.1.71.4.2.2"
_ESCAPES = str.maketrans({"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"})
_DELIMITERS = {"E": "\\", "F": "|", "S": "^", "T": "&", "R": "~"}
_SEQUENCE = re.compile(r"\\([EFSTR])\\")
# A practice has few professionals and codes: they are printed once. Patients are not kept.
_remembered = lru_cache(maxsize=512)


def escape(value: str) -> str:
    """Escape the delimiters of HL7 v2, so that a name can never open another component."""
    return value if value.isalnum() else value.translate(_ESCAPES)


def unescape(value: str) -> str:
    """Read what ``escape`` wrote; an unknown sequence stays as it is."""
    return _SEQUENCE.sub(lambda found: _DELIMITERS[found[1]], value)


def kind_of(identifier: EntryPatientId) -> str:
    """Return the type of an identifier: ``NH`` for an INS, ``PI`` for any other."""
    return "NH" if identifier.oid in _INS else "PI"


def cx(identifier: EntryPatientId, kind: str) -> str:
    """Print a patient identifier. ``kind`` is ``NH`` for an INS and ``PI`` for the identifier of a practice."""
    return f"{escape(identifier.identifier)}^^^&{identifier.oid}&ISO^{kind}"


@_remembered
def xcn(person: EntryPerson) -> str:
    """Print a professional by their PS_IdNat; one with a slash is internal to a structure (type EI)."""
    kind = "EI" if "/" in person.identifier else "IDNPS"
    names = f"{escape(person.family_name)}^{escape(person.given_name)}"
    return f"{escape(person.identifier)}^{names}^^^^^^&{_PS_ROOT}&ISO^D^^^{kind}"


@_remembered
def xon(organisation: EntryOrganisation) -> str:
    """Print a structure by its Struct_IdNat."""
    return f"{escape(organisation.name)}^^^^^&{_STRUCTURE_ROOT}&ISO^IDNST^^^{escape(organisation.identifier)}"


@_remembered
def coded(code: Code) -> str:
    """Print a code with its text and its system, as ``authorSpecialty`` wants it."""
    return f"{escape(code.code)}^{escape(code.display)}^{code.system}"


def source_patient_info(patient: EntryPatient) -> tuple[str, ...]:
    """Print the traits: birth name, used name when there is one, birth date, sex."""
    values = [f"PID-5|{escape(patient.birth_name)}^{escape(patient.given_name)}^^^^^L"]
    if patient.used_name is not None or patient.used_given_name is not None:
        family = escape(patient.used_name or patient.birth_name)
        values.append(f"PID-5|{family}^{escape(patient.used_given_name or patient.given_name)}^^^^^D")
    return (*values, f"PID-7|{patient.birth_date}", f"PID-8|{patient.sex}")
