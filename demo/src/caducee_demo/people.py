"""The patients of the demo practice, as the desk first knows them. All invented."""

from __future__ import annotations

from caducee import Patient, Sex, Traits


def at_the_desk(local_id: str, name: str, given: tuple[str, ...], sex: Sex, born: str, place: str) -> Patient:
    """Return a patient with five traits and nothing verified."""
    traits = Traits(birth_name=name, given_names=given, sex=sex, birth_date=born, birth_place=place)
    return Patient(local_id=local_id, traits=traits)


JEANNE = at_the_desk("P1", "NESSI-TEST", ("JEANNE", "MARIE"), Sex.FEMALE, "1975-03-12", "63999")
PAUL = at_the_desk("P2", "DURAND-ESSAI", ("PAUL", "HENRI"), Sex.MALE, "1962-07-04", "63998")
LUCIE = at_the_desk("P3", "MARTIN-FICTIF", ("LUCIE",), Sex.FEMALE, "1988-11-23", "63997")
LUCIE_BIRTH_NAME = "BERNARD-FICTIF"
HUGO = at_the_desk("P4", "SANSDMP-ESSAI", ("HUGO",), Sex.MALE, "2001-01-30", "63996")
