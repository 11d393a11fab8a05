"""The few facts of a TrueType font that PDF/A-1 asks about: how many glyphs, how wide, how many maps of characters."""

from __future__ import annotations

import struct

import msgspec

_THOUSAND = 1000


class Sfnt(msgspec.Struct, frozen=True):
    """``widths`` are in thousandths of the type size, one a glyph; ``maps`` counts the maps of characters."""

    widths: tuple[float, ...]
    maps: int


def glyphs(font: bytes) -> int:
    """Return how many glyphs a font has; 0 where it cannot be said."""
    try:
        return _glyphs(font, _tables(font))
    except (struct.error, KeyError):
        return 0


def read_sfnt(font: bytes) -> Sfnt | None:
    """Return the facts; ``None`` where the font is damaged or of another kind."""
    try:
        tables = _tables(font)
        units = _number(font, tables[b"head"] + 18)
        measured = _number(font, tables[b"hhea"] + 34)
        count = _glyphs(font, tables)
        if not units or not measured:
            return None
        at = tables[b"hmtx"]
        advances = [_number(font, at + 4 * min(glyph, measured - 1)) for glyph in range(count)]
        maps = _number(font, tables[b"cmap"] + 2) if b"cmap" in tables else 0
    except (struct.error, KeyError):
        return None
    return Sfnt(tuple(advance * _THOUSAND / units for advance in advances), maps)


def _glyphs(font: bytes, tables: dict[bytes, int]) -> int:
    return _number(font, tables[b"maxp"] + 4)


def _number(font: bytes, at: int) -> int:
    (value,) = struct.unpack_from(">H", font, at)
    return int(value)


def _tables(font: bytes) -> dict[bytes, int]:
    found = {}
    for at in range(_number(font, 4)):
        name, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * at)
        found[name] = offset
    return found
