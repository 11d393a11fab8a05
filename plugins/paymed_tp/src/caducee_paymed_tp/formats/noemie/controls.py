"""Whether the counts and sums of a NOEMIE PS file agree with what it holds: entities 990 and block 999.

What is certain: 990 and 999 give a count and a sum of money. Which count, and of what the levels are made, depends on
references (576, 578, 580…) whose compositions are not public. A 990 is therefore held to agree with one of the levels
that are open where it stands, and a count to be one of the readings listed in ``Controls``. Both are assumed.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from caducee_paymed_tp.formats.noemie.entities import Entity
from caducee_paymed_tp.formats.quarantine import FormatFault, Place

_RANKS = {"020": 1, "040": 2, "070": 3, "071": 3, "081": 4, "080": 5, "100": 6, "102": 6}
"""How levels nest, outermost first; 0 is the file."""

_MOVEMENTS = frozenset({"250", "261"})
_INVOICE_RANK = 6


class Counted(StrEnum):
    """What a count may count."""

    CHILDREN = "children"  # items of the level directly below
    INVOICES = "invoices"
    ITEMS = "items"  # invoices, retentions, lump sums
    ENTITIES = "entities"
    BLOCKS = "blocks"  # of the file, 000 and 999 included
    BLOCKS_BETWEEN = "blocks_between"
    RECORDS = "records"  # entities, 000 and 999


class Controls(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the controls of a file are understood (assumed; narrow them when a payer's specification says which).

    ``level_counts`` for 990, ``file_counts`` for 999, ``acts_include_amc``: without 198/199, whether the money of an
    act (210) is its compulsory part alone or both parts.
    """

    level_counts: frozenset[Counted] = frozenset({Counted.CHILDREN, Counted.INVOICES, Counted.ITEMS, Counted.ENTITIES})
    file_counts: frozenset[Counted] = frozenset(
        {Counted.BLOCKS, Counted.BLOCKS_BETWEEN, Counted.ENTITIES, Counted.RECORDS}
    )
    acts_include_amc: bool = False


class _Level:
    def __init__(self, rank: int) -> None:
        self.rank = rank
        self.paid = 0
        self.counts: dict[Counted, int] = dict.fromkeys(Counted, 0)


class Accounts:
    """The money and the counts of the levels that are open.

    Money of an invoice: its parts (198, 199) when it has any, else its acts (210). Retentions (250) with their sign,
    lump sums (261) added; 262 only details 261.
    """

    def __init__(self, controls: Controls) -> None:
        self._controls = controls
        self._levels = [_Level(0)]
        self._parts: int | None = None
        self._acts = 0
        self.lots = 0

    @property
    def paid(self) -> int:
        """The money of the file so far, in cents."""
        return self._levels[0].paid + self._pending()

    @property
    def entities(self) -> int:
        return self._levels[0].counts[Counted.ENTITIES]

    def take(self, entity: Entity, place: Place) -> None:
        """Count one entity.

        Raises:
            FormatFault: a 990 that agrees with no open level; money in a part that is not said to be paid.
        """
        rank = _RANKS.get(entity.type)
        if rank is not None:
            self._open(rank)
        if entity.type == "990":
            self._check(entity, place)
        elif entity.type in ("198", "199"):
            self._part(entity, place)
        elif entity.type == "210":
            amc = entity.cents("amc_amount") if self._controls.acts_include_amc else 0
            self._acts += entity.signed("refunded") + amc
            self._levels[-1].counts[Counted.CHILDREN] += self._levels[-1].rank == _INVOICE_RANK
        elif entity.type in _MOVEMENTS:
            self._movement(entity)
        self.lots += entity.type == "080"
        self._count(Counted.ENTITIES)

    def settle(self) -> None:
        """Give the money of the invoice at hand to the levels around it."""
        self._add(self._pending())
        self._parts, self._acts = None, 0

    def _pending(self) -> int:
        return self._acts if self._parts is None else self._parts

    def _open(self, rank: int) -> None:
        self.settle()
        while self._levels[-1].rank >= rank:
            self._levels.pop()
        self._levels[-1].counts[Counted.CHILDREN] += 1
        if rank == _INVOICE_RANK:
            self._count(Counted.INVOICES)
            self._count(Counted.ITEMS)
        self._levels.append(_Level(rank))

    def _part(self, entity: Entity, place: Place) -> None:
        if entity.cents("paid") and entity.text("state") != "P":
            raise FormatFault("noemie.paid_state", place)
        self._parts = (self._parts or 0) + entity.signed("paid")

    def _movement(self, entity: Entity) -> None:
        self.settle()
        if self._levels[-1].rank == _INVOICE_RANK:
            self._levels.pop()
        self._levels[-1].counts[Counted.CHILDREN] += 1
        self._count(Counted.ITEMS)
        self._add(entity.signed("amount"))

    def _check(self, entity: Entity, place: Place) -> None:
        self.settle()
        found = next((level for level in reversed(self._levels) if self._agrees(level, entity)), None)
        if found is None:
            raise FormatFault("noemie.level_control", place)
        del self._levels[max(1, self._levels.index(found)) :]

    def _agrees(self, level: _Level, entity: Entity) -> bool:
        counted = {level.counts[reading] for reading in self._controls.level_counts}
        return entity.values["count"] in counted and entity.signed("sum") == level.paid and _has_sign(entity)

    def _count(self, what: Counted) -> None:
        for level in self._levels:
            level.counts[what] += 1

    def _add(self, cents: int) -> None:
        for level in self._levels:
            level.paid += cents


def _has_sign(entity: Entity) -> bool:
    return bool(entity.text("sign")) or not entity.cents("sum")


def check_end(end: Entity, accounts: Accounts, *, blocks: int, controls: Controls, place: Place) -> None:
    """Hold block 999 against the file: number of records, lots, sum.

    Lots are compared only where the file announces lots (entity 080).

    Raises:
        FormatFault: one of them is wrong.
    """
    readings = {
        Counted.BLOCKS: blocks,
        Counted.BLOCKS_BETWEEN: blocks - 2,
        Counted.ENTITIES: accounts.entities,
        Counted.RECORDS: accounts.entities + 2,
    }
    if end.values["records"] not in {readings[what] for what in controls.file_counts if what in readings}:
        raise FormatFault("file.count", place)
    if accounts.lots and end.values["lots"] != accounts.lots:
        raise FormatFault("file.lots", place)
    if end.signed("sum") != accounts.paid or not _has_sign(end):
        raise FormatFault("file.sum", place)
