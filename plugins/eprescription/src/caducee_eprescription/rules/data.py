"""Dated data of the rules: the substances whose narrow margin allows a refusal of substitution."""

from __future__ import annotations

import tomllib
import unicodedata
from datetime import date
from functools import cache
from importlib.resources import files

import msgspec

from caducee.model.clinical import Medicine


class Margin(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A substance of the list. ``since`` and ``until`` bound its stay on it (``YYYY-MM-DD``)."""

    name: str
    atc: tuple[str, ...]
    since: str = ""
    until: str = ""


class Child(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """EFG is for children ``under`` this age, in years."""

    under: int


class SubstitutionData(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The table, with its source; it holds since ``since``."""

    title: str
    source: str
    since: str
    child: Child
    margin: tuple[Margin, ...]

    def is_narrow(self, medicine: Medicine, day: date) -> bool:
        """Say whether a medicine is of a substance of the list that day, by its ATC class or by its name."""
        atc = medicine.atc.code if medicine.atc else ""
        name = folded(medicine.name)
        return any(_holds(one, day) and (atc in one.atc or folded(one.name) in name) for one in self.margin)


def folded(text: str) -> str:
    """Return a text in small letters without accents, its blanks made one."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def _holds(one: Margin, day: date) -> bool:
    today = day.isoformat()
    return one.since <= today and (not one.until or today < one.until)


@cache
def substitution() -> SubstitutionData:
    """Return the table that is shipped."""
    text = files("caducee_eprescription.rules").joinpath("substitution.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), SubstitutionData)
