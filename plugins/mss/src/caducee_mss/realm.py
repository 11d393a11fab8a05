"""Which INS belong to which environment: a test identity never enters production, nor a real one a test."""

from __future__ import annotations

from caducee.model.environment import Environment
from caducee.model.identity import INS_NIA, INS_NIR, INS_NIR_DEMO, INS_NIR_TEST

INS_OIDS = frozenset({INS_NIR, INS_NIA, INS_NIR_TEST, INS_NIR_DEMO})
_REAL = frozenset({INS_NIR, INS_NIA})


def oids_of(environment: Environment) -> frozenset[str]:
    """Return the OIDs under which an INS of this environment is known."""
    return _REAL if environment is Environment.PRODUCTION else INS_OIDS - _REAL


def counts_as_qualified(oid: str, environment: Environment) -> bool:
    """Say whether ``X-MSS-INS: O`` may be written for an INS under this OID.

    In production for the NIR only: whether a NIA may is disputed, and « N » is what no text forbids. Elsewhere for the
    NIR of test, so that what is tried is what will run.
    """
    return oid == (INS_NIR if environment is Environment.PRODUCTION else INS_NIR_TEST)
