"""What stands on printed pages, as pdfium reads them."""

from __future__ import annotations

import pypdfium2

Box = tuple[float, float, float, float]
_CELL = 8
_HAIR = 1.0
_ALLOWED = ("\u200b", "Q", ".")


def words(pdf: bytes) -> str:
    """Return the text of all pages."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def letters_over_others(pdf: bytes) -> int:
    """Count the letters that lie over another by more than half: what nobody can read."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return sum(_collisions(_boxes(page.get_textpage())) for page in document)
    finally:
        document.close()


def _boxes(text: pypdfium2.PdfTextPage) -> list[Box]:
    """Return those of the letters, once each.

    The letters of a ligature share theirs; the tail of a Q is under its u, a full stop under the serif before it.
    """
    kept = (at for at in range(text.count_chars()) if text.get_text_range(at, 1) not in _ALLOWED)
    boxes = dict.fromkeys(text.get_charbox(at) for at in kept)
    return [one for one in boxes if one[2] - one[0] > _HAIR and one[3] - one[1] > _HAIR]


def _collisions(boxes: list[Box]) -> int:
    seen: dict[tuple[int, int], list[Box]] = {}
    found = 0
    for box in boxes:
        x, y = int(box[0]) // _CELL, int(box[1]) // _CELL
        near = ((x + across, y + along) for across in (-1, 0, 1) for along in (-1, 0, 1))
        found += sum(_lie_over(box, other) for key in near for other in seen.get(key, ()))
        seen.setdefault((x, y), []).append(box)
    return found


def _lie_over(one: Box, other: Box) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    along = min(one[3], other[3]) - max(one[1], other[1])
    return across > 0.5 * min(one[2] - one[0], other[2] - other[0]) and along > _HAIR
