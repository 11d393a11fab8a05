"""The cells of a table, placed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from caducee.cda.reading.model import Block

_GROUPS = ("thead", "tbody", "tfoot")
_WIDEST = 3


class Cell(msgspec.Struct):
    """A cell of a table: where it stands, how far it goes, what stands in it."""

    x: int
    y: int
    head: bool
    colspan: int
    rowspan: int
    content: list[Any]


def laid_out(rows: list[list[Cell]]) -> list[Cell]:
    """Place the cells of a table as HTML does: each in the first free column; no cell goes below the last row."""
    taken: set[tuple[int, int]] = set()
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            while (x, y) in taken:
                x += 1
            cell.x, cell.y = x, y
            cell.rowspan = min(cell.rowspan, len(rows) - y)
            # A cell that is as wide as it says would lie over one that comes from the row above.
            free = next((w for w in range(1, cell.colspan) if (x + w, y) in taken), cell.colspan)
            cell.colspan = free
            taken |= {(x + w, y + h) for w in range(cell.colspan) for h in range(cell.rowspan)}
    return [cell for row in rows for cell in row]


def rows_of(table: Block) -> list[Block]:
    """Return the rows, in whatever group they stand."""
    found = []
    for one in table.content:
        if isinstance(one, Block):
            found.extend([one] if one.name == "tr" else rows_of(one) if one.name in _GROUPS else [])
    return found


def strays_of(table: Block) -> Iterator[str | Block]:
    """Yield what stands between the rows, where nothing should: words must not be lost for that."""
    for one in table.content:
        if isinstance(one, Block) and one.name in _GROUPS:
            yield from strays_of(one)
        elif isinstance(one, str) or one.name not in ("tr", "caption"):
            yield one


def columns_in(table: Block) -> int:
    """Return how many columns the widest row has."""
    return max((_width(row) for row in rows_of(table)), default=0)


def _width(row: Block) -> int:
    return sum(_span(one.attributes.get("colspan", "")) for one in row.content if isinstance(one, Block))


def cell_of(block: Block, content: list[Any]) -> Cell:
    """Return a cell, not placed yet."""
    spans = [_span(block.attributes.get(name, "")) for name in ("colspan", "rowspan")]
    return Cell(0, 0, block.name == "th", spans[0], spans[1], content)


def _span(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < _WIDEST and int(text) else 1
