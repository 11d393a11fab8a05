"""What a reader sees before opening: sender's label, subject, name of the copy (MSSanté, ECO.2.1.3, 2.1.6, 2.2.7)."""

from __future__ import annotations

import re
from enum import StrEnum

from caducee.model.entry import EntryPatient
from caducee.model.practice import Actor, Practitioner
from caducee.model.sender import sender_label
from caducee_mss.words import safe_name, unaccented

SUBJECT_PREFIX = "XDM/1.0/DDM+"
CORRECTION = "[Annule et remplace]"
_LONGEST_TYPE = 40
_LONGEST_LABEL = 200
# What would open or close an address, or another field.
_UNFIT = re.compile(r'[<>"\x00-\x1f\x7f-\x9f\u2028\u2029]')
_SPACES = re.compile(r"\s+")


class CorrectionMark(StrEnum):
    """Where « [Annule et remplace] » stands in the subject: sources disagree, readers look anywhere."""

    BEFORE_PREFIX = "before_prefix"
    AFTER_PREFIX = "after_prefix"


def from_label(author: Practitioner, acting: Actor) -> str:
    """Return the label of the sender: ``Dr_Marie_MARTIN_Cabinet Medical``, or the structure alone for an application.

    No character of it can end the field or open an address (R2, ECO.2.2.7).
    """
    return _spaced(_UNFIT.sub(" ", sender_label(author, acting)))[:_LONGEST_LABEL]


def subject_of(types: tuple[str, ...], patient: EntryPatient, *, correction: CorrectionMark | None = None) -> str:
    """Return ``XDM/1.0/DDM+<label> <NAME> <given name> <birth date>``.

    ``types`` are the French names of the documents' types: one is said, cut at 40 characters, several are counted.
    Accents are left out. A birth date that is not a whole date is left out: it is the only part that may be.
    """
    label = _spaced(unaccented(types[0]))[:_LONGEST_TYPE].strip() if len(types) == 1 else f"{len(types)} documents"
    name = _spaced(unaccented(patient.birth_name)).upper()
    words = (label, name, _spaced(unaccented(patient.given_name)), _day(patient.birth_date))
    said = " ".join(word for word in words if word)
    if correction is CorrectionMark.AFTER_PREFIX:
        return f"{SUBJECT_PREFIX}{CORRECTION} {said}"
    return f"{CORRECTION} {SUBJECT_PREFIX}{said}" if correction else f"{SUBJECT_PREFIX}{said}"


def pdf_name(type_: str, patient: EntryPatient, *, day: str, record: str = "") -> str:
    """Return ``<day>_<type>_<NAME>_<given name>[_<record>].pdf``, safe on any file system.

    ``day`` is that of the act, ``YYYYMMDD``; ``type_`` the French name of the type, cut at 40 characters; ``record``
    the number of the record, when it is wanted.
    """
    kind = _spaced(type_)[:_LONGEST_TYPE].strip()
    parts = (day, kind, patient.birth_name.upper(), patient.given_name, record)
    return safe_name("_".join(_piece(part) for part in parts if part) + ".pdf")


def _piece(text: str) -> str:
    """No separator of paths, and not the one of the pieces."""
    return _spaced(re.sub(r"[_/\\]", "-", text)).strip()


def _spaced(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


def _day(birth_date: str) -> str:
    if len(birth_date) != 8 or not (birth_date.isascii() and birth_date.isdigit()):
        return ""
    return f"{birth_date[6:]}/{birth_date[4:6]}/{birth_date[:4]}"
