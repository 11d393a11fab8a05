"""Some of the sandbox's people, as the desk knows them."""

from __future__ import annotations

from caducee.model.identity import InsStatus, Sex, Traits
from caducee.model.patient import Patient
from caducee.model.practice import Actor

SECRETARY, DOCTOR = Actor.secretary("accueil"), Actor.doctor("Dr Camille Roux")


def person(
    local_id: str, birth_name: str, given_names: str, sex: Sex, birth_date: str, birth_place: str | None = None
) -> Patient:
    traits = Traits(
        birth_name=birth_name,
        given_names=tuple(given_names.split()),
        sex=sex,
        birth_date=birth_date,
        birth_place=birth_place,
    )
    return Patient(local_id=local_id, traits=traits, status=InsStatus.PROVISIONAL)


JEANNE = person("P1", "NESSI-TEST", "JEANNE MARIE", Sex.FEMALE, "1975-03-12", "63999")
HUGO = person("P2", "SANSDMP-ESSAI", "HUGO", Sex.MALE, "2001-01-30", "63996")
LETIZIA = person("P3", "ORSINI-ESSAI", "LETIZIA", Sex.FEMALE, "1997-02-26", "2A990")
TOUSSAINT = person("P4", "PIETRI-ESSAI", "TOUSSAINT", Sex.MALE, "1960-01-01", "2B990")
GATIEN = person("P5", "CLEFAUSSE-ESSAI", "GATIEN", Sex.MALE, "1981-03-24", "63992")
ANTHONY = person("P6", "REPETE-ESSAI", "ANTHONY", Sex.MALE, "1980-03-02", "63989")
CLAIRE = person("P7", "HISTORIQUE-ESSAI", "CLAIRE-LISE ANNE", Sex.FEMALE, "1966-06-16", "63994")
NOE = person("P8", "JUMEAU-ESSAI", "NOE", Sex.MALE, "2016-05-05", "63988")
FATIMA = person("P9", "LUNAIRE-ESSAI", "FATIMA ZOHRA", Sex.FEMALE, "1941-12-31", "99352")
NUMBERS = {"P1": "2750363999301", "P2": "1010163996305", "P8": "1160563988316", "P9": "2419999352317"}
