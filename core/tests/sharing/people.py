"""The invented patient of these tests, and their documents."""

from __future__ import annotations

from typing import Any

import msgspec

from caducee.model.codes import LOINC, Code
from caducee.model.document import Document, PdfBody
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST, Ins, InsStatus, Sex, Traits
from caducee.model.patient import Patient

TRAITS = Traits(birth_name="NESSI-TEST", given_names=("JEANNE",), sex=Sex.FEMALE, birth_date="1975-03-12")
PROVISIONAL = Patient(local_id="P1", traits=TRAITS)
INS = Ins(matricule="275036399930194", oid=INS_NIR_TEST, environment=Environment.SANDBOX)
QUALIFIED = msgspec.structs.replace(PROVISIONAL, status=InsStatus.QUALIFIED, ins=INS)
REPORT = Code("11488-4", LOINC, "CR ou fiche de consultation ou de visite")


def letter(patient: Patient, local_id: str = "L1", **more: Any) -> Document:
    given: dict[str, Any] = {
        "type": REPORT,
        "title": "Lettre",
        "body": PdfBody(b"%PDF-1.4"),
        "created": "20261125083000+0100",
        **more,
    }
    return Document(local_id=local_id, patient=patient, author="roux", **given)
