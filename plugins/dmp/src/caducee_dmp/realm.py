"""Whose identities may be spoken of in which environment."""

from __future__ import annotations

from caducee.errors import InsNotQualified, RealmMixed
from caducee.model.entry import EntryPatientId
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIA, INS_NIR, INS_NIR_DEMO, INS_NIR_TEST, InsStatus
from caducee.model.patient import Patient

_PRODUCTION = frozenset({INS_NIR, INS_NIA})
_TEST = frozenset({INS_NIR_TEST, INS_NIR_DEMO})


def check_realm(identifier: EntryPatientId, environment: Environment) -> None:
    """Refuse an INS whose OID belongs to another environment.

    Raises:
        RealmMixed: a test matricule in production, or the reverse.
    """
    allowed = _PRODUCTION if environment is Environment.PRODUCTION else _TEST
    if identifier.oid not in allowed:
        raise RealmMixed(f"an INS of OID {identifier.oid} in {environment}")


def qualified_ins(patient: Patient, environment: Environment) -> EntryPatientId:
    """Return the matricule of a patient that may be asked about.

    Raises:
        InsNotQualified: the identity is not qualified (RNIV: only qualified identities leave).
        RealmMixed: it comes from another environment.
    """
    if patient.ins is None or patient.status is not InsStatus.QUALIFIED:
        raise InsNotQualified("the identity is not qualified")
    if patient.ins.environment is not environment:
        raise RealmMixed(f"identity of {patient.ins.environment}, plugin of {environment}")
    identifier = EntryPatientId(identifier=patient.ins.matricule, oid=patient.ins.oid)
    check_realm(identifier, environment)
    return identifier
