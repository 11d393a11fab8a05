"""Reject codes, their families and the correction to make. The codes are a dated table; so are the advices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

import msgspec

from caducee_paymed_tp.model.money import Reason
from caducee_paymed_tp.model.parts import Part
from caducee_paymed_tp.reconciliation.labels import squeezed


class Family(StrEnum):
    """What kind of thing went wrong (spec, 6.2)."""

    RIGHTS = "rights"
    CODING = "coding"
    SETUP = "setup"
    DISPUTE = "dispute"
    AMC = "amc"
    OTHER = "other"


class Advice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A family as a person reads it: its French title, what to do, and who does it."""

    title: str
    correction: str
    who: str


class Code(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One code of one numbering. ``assumed``: no public text confirms it."""

    code: str
    label: str
    family: Family
    assumed: bool = True


class Numbering(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One edition of the codes: from when it holds, and where it comes from."""

    edition: str
    since: date
    source: str
    codes: tuple[Code, ...]


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All editions, the families' advices, and the words of labels that tell a family."""

    version: str
    numberings: tuple[Numbering, ...]
    advices: dict[Family, Advice]
    words: dict[Family, tuple[str, ...]]


@lru_cache(maxsize=1)
def table() -> Table:
    """Return the table that comes with the plugin."""
    content = files("caducee_paymed_tp.returns").joinpath("reject_codes.json").read_bytes()
    return msgspec.json.decode(content, type=Table)


def code_of(text: str, *, on: date) -> Code | None:
    """Return a code as the numbering in force on a day has it, or an earlier one that payers still use."""
    numberings = sorted(table().numberings, key=lambda one: one.since, reverse=True)
    for numbering in (one for one in numberings if one.since <= on):
        for code in numbering.codes:
            if code.code == text.strip():
                return code
    return None


def family_of(reasons: Sequence[Reason], *, part: Part, on: date) -> Family:
    """Return the family of a reject: by its code, else by words of its label, else by who refused."""
    for reason in reasons:
        if (known := code_of(reason.code, on=on)) is not None:
            return known.family
    for reason in reasons:
        label = squeezed(reason.label)
        for family, words in table().words.items():
            if any(squeezed(word) in label for word in words):
                return family
    return Family.AMC if part is Part.AMC and reasons else Family.OTHER


def advice_of(family: Family) -> Advice:
    """Return what to do about a family."""
    return table().advices[family]
