"""Narratives as what a page is made of: paragraphs of styled parts, lists, tables, pictures."""

from __future__ import annotations

from typing import Any

from caducee.cda.reading.model import Attachment, Block, ReadDocument
from caducee.cda.view.columns import columns_of, cut_words
from caducee.cda.view.pictures import Pictures
from caducee.cda.view.tables import Cell, cell_of, laid_out, rows_of, strays_of
from caducee.paper.printable import unprintable

SUBSTITUTE = "□"
_BLOCKS = ("paragraph", "list", "table", "br", "item", "renderMultiMedia")
_STYLES = {
    "bold": ("bold",),
    "bolditalics": ("bold", "italics"),
    "italics": ("italics",),
    "emphasis": ("italics",),
    "underline": ("underline",),
}
_ELEMENTS = {"sub": "sub", "sup": "sup", "footnoteRef": "sup", "caption": "bold"}
_CHANGES = {"delete": "deleted", "insert": "inserted"}
# Lists in lists and tables in tables beyond this are for no paper; their words still are.
_DEEPEST = 6
_LONGEST_WORD = 40
_BREAK_HERE = "\u200b"


class Flow:
    """Words the narratives of one document, and counts what a page cannot show of it.

    ``plain`` gives up all layout but paragraphs.
    """

    def __init__(self, document: ReadDocument, *, plain: bool = False) -> None:
        self._plain = plain
        self._pictures = Pictures()
        self._files = {one.reference: one for one in document.attachments if one.reference}
        self.substituted = False
        self.shown: set[int] = set()

    def said(self, words: str, *, longest: int = _LONGEST_WORD) -> str:
        """Return words that the fonts can draw, with places where a long one may be cut."""
        places = set(unprintable(words))
        if places:
            self.substituted = True
            words = "".join(SUBSTITUTE if at in places else one for at, one in enumerate(words, start=1))
        return " ".join(_breakable(word, longest) for word in words.split(" "))

    def of(self, content: tuple[str | Block, ...], depth: int = 0) -> list[Any]:
        """Return the blocks of a narrative: texts and inline elements side by side make a paragraph."""
        flow: list[Any] = []
        line: list[Any] = []
        for one in content:
            if isinstance(one, Block) and (one.name in _BLOCKS or _holds_blocks(one)):
                _close(flow, line)
                flow.extend(self._block(one, depth))
            else:
                line.extend(self._inline(one))
        _close(flow, line)
        return flow

    def picture(self, file: Attachment | None) -> list[Any]:
        """Return a picture, or the words that stand for what cannot be one."""
        ready = None if file is None or self._plain else self._pictures.ready(file.media_type, file.content)
        if file is None or ready is None:
            return [{"kind": "paragraph", "parts": [{"text": "(image ou fichier joint)", "style": ["italics"]}]}]
        self.shown.add(id(file))
        return [{"kind": "picture", "bytes": list(ready)}]

    def _block(self, block: Block, depth: int) -> list[Any]:
        if block.name == "renderMultiMedia":
            names = block.attributes.get("referencedObject", "").split()
            pictures = [part for name in names for part in self.picture(self._files.get(name))]
            return [*pictures, *self.of(block.content, depth)]
        if block.name in ("list", "table") and not self._plain and depth < _DEEPEST:
            return self._table(block, depth) if block.name == "table" else self._list(block, depth)
        if block.name == "tr":
            return self._line(block, depth)
        return self.of(block.content, depth)

    def _line(self, row: Block, depth: int) -> list[Any]:
        """A row outside its table is a paragraph for each cell."""
        return [part for cell in row.content for part in self.of(_content(cell), depth)]

    def _list(self, block: Block, depth: int) -> list[Any]:
        captions, rest = _without_captions(block)
        items = [self.of(_content(one), depth + 1) for one in rest if _says(one)]
        ordered = block.attributes.get("listType") == "ordered"
        return [*self._captions(captions, depth), {"kind": "list", "ordered": ordered, "items": items}]

    def _table(self, table: Block, depth: int) -> list[Any]:
        captions, _ = _without_captions(table)
        rows = [[self._cell(cell, depth + 1) for cell in row.content if _says(cell)] for row in rows_of(table)]
        flow = [*self._captions(captions, depth), *self.of(tuple(strays_of(table)), depth)]
        placed = laid_out(rows)
        if not placed:
            return flow
        count = max(cell.x + cell.colspan for cell in placed)
        columns = columns_of(placed, count, alone=depth == 0)
        if columns is None:
            return [*flow, *(part for cell in placed for part in cell.content)]
        if columns.cut is not None:
            cut_words([{"cells": placed}], columns.cut)
        return [
            *flow,
            {
                "kind": "table",
                "columns": count,
                "widths": columns.widths,
                "size": columns.size if depth == 0 else None,
                "inset": columns.inset,
                "turned": columns.turned,
                "header": _header_rows(table, placed),
                "cells": placed,
            },
        ]

    def _cell(self, cell: str | Block, depth: int) -> Cell:
        return cell_of(cell if isinstance(cell, Block) else Block("td", {}, (cell,)), self.of(_content(cell), depth))

    def _captions(self, captions: list[Block], depth: int) -> list[Any]:
        return [part for caption in captions for part in self.of((caption,), depth)]

    def _inline(self, one: str | Block) -> list[Any]:
        if isinstance(one, str):
            said = " ".join(one.split())
            if not said:
                return [{"text": " ", "style": []}] if one else []
            before, after = " " * one[:1].isspace(), " " * one[-1:].isspace()
            return [{"text": self.said(f"{before}{said}{after}"), "style": []}]
        styles = _styles(one)
        return [{**part, "style": [*styles, *part["style"]]} for inner in one.content for part in self._inline(inner)]


def _says(one: str | Block) -> bool:
    """Blanks between cells and items are none of them; words there, however wrongly, are."""
    return isinstance(one, Block) or bool(one.strip())


def _content(one: str | Block) -> tuple[str | Block, ...]:
    return one.content if isinstance(one, Block) else (one,)


def _styles(block: Block) -> list[str]:
    named = [style for one in block.attributes.get("styleCode", "").split() for style in _STYLES.get(one.lower(), ())]
    own = (_ELEMENTS.get(block.name), _CHANGES.get(block.attributes.get("revised", "")))
    return [*named, *(style for style in own if style)]


def _breakable(word: str, longest: int) -> str:
    if len(word) <= longest:
        return word
    return _BREAK_HERE.join(word[at : at + longest] for at in range(0, len(word), longest))


def _close(flow: list[Any], line: list[Any]) -> None:
    """Blanks alone between two blocks are none of the text; nor are those at the ends of a paragraph."""
    said = [part for part in line if part["text"]]
    while said and not said[0]["text"].strip():
        del said[0]
    while said and not said[-1]["text"].strip():
        del said[-1]
    if said:
        said[0]["text"] = said[0]["text"].lstrip()
        said[-1]["text"] = said[-1]["text"].rstrip()
        flow.append({"kind": "paragraph", "parts": said})
    line.clear()


def _holds_blocks(block: Block) -> bool:
    return any(isinstance(one, Block) and (one.name in _BLOCKS or _holds_blocks(one)) for one in block.content)


def _without_captions(block: Block) -> tuple[list[Block], list[str | Block]]:
    captions = [one for one in block.content if isinstance(one, Block) and one.name == "caption"]
    return captions, [one for one in block.content if not (isinstance(one, Block) and one.name == "caption")]


def _header_rows(table: Block, cells: list[Cell]) -> int:
    """The rows that are said again on each page; none when one of their cells goes below them."""
    rows = sum(len(rows_of(one)) for one in table.content if isinstance(one, Block) and one.name == "thead")
    return 0 if any(cell.y < rows < cell.y + cell.rowspan for cell in cells) else rows
