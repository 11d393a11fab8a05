"""What a profession may expect to be allowed, from the public sheets: used to warn, never to refuse.

The DMP decides (INF-526, INF-606: the software must not apply these sheets). They are dated data: a later edition is
another file. The table of professions by document types (order of 26 October 2023) is not among them.
"""

from __future__ import annotations

import json
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from caducee.model.practice import Practitioner
from caducee_dmp.access import AccessMode
from caducee_dmp.modes import Mode

DOCTOR, OCCUPATIONAL = "10", frozenset({"SM25"})
PROFESSIONS = frozenset({"1.2.250.1.71.1.2.7", "1.2.250.1.71.1.2.8"})
_LETTERS = {AccessMode.NORMAL: "N", AccessMode.CENTRE_15: "R", AccessMode.BREAK_GLASS: "B"}


class Likely(StrEnum):
    """How a request will probably be met."""

    YES = "yes"
    NO = "no"
    CONDITION = "condition"


class Expectation(msgspec.Struct, frozen=True, kw_only=True):
    """What a sheet says. ``sentence`` is French, for the desk; ``source`` names the sheet, its edition and date."""

    likely: Likely
    sentence: str
    source: str


class Sheet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One edition of a sheet: a row for each transaction, a column for each category and access mode."""

    source: str
    version: str
    date: str
    modes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: dict[str, tuple[str, ...]]


class Sheets(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The sheets that ship, and what their notes say."""

    tables: tuple[Sheet, ...]
    notes: dict[str, str]


@cache
def sheets() -> Sheets:
    """Return the sheets that ship with this version."""
    return msgspec.convert(json.loads(files("caducee_dmp").joinpath("rights.json").read_bytes()), Sheets)


def expected(
    row: str,
    practitioner: Practitioner,
    *,
    mode: Mode = Mode.DIRECT,
    access: AccessMode = AccessMode.NORMAL,
    attending: bool = False,
) -> Expectation:
    """Say what the sheets let this professional expect of a transaction.

    ``row`` is a transaction as the sheets name it: ``TD3.2``, ``TD3.2 masked``, ``TD3.3a unmask``, ``TD0.3 add``…

    Raises:
        KeyError: no such row.
    """
    sheet = next(one for one in sheets().tables if mode in one.modes)
    column = _column(practitioner, mode=mode, access=access, attending=attending)
    cell = dict(zip(sheet.columns, sheet.rows[row], strict=True)).get(column, "-")
    source = f"{sheet.source} v{sheet.version} ({sheet.date})"
    if cell == "-":
        return Expectation(
            likely=Likely.NO,
            sentence="D'après la fiche publique des droits, le DMP refusera cette action.",
            source=source,
        )
    if cell == "y":
        return Expectation(
            likely=Likely.YES,
            sentence="D'après la fiche publique des droits, le DMP permet cette action.",
            source=source,
        )
    return Expectation(likely=Likely.CONDITION, sentence=sheets().notes[cell[1:]], source=source)


def _column(practitioner: Practitioner, *, mode: Mode, access: AccessMode, attending: bool) -> str:
    letter = _LETTERS[access]
    if mode is Mode.INDIRECT:
        return f"ES.{letter}"
    if practitioner.profession.system not in PROFESSIONS:
        return "CPE"
    specialty = practitioner.specialty.code if practitioner.specialty is not None else ""
    if specialty in OCCUPATIONAL:
        return "W"
    if attending and access is not AccessMode.CENTRE_15:
        return f"MT.{letter}"
    return f"DR.{letter}" if practitioner.profession.code == DOCTOR else f"PS.{letter}"
