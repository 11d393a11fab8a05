"""From blocks of 128 bytes to entities: flags taken off, slices joined, cut at every mark.

NOEMIE PS, physical rules: a block is a flag (0: more follows, 1: last slice) and 127 bytes; an entity may start and end
anywhere in a slice and may run over several.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from caducee_paymed_tp.formats.blocks import Block, ascii_text
from caducee_paymed_tp.formats.noemie.entities import FORMAT, MARK
from caducee_paymed_tp.formats.quarantine import FormatFault, Place

ENTITY_LIMIT = 4096
"""No entity of the tables is longer than 153 characters; beyond this a mark is missing."""


class Piece(msgspec.Struct, frozen=True):
    """The characters of one entity, the offset of the first, and where each slice of it starts in the file."""

    text: str
    starts: tuple[tuple[int, int], ...]
    block: int

    def at(self, position: int) -> int:
        """Return the offset in the file of a position in the entity."""
        return next(offset + position - start for start, offset in reversed(self.starts) if start <= position)

    @property
    def place(self) -> Place:
        return Place(format=FORMAT, offset=self.starts[0][1], record=self.block)


class Joiner:
    """Joins the slices of a file. Holds at most one unfinished entity."""

    def __init__(self) -> None:
        self._held = ""
        self._starts: list[tuple[int, int]] = []
        self._block = 0

    def feed(self, block: Block) -> Iterator[Piece]:
        """Yield the entities that end in a block.

        Raises:
            FormatFault: no flag, a byte that is not printable ASCII, an entity that never ends.
        """
        place = Place(format=FORMAT, offset=block.offset, record=block.number)
        text = ascii_text(block.raw, place)
        if text[0] not in "01":
            raise FormatFault("noemie.flag", place)
        last = text[0] == "1"
        yield from self._cut(text[1:].rstrip(" ") if last else text[1:], block)
        if self._held and last:
            raise FormatFault("noemie.unfinished", self._piece("").place)

    @property
    def unfinished(self) -> Place | None:
        """Where an entity starts that has not ended; ``None`` between entities."""
        return self._piece("").place if self._held else None

    def _cut(self, text: str, block: Block) -> Iterator[Piece]:
        position = 0
        while (mark := text.find(MARK, position)) >= 0:
            self._mark_start(block, position)
            piece = self._piece(text[position:mark])
            self._held, self._starts, position = "", [], mark + 1
            yield piece
        if position < len(text):
            self._mark_start(block, position)
            self._held += text[position:]
        if len(self._held) > ENTITY_LIMIT:
            raise FormatFault("noemie.oversized", self._piece("").place)

    def _mark_start(self, block: Block, position: int) -> None:
        if not self._starts:
            self._block = block.number
        self._starts.append((len(self._held), block.offset + 1 + position))

    def _piece(self, tail: str) -> Piece:
        return Piece(self._held + tail, tuple(self._starts), self._block)
