"""What a NOEMIE PS file is made of: a first block, entities, a last block."""

from __future__ import annotations

from functools import cache

import msgspec

from caducee_paymed_tp.formats.kinds import Value
from caducee_paymed_tp.formats.layout import Table, load_all

FORMAT = "NOEMIE PS"
BLOCK = 128
SLICE = BLOCK - 1
MARK = "@"
HEAD = 5
"""Type (3) and level (2) of every entity."""

INVOICE = frozenset({"100", "102"})
WIRE = frozenset({"070", "071"})
REASONS = frozenset({"290", "294"})


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """One entity: ``raw`` without flags and without its final mark, ``offset`` of its first byte in the file.

    ``values`` is empty for a type that no table describes. ``more`` is what follows the zones that are known.
    """

    type: str
    level: str
    number: int
    offset: int
    raw: bytes
    values: dict[str, Value]
    more: str = ""

    def text(self, name: str) -> str:
        """Return a zone as text; empty when it is absent."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def cents(self, name: str) -> int:
        """Return an amount without its sign; 0 when it is absent."""
        value = self.values.get(name)
        return value if isinstance(value, int) else 0

    def signed(self, name: str) -> int:
        """Return an amount with the sign that the entity gives (P positive, N negative)."""
        return -self.cents(name) if self.values.get("sign") == "N" else self.cents(name)


class FileStart(msgspec.Struct, frozen=True, kw_only=True, tag="start"):
    """Block 000."""

    offset: int
    raw: bytes
    values: dict[str, Value]


class FileEnd(msgspec.Struct, frozen=True, kw_only=True, tag="end"):
    """Block 999, once everything before it agrees with it."""

    offset: int
    raw: bytes
    values: dict[str, Value]
    paid: int
    entities: int


@cache
def tables() -> dict[str, Table]:
    """Return the layouts by entity type; 000 and 999 are the two blocks."""
    return {table.record: table for table in load_all(__package__)}


@cache
def entity_tables() -> dict[str, Table]:
    """Return the layouts of what stands between the two blocks."""
    return {name: table for name, table in tables().items() if name not in ("000", "999")}
