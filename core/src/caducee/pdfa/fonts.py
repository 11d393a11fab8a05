"""What PDF/A-1 asks of a font that is written with (ISO 19005-1, 6.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from caducee.pdfa.bounds import read
from caducee.pdfa.needs import need
from caducee.pdfa.rules import Rules
from caducee.pdfa.sfnt import Sfnt, read_sfnt

_KINDS = ("/Type0", "/Type1", "/MMType1", "/TrueType", "/Type3")
_INNER_KINDS = ("/CIDFontType0", "/CIDFontType2")
_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_IDENTITY = ("/Identity-H", "/Identity-V")
_COMPACT = {"/Type1": "/Type1C", "/MMType1": "/Type1C", "/CIDFontType0": "/CIDFontType0C"}
_PLAIN_ENCODINGS = ("/WinAnsiEncoding", "/MacRomanEncoding")
_SUBSET = re.compile(r"/[A-Z]{6}\+")
_SYMBOLIC = 4
_DEFAULT_WIDTH = 1000
_TOLERANCE = 1.0


def font_faults(font: Any, texts: set[bytes]) -> Iterator[Rules]:
    """Yield what is wrong with a font in which ``texts`` are written.

    Raises:
        FileUnreadable: the font is damaged.
    """
    kind = str(font.get("/Subtype"))
    if font.get("/Type") != "/Font" or kind not in _KINDS or not _is_named(font):
        yield Rules.FONT_PARTS
    if kind == "/Type0":
        yield from _composite(font, texts)
    elif kind != "/Type3":
        yield from _simple(font, kind)


def _file_of(font: Any) -> tuple[Any, str]:
    descriptor = font.get("/FontDescriptor")
    for name in _FILES if descriptor is not None else ():
        if name in descriptor:
            read(descriptor[name])
            return descriptor[name], name
    return None, ""


def _is_named(font: Any) -> bool:
    return font.get("/Subtype") == "/Type3" or isinstance(font.get("/BaseFont"), need("pikepdf").Name)


def _fitting(file: Any, name: str, kind: str) -> bool:
    return name != "/FontFile3" or str(file.get("/Subtype")) == _COMPACT.get(kind)


def _simple(font: Any, kind: str) -> Iterator[Rules]:
    file, name = _file_of(font)
    if file is None:
        yield Rules.FONT
        return
    if not _has_each_width(font) or not _fitting(file, name, kind):
        yield Rules.FONT_PARTS
    if kind == "/TrueType":
        yield from _true_type(font, file)
    elif _is_subset(font) and "/CharSet" not in font.FontDescriptor:
        yield Rules.FONT_PARTS


def _has_each_width(font: Any) -> bool:
    first, last, widths = (font.get(name) for name in ("/FirstChar", "/LastChar", "/Widths"))
    if not isinstance(first, int) or not isinstance(last, int) or not isinstance(widths, need("pikepdf").Array):
        return False
    return len(widths) == last - first + 1


def _true_type(font: Any, file: Any) -> Iterator[Rules]:
    """A symbolic font has one map of characters and no encoding; another names one of two encodings (6.3.7)."""
    encoding = font.get("/Encoding")
    if isinstance(encoding, need("pikepdf").Dictionary):
        encoding = encoding.get("/BaseEncoding")
    facts = read_sfnt(read(file))
    if int(font.FontDescriptor.get("/Flags", 0)) & _SYMBOLIC:
        understood = "/Encoding" not in font and facts is not None and facts.maps == 1
    else:
        understood = facts is not None and str(encoding) in _PLAIN_ENCODINGS
    if not understood:
        yield Rules.FONT_PARTS


def _composite(font: Any, texts: set[bytes]) -> Iterator[Rules]:
    inner = font.DescendantFonts[0]
    file, name = _file_of(inner)
    kind = str(inner.get("/Subtype"))
    if file is None:
        yield Rules.FONT
        return
    described = kind in _INNER_KINDS and inner.get("/Type") == "/Font" and _is_named(inner)
    described = described and {"/Registry", "/Ordering"} <= inner.get("/CIDSystemInfo", {}).keys()
    if not described or str(font.get("/Encoding")) not in _IDENTITY or not _fitting(file, name, kind):
        yield Rules.FONT_PARTS
    if _is_subset(inner) and "/CIDSet" not in inner.FontDescriptor:
        yield Rules.FONT_PARTS
    if kind == "/CIDFontType2":
        yield from _measured(inner, file, texts)


def _is_subset(font: Any) -> bool:
    return _SUBSET.match(str(font.get("/BaseFont", ""))) is not None


def _measured(font: Any, file: Any, texts: set[bytes]) -> Iterator[Rules]:
    """Hold the widths that the PDF says of the glyphs written against those of the font."""
    facts = read_sfnt(read(file))
    map_ = font.get("/CIDToGIDMap")
    drawn_as_is = map_ == "/Identity"
    if facts is None or not (drawn_as_is or isinstance(map_, need("pikepdf").Stream)):
        yield Rules.FONT_PARTS
        return
    glyph_of = b"" if drawn_as_is else read(map_)
    said = dict(_said_widths(font.get("/W", [])))
    default = float(font.get("/DW", _DEFAULT_WIDTH))
    for code in {text[at : at + 2] for text in texts for at in range(0, len(text) - 1, 2)}:
        cid = int.from_bytes(code)
        glyph = int.from_bytes(glyph_of[2 * cid : 2 * cid + 2]) if not drawn_as_is else cid
        fault = _width_fault(facts, glyph, said.get(cid, default))
        if fault is not None:
            yield fault
            return


def _width_fault(facts: Sfnt, glyph: int, said: float) -> Rules | None:
    if glyph >= len(facts.widths):
        return Rules.FONT_PARTS
    return Rules.FONT_WIDTHS if abs(facts.widths[glyph] - said) > _TOLERANCE else None


def _said_widths(array: Any) -> Iterator[tuple[int, float]]:
    """Yield the width of each character of ``W``: ``first [w w …]`` or ``first last w`` (PDF Reference, 5.6.3)."""
    entries = iter(array)
    for first in entries:
        then = next(entries)
        if isinstance(then, need("pikepdf").Array):
            yield from ((int(first) + at, float(width)) for at, width in enumerate(then))
        else:
            width = float(next(entries))
            yield from ((cid, width) for cid in range(int(first), min(int(then), 0xFFFF) + 1))
