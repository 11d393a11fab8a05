"""One table: a value set or an association, with its edition and what is certain in it."""

from __future__ import annotations

import tomllib
from datetime import date
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from caducee.model.codes import Code


class TableName(StrEnum):
    """The tables that are shipped. The value is the file's name in ``terminology/tables``."""

    DOCUMENT_TYPE = "document_type"
    DOCUMENT_CLASS = "document_class"
    CLASS_OF_TYPE = "class_of_type"
    FORMAT = "format"
    CONFIDENTIALITY = "confidentiality"
    FACILITY_TYPE = "facility_type"
    PRACTICE_SETTING = "practice_setting"
    PROFESSION = "profession"
    SPECIALTY = "specialty"
    AUTHOR_SPECIALTY = "author_specialty"
    CONTENT_TYPE = "content_type"
    ENCOUNTER = "encounter"
    ENCOUNTER_PARTICIPANT = "encounter_participant"
    PARTICIPANT_TYPE = "participant_type"
    FUNCTION = "function"
    FAMILY_LINK = "family_link"
    GENDER = "gender"
    PROBLEM_KIND = "problem_kind"
    HABIT = "habit"
    IMAGING_MODALITY = "imaging_modality"
    CONTRAINDICATION = "contraindication"
    PET_FUNCTION = "pet_function"
    SCINTIGRAPHY_FUNCTION = "scintigraphy_function"
    ADMISSION_MODE = "admission_mode"
    DISCHARGE_MODE = "discharge_mode"
    DOCUMENT_STATUS = "document_status"
    ROUTE = "route"
    INJECTION_SITE = "injection_site"
    PRESCRIPTION_KIND = "prescription_kind"


class Certainty(StrEnum):
    """``CERTAIN``: read in the published set. ``ASSUMED``: restated from elsewhere, to be checked before use."""

    CERTAIN = "certain"
    ASSUMED = "assumed"


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """Which edition of a table is loaded, and how far it is known."""

    table: str
    title: str
    edition: str
    source: str
    certainty: Certainty


class Entry(msgspec.Struct, frozen=True):
    """One row of a value set. ``since`` and ``until`` are the days between which the code is in use, both included."""

    code: Code
    certainty: Certainty
    since: date | None = None
    until: date | None = None


class Pair(msgspec.Struct, frozen=True):
    """One row of an association: the code of the target table."""

    target: str
    certainty: Certainty


class _Codes(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    edition: str
    source: str
    certain: dict[str, dict[str, str]] = {}
    assumed: dict[str, dict[str, str]] = {}
    since: dict[str, date] = {}
    until: dict[str, date] = {}


class _Association(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    edition: str
    source: str
    target: str
    certain: dict[str, str] = {}
    assumed: dict[str, str] = {}


class ValueSet(msgspec.Struct, frozen=True):
    """A value set: codes of one or several systems, each code once."""

    edition: Edition
    entries: dict[str, Entry]


class Association(msgspec.Struct, frozen=True):
    """A table that gives, for a code of one set, a code of another (``target``)."""

    edition: Edition
    target: str
    pairs: dict[str, Pair]


def load_value_set(name: str, folder: Path | None = None) -> ValueSet:
    """Load one value set from its file: that of ``folder`` where it has one, else the shipped one.

    Raises:
        FileNotFoundError: no such table is shipped.
        ValueError: a code stands there twice.
    """
    raw = msgspec.convert(_read(name, folder), _Codes)
    entries: dict[str, Entry] = {}
    for certainty, systems in ((Certainty.CERTAIN, raw.certain), (Certainty.ASSUMED, raw.assumed)):
        for system, codes in systems.items():
            for code, display in codes.items():
                if code in entries:
                    raise ValueError(f"{name}: {code} stands twice")
                dates = raw.since.get(code), raw.until.get(code)
                entries[code] = Entry(Code(code, system, display), certainty, *dates)
    return ValueSet(_edition(name, raw), entries)


def load_association(name: str, folder: Path | None = None) -> Association:
    """Load one association from its file: that of ``folder`` where it has one, else the shipped one.

    Raises:
        FileNotFoundError: no such table is shipped.
        ValueError: a code stands there twice.
    """
    raw = msgspec.convert(_read(name, folder), _Association)
    if twice := raw.certain.keys() & raw.assumed.keys():
        raise ValueError(f"{name}: {', '.join(sorted(twice))} stand twice")
    pairs = {code: Pair(target, Certainty.CERTAIN) for code, target in raw.certain.items()}
    pairs |= {code: Pair(target, Certainty.ASSUMED) for code, target in raw.assumed.items()}
    return Association(_edition(name, raw), raw.target, pairs)


def _edition(name: str, raw: _Codes | _Association) -> Edition:
    certainty = Certainty.ASSUMED if raw.assumed else Certainty.CERTAIN
    return Edition(table=name, title=raw.title, edition=raw.edition, source=raw.source, certainty=certainty)


def _read(name: str, folder: Path | None) -> dict[str, Any]:
    own = folder / f"{name}.toml" if folder else None
    if own is not None and own.exists():
        return tomllib.loads(own.read_text(encoding="utf-8"))
    text = files("caducee.terminology").joinpath("tables", f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
