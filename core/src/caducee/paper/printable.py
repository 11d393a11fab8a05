"""Which characters the page's fonts can draw. A letter never shows an empty box in place of a word.

The ranges are what Libertinus Serif draws of Latin, Greek and Cyrillic scripts, punctuation and the signs that
medical texts use; a test draws every one of them.
"""

from __future__ import annotations

import re

_RANGES = (
    (0x0020, 0x007E),
    (0x00A0, 0x00AC),
    (0x00AE, 0x024F),
    (0x0384, 0x038A),
    (0x038C, 0x038C),
    (0x038E, 0x03A1),
    (0x03A3, 0x045F),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x202F, 0x202F),
    (0x2030, 0x2037),
    (0x2039, 0x2040),
    (0x2044, 0x204B),
    (0x2070, 0x2071),
    (0x2074, 0x208E),
    (0x20A0, 0x20BF),
    (0x2153, 0x2184),
    (0x2190, 0x219B),
    (0x2200, 0x220D),
    (0x220F, 0x222E),
    (0x223C, 0x223C),
    (0x2245, 0x2245),
    (0x2248, 0x2249),
    (0x2260, 0x2262),
    (0x2264, 0x2265),
    (0x2295, 0x2298),
    (0x2300, 0x2300),
    (0x25A0, 0x25A1),
    (0x25CE, 0x25D7),
    (0x2660, 0x2660),
    (0x2714, 0x2714),
    (0x2718, 0x2718),
)
_BREAKS = "\n\t"
_UNDRAWN = re.compile(f"[^{_BREAKS}{''.join(f'{re.escape(chr(a))}-{re.escape(chr(b))}' for a, b in _RANGES)}]")


def printable() -> tuple[tuple[int, int], ...]:
    """Return the ranges of code points, both ends included."""
    return _RANGES


def unprintable(text: str) -> tuple[int, ...]:
    """Return the positions, from 1, of the characters that cannot be drawn. Line breaks and tabs are layout."""
    return tuple(found.start() + 1 for found in _UNDRAWN.finditer(text))
