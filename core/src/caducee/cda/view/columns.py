"""How wide the columns of a printed table are: no word may lie over the next column.

Widths of words are estimated, in ems, on the generous side of what Libertinus Serif draws.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from caducee.cda.view.tables import Cell

PAGE, PAGE_TURNED = 170.0, 257.0
_MM_IN_POINT = 0.3528
# Letters grow smaller down to what is still read at ease; then the page is turned; then they are small; then cut.
_LAYOUTS = ((PAGE, 10.5, 1.6), (PAGE, 9.5, 1.6), (PAGE, 8.5, 1.2), (PAGE, 7.5, 1.0))
_LAYOUTS_TURNED = ((PAGE_TURNED, 9.5, 1.4), (PAGE_TURNED, 8.5, 1.2), (PAGE_TURNED, 7.5, 1.0), (PAGE_TURNED, 6.5, 0.6))
_LAYOUT_IN_A_CELL = ((PAGE, 6.5, 0.6),)
_EMS = {
    one: ems
    for ems, characters in (
        (0.97, "W@…—"),
        (0.88, "MŒ"),
        (0.8, "mœ"),
        (0.73, "wADGHNOQÆæ&"),
        (0.67, "BCKRTUVXZ%"),
        (0.4, "frt*[]"),
        (0.34, "iljIJ.,;:'’!|/()-\" "),
        (0.0, "\u200b"),
    )
    for one in characters
}
_EM_OF_OTHERS, _EM_OF_CAPITALS, _EM_OF_WHAT_IS_RARE = 0.54, 0.7, 1.0
_LATIN = 0x250
_BOLD = 1.13
_LEAST = 1.0
# A column of long texts takes no more than this of what is left, in ems.
_MOST_TEXT = 60.0
_PICTURE = 12.0
_INDENT = 2.5
_BREAK_HERE = "\u200b"


class Columns(msgspec.Struct, frozen=True):
    """The columns: their widths in millimetres, the size of the text in points, the inset of cells in millimetres.

    ``turned`` says that they need a page on its side. ``cut`` is the longest that a word may be, in ems, where even
    the smallest text is too wide.
    """

    widths: list[float]
    size: float
    inset: float
    turned: bool = False
    cut: float | None = None


def columns_of(cells: list[Cell], count: int, *, alone: bool = True) -> Columns | None:
    """Return the columns of a table that is laid out; ``None`` when no page is wide enough for them.

    A table that is not ``alone`` stands in something else: it cannot have a page of its own.
    """
    least, text = _needs(cells, count)
    layouts = (*_LAYOUTS, *(_LAYOUTS_TURNED if alone else _LAYOUT_IN_A_CELL))
    for page, size, inset in layouts:
        if sum(least) * size * _MM_IN_POINT + 2 * inset * count <= page:
            return Columns(_shared(least, text, page, size, inset), size, inset, turned=page > PAGE)
    page, size, inset = layouts[-1]
    cut = _cut(least, (page - 2 * inset * count) / (size * _MM_IN_POINT))
    if cut < 2 * _LEAST:
        return None
    widths = _shared([min(one, cut) for one in least], text, page, size, inset)
    return Columns(widths, size, inset, turned=page > PAGE, cut=cut)


def cut_words(content: list[Any], longest: float) -> None:
    """Let every word of a flow be cut before it is wider than this, in ems."""
    for item in content:
        for part in item.get("parts", ()):
            part["text"] = " ".join(_cut_word(word, longest) for word in part["text"].split(" "))
        for inner in item.get("items", ()):
            cut_words(inner, longest)
        for cell in item.get("cells", ()):
            cut_words(cell.content, longest)


def width(word: str) -> float:
    """Return about how wide a word is, in ems."""
    return sum(_character(one) for one in word)


def _character(one: str) -> float:
    if one in _EMS:
        return _EMS[one]
    if ord(one) >= _LATIN:
        return _EM_OF_WHAT_IS_RARE
    return _EM_OF_CAPITALS if one.isupper() else _EM_OF_OTHERS


def _needs(cells: list[Cell], count: int) -> tuple[list[float], list[float]]:
    """Return the widest word and the length of the longest text of each column, in ems."""
    least, text = [_LEAST] * count, [_LEAST] * count
    for cell in sorted(cells, key=lambda one: one.colspan):
        word, whole = _measured(cell.content)
        if cell.head:
            word, whole = word * _BOLD, whole * _BOLD
        covered = range(cell.x, cell.x + cell.colspan)
        for needs, needed in ((least, word), (text, min(whole, _MOST_TEXT))):
            missing = (needed - sum(needs[at] for at in covered)) / cell.colspan
            for at in covered:
                needs[at] += max(0.0, missing)
    return least, text


def _measured(content: list[Any]) -> tuple[float, float]:
    pairs = [pair for item in content for pair in _item(item)]
    return max((word for word, _ in pairs), default=0.0), max((whole for _, whole in pairs), default=0.0)


def _item(item: dict[str, Any]) -> Iterator[tuple[float, float]]:
    match item["kind"]:
        case "paragraph":
            said = "".join(part["text"] for part in item["parts"])
            bold = _BOLD if any("bold" in part["style"] for part in item["parts"]) else 1.0
            yield max(map(width, _words(said)), default=0.0) * bold, width(said) * bold
        case "list":
            for inner in item["items"]:
                word, whole = _measured(inner)
                yield word + _INDENT, whole + _INDENT
        case "table":
            least, text = _needs(item["cells"], item["columns"])
            yield sum(least) + item["columns"], sum(text) + item["columns"]
        case _:
            yield _PICTURE, _PICTURE


def _words(said: str) -> Iterable[str]:
    return (word for run in said.split() for word in run.split(_BREAK_HERE))


def _shared(least: list[float], text: list[float], page: float, size: float, inset: float) -> list[float]:
    """Each column has room for its widest word; what is left goes where the long texts are."""
    base = [one * size * _MM_IN_POINT + 2 * inset for one in least]
    wanted = [max(0.0, whole - word) for whole, word in zip(text, least, strict=True)]
    left, total = page - sum(base), sum(wanted)
    extra = [left * (one / total if total else 1 / len(least)) for one in wanted]
    return [round(one + more, 2) for one, more in zip(base, extra, strict=True)]


def _cut(least: list[float], room: float) -> float:
    """Return the length at which the longest words must be cut for all columns to have room."""
    left, columns = room, len(least)
    for one in sorted(least):
        if one * columns > left:
            break
        left, columns = left - one, columns - 1
    return left / max(1, columns)


def _cut_word(word: str, longest: float) -> str:
    if width(word) <= longest:
        return word
    pieces, piece = [], ""
    for one in word:
        if piece and width(piece + one) > longest / _BOLD:
            pieces.append(piece)
            piece = ""
        piece += one
    return _BREAK_HERE.join([*pieces, piece])
