"""Reads NOEMIE PS: one or several files 000 … 999 after another, entity by entity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from caducee_paymed_tp.formats.blocks import Block, ascii_text, cut
from caducee_paymed_tp.formats.nir import key_of
from caducee_paymed_tp.formats.noemie.controls import Accounts, Controls, check_end
from caducee_paymed_tp.formats.noemie.entities import (
    BLOCK,
    FORMAT,
    HEAD,
    Entity,
    FileEnd,
    FileStart,
    entity_tables,
    tables,
)
from caducee_paymed_tp.formats.noemie.slices import Joiner, Piece
from caducee_paymed_tp.formats.quarantine import FormatFault, Place
from caducee_paymed_tp.formats.reading import Reading

Item = FileStart | Entity | FileEnd

_EURO = "U"
_PERSONS = frozenset({"103", "110"})


def read_entities(
    source: BinaryIO, *, controls: Controls | None = None, reading: Reading | None = None
) -> Iterator[Item]:
    """Yield the first block, every entity in its order, and the last block, of each file.

    Unknown entities come with their bytes and without values; longer ones with what is known and the rest in ``more``.
    Nothing that was yielded may be used before the iterator has ended: counts and sums stand at the end
    (``quarantine.verified`` does both passes). Memory: one block and one entity.

    Raises:
        FormatFault: the file is damaged, cut, encrypted, or disagrees with its own controls.
    """
    return _Reader(controls or Controls(), reading or Reading()).run(source)


class _Reader:
    def __init__(self, controls: Controls, reading: Reading) -> None:
        self._controls = controls
        self._reading = reading
        self._start: FileStart | None = None
        self._first = 0
        self._number = 0
        self._joiner = Joiner()
        self._accounts = Accounts(controls)

    def run(self, source: BinaryIO) -> Iterator[Item]:
        block = None
        for block in cut(source, BLOCK, format_name=FORMAT):
            if self._start is None:
                yield self._open(block)
            elif block.raw[:1] == b"9":
                yield self._close(block)
            else:
                yield from self._inside(block)
        if block is None or self._start is not None:
            raise FormatFault("file.end_missing", Place(format=FORMAT, offset=block.offset if block else 0))

    def _open(self, block: Block) -> FileStart:
        place = _place(block)
        text = ascii_text(block.raw, place)
        values = tables()["000"].read(text, place)
        if values["crypt"] == "O":
            raise FormatFault("file.encrypted", place)
        if values["currency"] != _EURO:
            raise FormatFault("file.currency", place)
        self._joiner, self._accounts, self._first = Joiner(), Accounts(self._controls), block.number
        self._reading.counts["000"] += 1
        self._start = FileStart(offset=block.offset, raw=block.raw, values=values)
        return self._start

    def _inside(self, block: Block) -> Iterator[Entity]:
        for piece in self._joiner.feed(block):
            entity = self._entity(piece)
            self._accounts.take(entity, piece.place)
            if entity.type in _PERSONS and key_of(entity.text("nir")) not in (None, entity.text("nir_key")):
                self._reading.remark("noemie.nir_key", piece.place)
            yield entity

    def _entity(self, piece: Piece) -> Entity:
        kind, level = piece.text[:3], piece.text[3:HEAD]
        if len(piece.text) < HEAD or not piece.text[:HEAD].isdigit():
            raise FormatFault("noemie.entity_head", piece.place)
        self._number += 1
        place = piece.place
        table = entity_tables().get(kind)
        (self._reading.counts if table else self._reading.unknown)[kind] += 1
        if table and len(piece.text) < table.least:
            raise FormatFault("noemie.entity_short", place)
        return Entity(
            type=kind,
            level=level,
            number=self._number,
            offset=place.offset,
            raw=piece.text.encode(),
            values=table.read(piece.text, place, piece.at) if table else {},
            more=piece.text[table.length :] if table else "",
        )

    def _close(self, block: Block) -> FileEnd:
        if self._joiner.unfinished is not None:
            raise FormatFault("noemie.unfinished", self._joiner.unfinished)
        place = _place(block)
        text = ascii_text(block.raw, place)
        values = tables()["999"].read(text, place)
        end = Entity(type="999", level="", number=0, offset=block.offset, raw=block.raw, values=values)
        if self._start is not None and end.text("file_id") not in ("", self._start.values["file_id"]):
            raise FormatFault("file.other_end", place)
        blocks = block.number - self._first + 1
        check_end(end, self._accounts, blocks=blocks, controls=self._controls, place=place)
        self._reading.counts["999"] += 1
        self._start = None
        return FileEnd(
            offset=block.offset,
            raw=block.raw,
            values=values,
            paid=self._accounts.paid,
            entities=self._accounts.entities,
        )


def _place(block: Block) -> Place:
    return Place(format=FORMAT, offset=block.offset, record=block.number)
