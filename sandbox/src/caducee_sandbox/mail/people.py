"""Who has which mailbox. Every domain ends in ``test.mssante.fr``: none of them exists."""

from __future__ import annotations

from dataclasses import dataclass

from caducee_sandbox.people import BY_INS, DOCTORS, ROUX, ROUX_PRACTICE

DOMAINS = ("medecin.test.mssante.fr", "cabinet.test.mssante.fr", "patient.test.mssante.fr")
PATIENTS_DOMAIN = DOMAINS[2]


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A mailbox of a professional, an organisation or a program.

    ``doctors`` are the PS_IdNat whose token opens it; ``certificate`` is the OU and CN of the software certificate
    that does.
    """

    address: str
    kind: str
    doctors: tuple[str, ...] = ()
    certificate: tuple[str, str] | None = None


HOLDERS = (
    *(
        Holder(address=f"{d.given}.{d.family}@{DOMAINS[0]}".lower(), kind="PER", doctors=(d.identifier,))
        for d in DOCTORS
    ),
    Holder(address=f"secretariat.roux@{DOMAINS[1]}", kind="ORG", doctors=(ROUX.identifier,)),
    Holder(address=f"logiciel.roux@{DOMAINS[1]}", kind="APP", certificate=(ROUX_PRACTICE.identifier, "DMP-CABINET")),
)
BY_ADDRESS = {holder.address: holder for holder in HOLDERS}


def patient_address(ins: str) -> str:
    """Return the address of a patient: the matricule of 15 characters."""
    return f"{ins.lower()}@{PATIENTS_DOMAIN}"


def patient_box(address: str) -> str:
    """Say what a patient's address leads to: ``open``, ``closed``, ``none``, or ``invalid``.

    Mon espace santé follows the record: a terminated one has closed its mailbox, without record there is none.
    """
    ins = address.split("@")[0].upper()
    if len(ins) != 15:
        return "invalid"
    patient = BY_INS.get(ins)
    if patient is None:
        return "none"
    return {"active": "open", "terminated": "closed"}.get(patient.record, "none")


def is_patient(address: str) -> bool:
    """Say whether an address is in the domain of the patients."""
    return address.lower().endswith(f"@{PATIENTS_DOMAIN}")
