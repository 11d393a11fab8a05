from __future__ import annotations

from datetime import date

import pytest

from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST, Ins, InsStatus, Sex, Traits
from caducee.model.patient import Address, Patient
from caducee.model.practice import Organisation, Practitioner
from caducee.paper import Letter
from caducee.terminology import TableName, Terminology

_TERMS = Terminology.load()

ROUX = Practitioner(
    identifier="899700000017",
    family_name="Roux",
    given_name="Camille",
    title="DR",
    profession=_TERMS.code(TableName.PROFESSION, "10"),
    specialty=_TERMS.code(TableName.SPECIALTY, "SM26"),
    author_specialty=_TERMS.code(TableName.AUTHOR_SPECIALTY, "G15_10/SM26"),
    organisation=Organisation(
        identifier="499700000017001",
        name="Cabinet du Dr Roux",
        sector=_TERMS.code(TableName.FACILITY_TYPE, "SA07"),
        setting=_TERMS.code(TableName.PRACTICE_SETTING, "AMBULATOIRE"),
        address=Address(lines=("1 place de l'Exemple",), postal_code="99999", city="EXEMPLEVILLE"),
        phone="0000000000",
    ),
)
JEANNE = Patient(
    local_id="P1",
    traits=Traits(
        birth_name="NESSI-TEST",
        given_names=("JEANNE", "MARIE"),
        sex=Sex.FEMALE,
        birth_date="1975-03-12",
        birth_place="63999",
    ),
    status=InsStatus.QUALIFIED,
    ins=Ins(matricule="275036399900137", oid=INS_NIR_TEST, environment=Environment.SANDBOX),
)
LETTER = Letter(
    author=ROUX,
    patient=JEANNE,
    written=date(2026, 11, 25),
    subject="suivi annuel",
    recipient=("Docteur Dominique LENOIR", "99999 EXEMPLEVILLE"),
    paragraphs=("J'ai reçu ce jour votre patiente.", "L'examen est sans particularité."),
)


@pytest.fixture
def letter() -> Letter:
    """A letter of Dr Roux about a qualified patient."""
    return LETTER
