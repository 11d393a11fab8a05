"""An invented child and their measurements."""

from __future__ import annotations

from caducee.cda.header import Context, PatientRole, Period, Professional
from caducee.cda.people import GENDERS, coded, organisation
from caducee.model.codes import Code
from caducee.model.identity import Sex
from caducee.model.practice import Organisation
from caducee.rendering import CD, II, PQ, NullFlavor
from third_party_document import BODY_HEIGHT, BODY_WEIGHT, Growth, Measurement, words

ARC = "1.2.250.1.999.7"
NOW = "20261125083000+0100"

STRUCTURE = Organisation(
    identifier="499700000017001",
    name="Cabinet du Dr Roux",
    sector=Code("SA07", "1.2.250.1.71.4.2.4", "Cabinet individuel"),
    setting=Code("AMBULATOIRE", "1.2.250.1.213.1.1.4.9", "Ambulatoire"),
)
AUTHOR = Professional(
    id=II("1.2.250.1.71.4.2.1", "899700000017"),
    specialty=CD("G15_10/SM26", "1.2.250.1.213.1.1.4.5", "Médecin - Qualifié en Médecine Générale (SM)"),
    family="ROUX",
    given="Camille",
    prefix=None,
    suffix="DR",
    organisation=organisation(STRUCTURE),
)
PATIENT = PatientRole(
    ids=(II(f"{ARC}.1", "P1"),),
    birth_name="NESSI-TEST",
    given_names="LOU",
    first_given_name="LOU",
    used_name=None,
    used_given_name=None,
    gender=GENDERS[Sex.FEMALE],
    birth_time="20240312",
    birth_place=None,
    address=(),
    telecom=(),
)
MEASUREMENTS = (
    Measurement(II(f"{ARC}.2.1"), BODY_HEIGHT, NOW, PQ("88.0", "cm")),
    Measurement(II(f"{ARC}.2.2"), BODY_WEIGHT, NOW, NullFlavor.NOT_ASKED),
)


def growth(*measurements: Measurement, title: str = "Mesures de croissance") -> Growth:
    """Return the document of these measurements."""
    return Growth(
        id=II(f"{ARC}.3.1"),
        type=CD("29274-8", "2.16.840.1.113883.6.1", "Mesures de signes vitaux"),
        title=title,
        created=NOW,
        confidentiality=coded(Code("N", "2.16.840.1.113883.5.25", "Normal")),
        language="fr-FR",
        series=II(f"{ARC}.3.2"),
        version=1,
        patient=PATIENT,
        author=AUTHOR,
        service=Period(NOW, None),
        context=Context(),
        text=words(measurements),
        measurements=measurements,
    )
