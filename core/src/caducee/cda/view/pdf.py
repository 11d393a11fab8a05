"""A document on paper: PDF/A-1b, by typst. Every word of the document is data, never markup."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from typing import Any

import msgspec

from caducee.cda.reading.model import PDF_MEDIA_TYPE, Block, ReadDocument, Section
from caducee.cda.view.facts import head, patient
from caducee.errors import CapabilityMissing
from caducee.paper.printable import unprintable

_PICTURES = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}
_SUBSTITUTE = "□"


class Cell(msgspec.Struct):
    """A cell of a table: where it stands, how far it goes, what stands in it."""

    x: int
    y: int
    head: bool
    colspan: int
    rowspan: int
    content: list[Any]


def to_pdf(document: ReadDocument) -> bytes:
    """Return the document as a PDF that a person hands over (PDF/A-1b where it is made here).

    A document that is a PDF comes as it is; one that brings its PDF copy still comes from its sections. The head says
    the type, the title, the date, the author and the organisation (MSSanté, ECO.2.1.5). A character that the fonts
    cannot draw becomes « □ », and the first page says so; so it does of files and pictures that are not shown.

    Raises:
        CapabilityMissing: typst is not installed (``caducee[paper]``).
    """
    if document.body is not None and document.media_type == PDF_MEDIA_TYPE:
        return document.body
    try:
        import typst
    except ImportError:
        raise CapabilityMissing("typst is not installed: caducee[paper]") from None
    page = _Page(document)
    words = msgspec.json.encode(page.words()).decode()
    source = files("caducee.cda.view").joinpath("document.typ").read_bytes()
    made: bytes = typst.compile(
        source, sys_inputs={"document": words}, ignore_system_fonts=True, format="pdf", pdf_standards=["a-1b"]
    )
    return made


class _Page:
    """What stands on the pages, and what had to be left out."""

    def __init__(self, document: ReadDocument) -> None:
        self._document = document
        self._lost = False
        self._unshown = sum(1 for one in document.attachments if one.media_type != "text/plain")

    def words(self) -> dict[str, Any]:
        document = self._document
        title = document.title or (document.type.display if document.type else "") or "Document médical"
        sections = [part for section in document.sections for part in self._section(section, 1)]
        if document.media_type == "text/plain" and document.body is not None:
            lines = document.body.decode("utf-8", "replace").splitlines()
            sections.append({"level": 1, "title": "", "content": [_paragraph([self._said(line)]) for line in lines]})
        facts = [[label, self._said(words)] for label, words in head(document)]
        who = [[label, self._said(words)] for label, words in patient(document.header.patient)]
        day = _day(document.header.created)
        said = self._said(title)
        return {
            "title": said,
            "date": [day.year, day.month, day.day],
            "facts": facts,
            "patient": who,
            "sections": sections,
            "notes": self._notes(),
        }

    def _notes(self) -> list[str]:
        notes = []
        if any(one.loss for one in self._document.warnings):
            notes.append("Ce document présente des anomalies ; il est peut-être incomplet.")
        if self._unshown:
            notes.append(f"Fichiers joints non reproduits ici : {self._unshown}.")
        if self._lost:
            notes.append("Certains caractères ne peuvent pas être imprimés ; ils sont remplacés par « □ ».")
        return notes

    def _section(self, section: Section, level: int) -> list[dict[str, Any]]:
        title = section.title or (section.code.display if section.code else "") or "Section sans titre"
        own = {"level": level, "title": self._said(title), "content": self._flow(section.narrative)}
        return [own, *(part for inner in section.sections for part in self._section(inner, level + 1))]

    def _flow(self, content: tuple[str | Block, ...]) -> list[Any]:
        """Texts and inline elements side by side make a paragraph; blocks stand alone."""
        flow: list[Any] = []
        line: list[Any] = []
        for one in content:
            if isinstance(one, Block) and one.name in ("paragraph", "list", "table", "br", "item"):
                _close(flow, line)
                flow.extend(self._block(one))
            elif isinstance(one, Block) and _holds_blocks(one):
                _close(flow, line)
                flow.extend(self._flow(one.content))
            else:
                line.extend(self._inline(one))
        _close(flow, line)
        return flow

    def _block(self, block: Block) -> list[Any]:
        match block.name:
            case "table":
                return self._table(block)
            case "list":
                return [
                    {
                        "kind": "list",
                        "ordered": block.attributes.get("listType") == "ordered",
                        "items": self._items(block),
                    }
                ]
            case "br":
                return []
        return self._flow(block.content)

    def _items(self, block: Block) -> list[Any]:
        return [self._flow(one.content) for one in block.content if isinstance(one, Block)]

    def _table(self, table: Block) -> list[Any]:
        captions = [one for one in table.content if isinstance(one, Block) and one.name == "caption"]
        rows = [[self._cell(cell) for cell in row.content if isinstance(cell, Block)] for row in _rows(table)]
        placed = laid_out(rows)
        flow = [part for caption in captions for part in self._flow(caption.content)]
        if placed:
            width = max(cell.x + cell.colspan for cell in placed)
            flow.append({"kind": "table", "columns": width, "cells": placed})
        return flow

    def _cell(self, cell: Block) -> Cell:
        spans = [_number(cell.attributes.get(name, "")) for name in ("colspan", "rowspan")]
        return Cell(0, 0, cell.name == "th", spans[0], spans[1], self._flow(cell.content))

    def _inline(self, one: str | Block) -> list[Any]:
        if isinstance(one, str):
            said = " ".join(one.split())
            blank = one[:1].isspace() or one[-1:].isspace()
            return [{"text": self._said(f" {said} " if blank else said), "style": ""}] if said else []
        if one.name == "renderMultiMedia":
            return [{"text": "(image ou fichier joint)", "style": "italics"}]
        style = one.attributes.get("styleCode", "").split()
        name = "bold" if "Bold" in style or one.name == "caption" else "italics" if "Italics" in style else one.name
        inner = [part for part in one.content for part in self._inline(part)]
        kept = name if name in ("bold", "italics", "sub", "sup") else ""
        return [{**part, "style": kept or part["style"]} for part in inner]

    def _said(self, words: str) -> str:
        places = set(unprintable(words))
        if not places:
            return words
        self._lost = True
        return "".join(_SUBSTITUTE if at in places else character for at, character in enumerate(words, start=1))


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


def _paragraph(parts: list[str]) -> dict[str, Any]:
    return {"kind": "paragraph", "parts": [{"text": part, "style": ""} for part in parts]}


def _close(flow: list[Any], line: list[Any]) -> None:
    if line:
        flow.append({"kind": "paragraph", "parts": list(line)})
        line.clear()


def _holds_blocks(block: Block) -> bool:
    return any(
        isinstance(one, Block) and (one.name in ("paragraph", "list", "table", "br") or _holds_blocks(one))
        for one in block.content
    )


def _rows(table: Block) -> list[Block]:
    found = []
    for one in table.content:
        if isinstance(one, Block):
            found.extend([one] if one.name == "tr" else _rows(one) if one.name in ("thead", "tbody", "tfoot") else [])
    return found


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text) < 100 else 1


def _day(created: str | None) -> date:
    """The date of the document is the date of its print: the same document gives the same bytes."""
    try:
        return date(int((created or "")[:4]), int((created or "")[4:6]), int((created or "")[6:8]))
    except ValueError:
        return date(1970, 1, 1)
