"""The typed model of the report. Every peer builds the document from these very objects."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from caducee.cda.header import Context, Header, Organisation, PatientRole, Period, Professional
from caducee.rendering import CD, II, PQ, TEL


class Observation(msgspec.Struct, array_like=True, frozen=True):
    """One result, with its reference range."""

    id: II
    code: CD
    at: str
    value: PQ
    low: PQ
    high: PQ
    interpretation: CD
    method: str | None


class Section(msgspec.Struct, array_like=True, frozen=True):
    """A section: a table that is read, and the same results as entries."""

    id: II
    code: CD
    title: str
    observations: tuple[Observation, ...]


class Report(Header, array_like=True, frozen=True):
    """The report: the shared header, then its sections."""

    sections: tuple[Section, ...]


LOINC = "2.16.840.1.113883.6.1"
ARC = "1.2.250.1.999.8"
NOW = "20261125083000+0100"
NAMES = ("Sodium & potassium", "Glucose <à jeun>", "Créatinine", "Hémoglobine", "Leucocytes", "Plaquettes", "CRP")
SIZES = (9, 8, 8, 8)


def report(number: int = 1) -> Report:
    """Return the report of that number: same shape, other values."""
    return Report(
        id=II(f"{ARC}.1.{number}"),
        type=CD("11502-2", LOINC, "CR d'examens biologiques"),
        title="Compte rendu d'examens de biologie médicale",
        created=NOW,
        confidentiality=CD("N", "2.16.840.1.113883.5.25", "Normal"),
        language="fr-FR",
        series=II(f"{ARC}.2.{number}"),
        version=1,
        patient=_patient(),
        author=_author(),
        service=Period(NOW, None),
        context=Context(),
        sections=tuple(_section(number, at, size) for at, size in enumerate(SIZES, start=1)),
    )


def _section(number: int, at: int, size: int) -> Section:
    return Section(
        id=II(f"{ARC}.3.{number}.{at}"),
        code=CD(f"{18700 + at}-1", LOINC, f"Chapitre {at} : examens de l'échantillon n° {at}"),
        title=f"Chapitre {at}",
        observations=tuple(_observation(number, at, row) for row in range(size)),
    )


def _observation(number: int, at: int, row: int) -> Observation:
    value = Decimal(100 + 7 * number % 13 + 11 * at + row) / 10
    return Observation(
        id=II(f"{ARC}.4.{number}.{at}.{row}"),
        code=CD(f"{2900 + 31 * at + row}-{row}", LOINC, f"{NAMES[row % len(NAMES)]} [sang veineux, lot {at}]"),
        at=NOW,
        value=PQ.of(value, "mmol/L"),
        low=PQ.of(value - 3, "mmol/L"),
        high=PQ.of(value + 5, "mmol/L"),
        interpretation=CD("N", "2.16.840.1.113883.5.83", "Normal"),
        method="Spectrophotométrie d'absorption" if row % 2 else None,
    )


def _patient() -> PatientRole:
    return PatientRole(
        ids=(II("1.2.250.1.213.1.4.10", "275036399930176"), II(f"{ARC}.5", "P1")),
        birth_name="NESSI-TEST",
        given_names="JEANNE MARIE",
        first_given_name="JEANNE",
        used_name=None,
        used_given_name=None,
        gender=CD("F", "2.16.840.1.113883.5.1", "Féminin"),
        birth_time="19750312",
        birth_place="63999",
        address=("12 rue de l'Exemple", "99999 EXEMPLEVILLE"),
        telecom=(TEL("tel:0000000000", "H"),),
    )


def _author() -> Professional:
    structure = Organisation(
        id=II("1.2.250.1.71.4.2.2", "499700000017001"),
        name="Laboratoire d'essai Roux & associés",
        sector=CD("SA07", "1.2.250.1.71.4.2.4", "Cabinet individuel"),
        setting=CD("AMBULATOIRE", "1.2.250.1.213.1.1.4.9", "Ambulatoire"),
        address=("1 place de l'Exemple", "99999 EXEMPLEVILLE"),
        telecom=(TEL("tel:0000000000", "WP"),),
    )
    return Professional(
        id=II("1.2.250.1.71.4.2.1", "899700000017"),
        specialty=CD("G15_10/SM26", "1.2.250.1.213.1.1.4.5", "Médecin - Qualifié en Médecine Générale (SM)"),
        family="ROUX",
        given="Camille",
        prefix=None,
        suffix="DR",
        organisation=structure,
    )
