"""Addresses: their form, and that of a patient, which comes from a qualified INS and from nothing else."""

from __future__ import annotations

import re

from caducee.errors import RealmMixed
from caducee.model.environment import Environment
from caducee.model.identity import InsStatus
from caducee.model.nir import is_matricule
from caducee.model.patient import Patient
from caducee_mss.message.errors import PatientAddressRefused
from caducee_mss.message.mail import PATIENT_DOMAIN
from caducee_mss.realm import oids_of

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[^\W_](?:(?:[^\W_]|-)*[^\W_])?"
_ADDRESS = re.compile(rf"({_LOCAL})@({_LABEL}(?:\.{_LABEL})+)")


def is_address(text: str) -> bool:
    """Say whether a text is one bare address: ASCII before the ``@``, a domain that the network can write."""
    found = _ADDRESS.fullmatch(text)
    if found is None or len(found[1]) > 64 or len(text) > 254:
        return False
    try:
        return len(found[2].encode("idna")) <= 253
    except UnicodeError:
        return False


def patient_address(patient: Patient, *, environment: Environment, domain: str = PATIENT_DOMAIN) -> str:
    """Return ``<matricule>@patient.mssante.fr``.

    A minor is written to at their own address, never at a parent's: it is their own INS. A letter of a Corsican
    matricule is kept (assumed).

    Raises:
        PatientAddressRefused: the identity is not qualified, or its matricule is not one (MSSanté, ECO.2.2.6).
        RealmMixed: the INS comes from another environment.
    """
    if patient.ins is None or patient.status is not InsStatus.QUALIFIED:
        raise PatientAddressRefused("not a qualified identity")
    if patient.ins.environment is not environment or patient.ins.oid not in oids_of(environment):
        raise RealmMixed("an INS of another environment")
    if not is_matricule(patient.ins.matricule):
        raise PatientAddressRefused("not a matricule")
    return f"{patient.ins.matricule}@{domain}"


def is_patient_address(address: str, domain: str = PATIENT_DOMAIN) -> bool:
    """Say whether an address is that of a patient."""
    return address.lower().endswith(f"@{domain.lower()}")
