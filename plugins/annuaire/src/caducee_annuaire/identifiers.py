"""National identifiers of persons and structures, as the directory and its callers write them.

The PS_IdNat is one digit for the kind of number and the number: ``8`` and the RPPS of 11 digits. The directory gives it
under ``urn:oid:1.2.250.1.71.4.2.1``, or the bare RPPS under a system of its own whose host changed between versions.
"""

from __future__ import annotations

import re

from caducee_annuaire.errors import QuestionInvalid, wrong
from caducee_annuaire.fhir.model import Resource

PERSONS = "urn:oid:1.2.250.1.71.4.2.1"
STRUCTURES = "urn:oid:1.2.250.1.71.4.2.2"
_RPPS = re.compile(r"[0-9]{11}")
_NUMBER = re.compile(r"[0-9]{9,12}")
_IDNPS = re.compile(r"8[0-9]{11}")
_STRUCTURE = re.compile(r"[0-9A-Za-z]{9,20}")


def rpps_of(identifier: str) -> str:
    """Return the number that the directory is asked with: the RPPS, or another PS_IdNat as it is (ADELI).

    Raises:
        QuestionInvalid: neither; nothing is sent.
    """
    bare = re.sub(r"\s", "", identifier)
    if _IDNPS.fullmatch(bare):
        return bare[1:]
    if _NUMBER.fullmatch(bare):
        return bare
    raise wrong(
        QuestionInvalid,
        "identifier",
        "identifier",
        "un identifiant de professionnel est un RPPS de 11 chiffres, ou « 8 » suivi de celui-ci (ou « 0 » et l'ADELI).",
    )


def structure_of(identifier: str) -> str:
    """Return the structure identifier that the directory is asked with.

    Raises:
        QuestionInvalid: it cannot be one; nothing is sent.
    """
    bare = re.sub(r"\s", "", identifier)
    if not _STRUCTURE.fullmatch(bare):
        message = "un identifiant de structure est fait de 9 à 20 chiffres ou lettres (FINESS, SIRET, RPPS-rang)."
        raise wrong(QuestionInvalid, "identifier", "identifier", message)
    return bare


def idnps(number: str) -> str:
    """Return the PS_IdNat of an RPPS; any other number stays as it is."""
    return f"8{number}" if _RPPS.fullmatch(number) else number


def national_identifier(resource: Resource) -> str:
    """Return the PS_IdNat of a person; the first identifier when none is one, empty when there is none at all."""
    for one in resource.identifier:
        if one.system == PERSONS and one.value:
            return one.value
    for one in resource.identifier:
        if "rpps" in one.system.lower() and _RPPS.fullmatch(one.value):
            return idnps(one.value)
    return next((one.value for one in resource.identifier if one.value), "")


def structure_identifier(resource: Resource) -> str:
    """Return the national identifier of a structure: the Struct_IdNat, else the FINESS, else what there is."""
    for mark in (STRUCTURES, "finess"):
        for one in resource.identifier:
            if mark in one.system.lower() and one.value:
                return one.value
    return next((one.value for one in resource.identifier if one.value), "")
