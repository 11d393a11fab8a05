"""An invented professional, and a letter about an invented patient: words to look for where they must not be."""

from __future__ import annotations

from caducee.model.codes import Code
from caducee.model.document import CONSULTATION_REPORT, Document, PdfBody
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST, Ins, InsStatus, Sex, Traits
from caducee.model.patient import Patient
from caducee.model.practice import Organisation, Practitioner

AUTHOR = Practitioner(
    identifier="899700000017",
    family_name="ROUX",
    given_name="Camille",
    profession=Code("10", "1.2.250.1.71.1.2.7", "Médecin"),
    specialty=Code("SM26", "1.2.250.1.71.4.2.5", "Qualifié en Médecine Générale (SM)"),
    author_specialty=Code("G15_10/SM26", "1.2.250.1.213.1.1.4.5", "Médecin - Qualifié en Médecine Générale (SM)"),
    organisation=Organisation(
        identifier="499700000017001",
        name="Cabinet d'essai",
        sector=Code("SA07", "1.2.250.1.71.4.2.4", "Cabinet individuel"),
        setting=Code("AMBULATOIRE", "1.2.250.1.213.1.1.4.9", "Ambulatoire"),
    ),
)
PATIENT = Patient(
    local_id="DOSSIER-CANARI-1",
    traits=Traits(
        birth_name="NESSI-CANARI",
        given_names=("JEANNE-CANARI",),
        sex=Sex.FEMALE,
        birth_date="1975-03-12",
        birth_place="63999",
    ),
    status=InsStatus.QUALIFIED,
    ins=Ins(matricule="275036399900106", oid=INS_NIR_TEST, environment=Environment.SANDBOX),
    phone="0199004242",
)
WORDS = ("NESSI-CANARI", "JEANNE-CANARI", "DOSSIER-CANARI-1", "275036399900106", "0199004242", "Suivi canari")
"""What tells that something of ``PATIENT`` or of ``invented_letter()`` came through."""

PDF = b"%PDF-1.4\n% Suivi canari\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def invented_letter(local_id: str = "LETTRE-1", *, patient: Patient = PATIENT, content: bytes = PDF) -> Document:
    """Return a letter by ``AUTHOR`` (``roux``) about a patient, qualified unless another is given."""
    return Document(
        local_id=local_id,
        patient=patient,
        author="roux",
        type=CONSULTATION_REPORT,
        title="Suivi canari",
        body=PdfBody(content),
        created="20260105080000+0100",
        service_start="20260105080000+0100",
    )
