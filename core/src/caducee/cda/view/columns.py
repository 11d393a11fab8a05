"""How wide the columns of a printed table are: no word may lie over the next column.

Widths of words are estimated, in ems, on the generous side of what Libertinus Serif draws.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from caducee.cda.view.tables import Cell

PAGE = 170.0
_MM_IN_POINT = 0.3528
_SIZES = (10.5, 9.5, 8.5, 7.5, 6.5)
_INSETS = (1.6, 1.6, 1.2, 1.0, 0.6)
_WIDE = frozenset("mwMW@%ŒœÆæ—…")
_NARROW = frozenset("iljtfr.,;:'’!|/()[] ")
_BOLD = 1.12
_LEAST = 1.0
# A column of long texts takes no more than this of what is left, in ems.
_MOST_TEXT = 60.0
_PICTURE = 12.0
_INDENT = 2.5
_BREAK_HERE = "\u200b"


class Columns(msgspec.Struct, frozen=True):
    """The columns: their widths in millimetres, the size of the text in points, the inset of cells in millimetres.

    ``cut`` is the longest that a word may be, in ems, where even the smallest text is too wide.
    """

    widths: list[float]
    size: float
    inset: float
    cut: float | None


def columns_of(cells: list[Cell], count: int) -> Columns | None:
    """Return the columns of a table that is laid out; ``None`` when no page is wide enough for them."""
    least, text = _needs(cells, count)
    for size, inset in zip(_SIZES, _INSETS, strict=True):
        em = size * _MM_IN_POINT
        if sum(least) * em + 2 * inset * count <= PAGE:
            return Columns(_shared(least, text, em, inset), size, inset, None)
    size, inset = _SIZES[-1], _INSETS[-1]
    em = size * _MM_IN_POINT
    cut = _cut(least, (PAGE - 2 * inset * count) / em)
    if cut < 2 * _LEAST:
        return None
    return Columns(_shared([min(one, cut) for one in least], text, em, inset), size, inset, cut)


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
    if one == _BREAK_HERE:
        return 0.0
    if one in _WIDE:
        return 0.95
    return 0.32 if one in _NARROW else 0.72 if one.isupper() else 0.52


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


def _shared(least: list[float], text: list[float], em: float, inset: float) -> list[float]:
    """Each column has room for its widest word; what is left goes where the long texts are."""
    base = [one * em + 2 * inset for one in least]
    wanted = [max(0.0, whole - word) for whole, word in zip(text, least, strict=True)]
    left, total = PAGE - sum(base), sum(wanted)
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
