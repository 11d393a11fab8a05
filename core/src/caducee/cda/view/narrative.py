"""Narratives as HTML: the elements of CDA R2 (4.3.5), each with the element of HTML that means the same."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from html import escape

from caducee.cda.reading.model import Attachment, Block, ReadDocument
from caducee.cda.view.tables import columns_in

_SAME = frozenset({"br", "col", "colgroup", "sub", "sup", "tbody", "td", "tfoot", "th", "thead", "tr"})
_NAMES = {"content": "span", "item": "li", "paragraph": "p", "footnote": "small", "footnoteRef": "sup"}
_EMPTY = frozenset({"br", "col"})
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif"})
# Written as they come in documents: in any case, and both in one word.
_STYLES = {
    "bold": "bold",
    "bolditalics": "bold italics",
    "italics": "italics",
    "underline": "underline",
    "emphasis": "emphasis",
    "arabic": "arabic",
    "bigalpha": "big-alpha",
    "bigroman": "big-roman",
    "littlealpha": "little-alpha",
    "littleroman": "little-roman",
}
_CHANGES = {"delete": "del", "insert": "ins"}
# A picture that is shown again is in the page again: many times, it would make a page that no browser opens.
_MOST_REPEATED = 20_000_000
# Beyond these, a printed table has smaller letters, then a sheet on its side: paper does not scroll.
_FEW_COLUMNS, _SOME_COLUMNS = 7, 10
_SCOPES = ("row", "col", "rowgroup", "colgroup")
_LINK = re.compile(r"(https?://|mailto:)[^\s\"'<>]+", re.ASCII)
_IDENTIFIER = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_NUMBER = re.compile(r"[1-9]\d{0,2}", re.ASCII)


class Passages:
    """Writes the narratives of one document: identifiers once each, pictures where they are shown."""

    def __init__(self, document: ReadDocument) -> None:
        self._files = {one.reference: one for one in document.attachments if one.reference}
        self._used: set[str] = set()
        self._left = _MOST_REPEATED
        self._shown: set[str] = set()

    def html(self, content: tuple[str | Block, ...]) -> str:
        """Return a narrative as HTML; it holds every text of it, escaped."""
        return "".join(self._all(content))

    def _all(self, content: tuple[str | Block, ...]) -> Iterator[str]:
        for one in content:
            if isinstance(one, str):
                yield escape(one)
            else:
                yield from self._block(one)

    def _block(self, block: Block) -> Iterator[str]:
        match block.name:
            case "table":
                table = f"<table{self._attributes(block)}>{self._table(block)}</table>"
                columns = columns_in(block)
                many = " turned" if columns > _SOME_COLUMNS else " many" if columns > _FEW_COLUMNS else ""
                yield f'<div class="wide{many}" role="region" aria-label="Tableau" tabindex="0">{table}</div>'
            case "list":
                name = "ol" if block.attributes.get("listType") == "ordered" else "ul"
                yield from self._list(name, block)
            case "linkHtml":
                yield from self._link(block)
            case "renderMultiMedia":
                yield from self._media(block)
            case "caption":
                yield f"<strong{self._attributes(block)}>{self.html(block.content)}</strong> "
            case "tr":
                yield f"<tr{self._attributes(block)}>{''.join(self._row(block))}</tr>"
            case name:
                yield from self._plain(name if name in _SAME else _NAMES.get(name, "span"), block)

    def _row(self, row: Block) -> Iterator[str]:
        """A header beside plain cells is that of its row; among its like, that of its column."""
        mixed = any(isinstance(one, Block) and one.name == "td" for one in row.content)
        for one in row.content:
            if isinstance(one, Block) and one.name == "th" and one.attributes.get("scope") not in _SCOPES:
                scope = "row" if mixed else "col"
                yield from self._plain("th", Block("th", {**one.attributes, "scope": scope}, one.content))
            else:
                yield from self._all((one,))

    def _plain(self, name: str, block: Block) -> Iterator[str]:
        change = _CHANGES.get(block.attributes.get("revised", ""))
        if change and name in ("span", "p"):
            yield f"<{change}{self._attributes(block)}>{self.html(block.content)}</{change}>"
            return
        yield f"<{name}{self._attributes(block)}>"
        if name not in _EMPTY:
            yield f"{self.html(block.content)}</{name}>"
        else:
            yield self.html(block.content)

    def _table(self, table: Block) -> str:
        """The caption of a table comes first in HTML, and only blanks may stand between rows."""
        captions = [one for one in table.content if isinstance(one, Block) and one.name == "caption"]
        rest = tuple(one for one in table.content if not (isinstance(one, Block) and one.name == "caption"))
        shown = "".join(f"<caption>{self.html(one.content)}</caption>" for one in captions)
        return shown + self.html(rest)

    def _list(self, name: str, block: Block) -> Iterator[str]:
        captions = [one for one in block.content if isinstance(one, Block) and one.name == "caption"]
        rest = tuple(one for one in block.content if not (isinstance(one, Block) and one.name == "caption"))
        yield self.html(tuple(captions))
        yield f"<{name}{self._attributes(block)}>{self.html(rest)}</{name}>"

    def _link(self, block: Block) -> Iterator[str]:
        target = block.attributes.get("href", "")
        inner = self.html(block.content)
        if target.startswith("#") and _IDENTIFIER.fullmatch(target[1:]):
            yield f'<a href="#n-{target[1:]}">{inner}</a>'
        elif _LINK.fullmatch(target):
            yield f'<a href="{escape(target)}" rel="noreferrer noopener">{inner or escape(target)}</a>'
        else:
            yield f"<span>{inner}</span>"

    def _media(self, block: Block) -> Iterator[str]:
        for reference in block.attributes.get("referencedObject", "").split():
            yield self._figure(self._files.get(reference))
        yield self.html(block.content)

    def _figure(self, file: Attachment | None) -> str:
        if file is None or file.media_type not in PICTURES:
            return "<em>(fichier joint)</em>"
        if file.reference in self._shown:
            self._left -= len(file.content)
            if self._left < 0:
                return "<em>(image déjà montrée)</em>"
        self._shown.add(file.reference)
        return figure(file)

    def _attributes(self, block: Block) -> str:
        kept = []
        identifier = block.attributes.get("ID", "")
        if _IDENTIFIER.fullmatch(identifier) and identifier not in self._used:
            self._used.add(identifier)
            kept.append(f' id="n-{identifier}"')
        names = [one.lower() for one in block.attributes.get("styleCode", "").split()]
        styles = [_STYLES[one] for one in names if one in _STYLES]
        if change := _CHANGES.get(block.attributes.get("revised", "")):
            styles.append(f"revised-{change}")
        if styles:
            kept.append(f' class="{" ".join(styles)}"')
        spans = [name for name in ("colspan", "rowspan") if _NUMBER.fullmatch(block.attributes.get(name, ""))]
        kept.extend(f' {name}="{block.attributes[name]}"' for name in spans)
        if block.attributes.get("scope") in _SCOPES:
            kept.append(f' scope="{block.attributes["scope"]}"')
        return "".join(kept)


def figure(file: Attachment) -> str:
    """Return a picture of the document; it says what it is to who cannot see it."""
    data = base64.b64encode(file.content).decode("ascii")
    return f'<figure><img alt="Image jointe au document" src="data:{file.media_type};base64,{data}"></figure>'
