"""The records of B2: which table reads which record, by norm and edition."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

import msgspec

from caducee_paymed_tp.formats.kinds import Value
from caducee_paymed_tp.formats.layout import Table, load_all

FORMAT = "B2"
LENGTH = 128
LATEST = "2005"
"""Edition read and written unless another is asked for. Records without a table of that edition use the one before."""

_LETTER = 35
_LETTER_CP = 38


class Norm(StrEnum):
    """Family of norms: clinics and hospitals (CP), or all the others, doctors among them."""

    CP = "cp"
    GENERAL = "general"


class Record(msgspec.Struct, frozen=True, kw_only=True, tag="b2"):
    """One record: ``name`` as the tables call it (``2``, ``4M``), place, bytes, zones (amounts in cents)."""

    name: str
    norm: Norm
    number: int
    offset: int
    raw: bytes
    values: dict[str, Value]

    def cents(self, name: str) -> int:
        """Return an amount or a count; 0 when it is absent."""
        value = self.values.get(name)
        return value if isinstance(value, int) else 0

    def text(self, name: str) -> str:
        """Return a zone as text; empty when it is absent."""
        value = self.values.get(name)
        return "" if value is None else str(value)


def name_of(text: str, norm: Norm) -> str:
    """Return the name of a record from its type and, for the details of an invoice, its letter.

    Details of the CP norm carry the letter where their prefix ends: 36 with the common prefix, 39 with that of CP.
    """
    if text[:3] in ("000", "999"):
        return text[:3]
    kind = text[0]
    if kind in "2345":
        for position in (_LETTER, _LETTER_CP) if norm is Norm.CP else (_LETTER,):
            if text[position].isalpha():
                return kind + text[position]
    return kind


@cache
def table_of(name: str, norm: Norm, edition: str = LATEST) -> Table | None:
    """Return the newest table of a record that is not newer than ``edition``; ``None`` when there is none."""
    known = [t for t in load_all(__package__) if t.record == name and t.norm in (norm, "any") and t.edition <= edition]
    return max(known, key=lambda table: table.edition, default=None)
