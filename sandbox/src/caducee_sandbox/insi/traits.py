"""The traits searched for: their lexical rules, and who answers to them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from caducee_sandbox.insi.errors import field
from caducee_sandbox.namespaces import INSI_REQUEST
from caducee_sandbox.people import PATIENTS, Patient
from caducee_sandbox.xml import Element, children, name, text

ORDER = ("NomNaissance", "Prenom", "Sexe", "DateNaissance", "LieuNaissance")
NAME = re.compile(r"(?!.*(?:  |''|' | '))['A-Z](?:[A-Z' ]|-{1,2}(?!-))*")
GIVEN = re.compile(r"(?!.*(?:  |''|' | '|--))['A-Z](?:[A-Z' -]*[A-Z ])?")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
PLACE = re.compile(r"[0-9][0-9AB][0-9]{3}")


@dataclass(frozen=True, kw_only=True)
class Traits:
    """What a search by traits gives; ``place`` is empty when it is not a criterion."""

    name: str
    given: str
    sex: str
    birth: str
    place: str


def read_traits(root: Element) -> Traits:
    """Read and check the body of a search.

    Raises:
        Refused: an element is unknown, repeated, out of order or missing, or a value breaks its rule.
    """
    found = [str(child.tag) for child in children(root)]
    if found != [name(INSI_REQUEST, local) for local in ORDER if name(INSI_REQUEST, local) in found]:
        raise field("insi_20", "RECSANSVITALE: elements inattendus, repetes ou desordonnes")
    values = {local: text(root.find(name(INSI_REQUEST, local))) for local in ORDER}
    _check(values)
    return Traits(
        name=values["NomNaissance"],
        given=values["Prenom"],
        sex=values["Sexe"],
        birth=values["DateNaissance"],
        place=values["LieuNaissance"],
    )


def _check(values: dict[str, str]) -> None:
    if not NAME.fullmatch(values["NomNaissance"]) or len(values["NomNaissance"]) > 80:
        raise field("insi_21", "Format du champ NomNaissance")
    if not GIVEN.fullmatch(values["Prenom"]) or len(values["Prenom"]) > 61:
        raise field("insi_22", "Format du champ Prenom")
    if values["Sexe"] not in ("M", "F"):
        raise field("insi_24", "Format du champ Sexe")
    if not _is_day(values["DateNaissance"]):
        raise field("insi_25", "Format du champ DateNaissance")
    if values["LieuNaissance"] and not PLACE.fullmatch(values["LieuNaissance"]):
        raise field("insi_26", "Format du champ LieuNaissance")


def _is_day(value: str) -> bool:
    if not DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def matching(traits: Traits) -> list[Patient]:
    """Return the people who have these traits."""
    return [patient for patient in PATIENTS if _matches(patient, traits)]


def _matches(patient: Patient, traits: Traits) -> bool:
    same = _compared(patient.name) == _compared(traits.name)
    same = same and patient.sex == traits.sex and patient.birth == traits.birth
    same = same and traits.place in ("", patient.place)
    asked, stored = _compared(traits.given).split(), _compared(patient.given_names).split()
    return same and stored[: len(asked)] == asked


def _compared(value: str) -> str:
    return " ".join(value.replace("-", " ").replace("'", " ").split())
