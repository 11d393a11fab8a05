"""The HL7 v2 strings inside XDS metadata: CX (patient), XCN (person), XON (structure)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from caducee_sandbox.people import BY_INS, PERSONS_OID, STRUCTURES_OID, TEST_OID, Patient

ESCAPES = {"E": "\\", "F": "|", "S": "^", "T": "&", "R": "~"}
ESCAPED = re.compile(r"\\([EFSTR])\\")
CX = re.compile(r"([^^]+)\^\^\^&([0-9.]+)&ISO\^(NH|PI)(\^\^\d{8})?")


@dataclass(frozen=True)
class PatientId:
    """A patient identifier: ``extension`` within the authority ``root``; ``kind`` is NH (INS) or PI (local)."""

    extension: str
    root: str
    kind: str

    @property
    def patient(self) -> Patient | None:
        """The patient of the test realm that it names."""
        return BY_INS.get(self.extension) if self.root == TEST_OID and self.kind == "NH" else None

    def __str__(self) -> str:
        return f"{self.extension}^^^&{self.root}&ISO^{self.kind}"


@dataclass(frozen=True)
class Person:
    """A professional in metadata."""

    identifier: str
    family: str
    given: str


def read_patient_id(value: str) -> PatientId | None:
    """Read a CX; a birth date in CX.7 is accepted and left aside. None when it is not a CX."""
    found = CX.fullmatch(value)
    return PatientId(unescaped(found.group(1)), found.group(2), found.group(3)) if found else None


def read_person(value: str) -> Person | None:
    """Read the XCN of a professional with a national identifier; None when it is not one."""
    parts = value.split("^")
    kind = "EI" if "/" in parts[0] else "IDNPS"
    if len(parts) != 13 or parts[8] != f"&{PERSONS_OID}&ISO" or parts[9] != "D" or parts[12] != kind:
        return None
    return Person(*map(unescaped, parts[:3])) if all(parts[:3]) and not any(parts[3:8] + parts[10:12]) else None


def read_structure(value: str) -> str:
    """Return the Struct_IdNat of an XON; empty when it is not one."""
    parts = value.split("^")
    if len(parts) != 10 or parts[5] != f"&{STRUCTURES_OID}&ISO" or parts[6] != "IDNST":
        return ""
    return unescaped(parts[9]) if parts[0] and not any(parts[1:5] + parts[7:9]) else ""


def read_patient_info(values: list[str]) -> dict[str, list[str]]:
    """Return the fields of sourcePatientInfo by their name (PID-5 may be repeated)."""
    fields: dict[str, list[str]] = {}
    for value in values:
        key, _, content = value.partition("|")
        fields.setdefault(key, []).append(content)
    return fields


def unescaped(value: str) -> str:
    """Undo the escapes of HL7 v2 delimiters."""
    return ESCAPED.sub(lambda found: ESCAPES[found.group(1)], value)
