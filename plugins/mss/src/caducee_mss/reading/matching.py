"""Whether the patient of a document is the one of a record: trait by trait (R2, 4.3; RNIV)."""

from __future__ import annotations

from enum import StrEnum

from caducee.cda.reading.model import ReadPatient
from caducee.model.entry import EntryPatient
from caducee.model.identity import Traits
from caducee_mss.words import unaccented

_SEXES = {"M": "M", "F": "F", "UN": "I", "U": "I"}
_PARTING = str.maketrans("-'", "  ")


class Trait(StrEnum):
    """A strict trait, as it is named to a person."""

    BIRTH_NAME = "nom de naissance"
    GIVEN_NAMES = "prénoms"
    BIRTH_DATE = "date de naissance"
    SEX = "sexe"
    BIRTH_PLACE = "lieu de naissance"


def missing(patient: ReadPatient) -> tuple[Trait, ...]:
    """Return which of the four traits a document leaves out; the place may be."""
    present = {
        Trait.BIRTH_NAME: patient.birth_name,
        Trait.GIVEN_NAMES: patient.first_given_name or patient.given_names,
        Trait.BIRTH_DATE: birth_date(patient),
        Trait.SEX: patient.sex.code if patient.sex else "",
    }
    return tuple(trait for trait, value in present.items() if not value)


def differing(patient: ReadPatient, known: Traits) -> tuple[Trait, ...]:
    """Return the traits of a document that are not those of a record. Case, accents and hyphens do not count."""
    place = patient.birth_place
    same = {
        Trait.BIRTH_NAME: plain(patient.birth_name) == plain(known.birth_name),
        Trait.GIVEN_NAMES: _same_given_names(patient, known),
        Trait.BIRTH_DATE: birth_date(patient) == known.birth_date,
        Trait.SEX: _SEXES.get(patient.sex.code if patient.sex else "") == known.sex,
        Trait.BIRTH_PLACE: not place or not known.birth_place or place.upper() == known.birth_place.upper(),
    }
    return tuple(trait for trait, equal in same.items() if not equal)


def agrees(patient: ReadPatient, claimed: EntryPatient) -> bool:
    """Say whether what the metadata say of the patient is what the document says."""
    name = not claimed.birth_name or plain(claimed.birth_name) == plain(patient.birth_name)
    date = not claimed.birth_date or claimed.birth_date == birth_date(patient).replace("-", "")
    return name and date


def birth_date(patient: ReadPatient) -> str:
    """Return ``YYYY-MM-DD``, empty when the document gives no whole date."""
    said = (patient.birth_time or "")[:8]
    whole = len(said) == 8 and said.isascii() and said.isdigit()
    return f"{said[:4]}-{said[4:6]}-{said[6:]}" if whole else ""


def plain(name: str) -> str:
    """Return a name as it is compared."""
    return " ".join(unaccented(name).upper().translate(_PARTING).split())


def _same_given_names(patient: ReadPatient, known: Traits) -> bool:
    """The first given name is the trait; all of them are compared when the document says more than one."""
    first, every = plain(patient.first_given_name), plain(patient.given_names)
    known_first = plain(known.given_names[0]) if known.given_names else ""
    known_all = plain(" ".join(known.given_names))
    if first and first != known_first:
        return False
    if not every or every == first:
        return bool(first)
    return every in (known_all, known_first)
