"""What the label of a bank movement says of a wire: upper case, ASCII, without what banks add or drop."""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from functools import lru_cache

_NOT_WORD = re.compile(r"[^A-Z0-9]+")
_DIGITS = re.compile(r"[0-9]+")
LONG_NUMBER = 8
"""A group of that many digits is a reference by itself."""
TELLING = 6
"""A wire label tells something when it has that many characters, a digit among them."""
CUT_AT = 16
"""A label that the bank has cut must show that many of its characters."""


@lru_cache(maxsize=400_000)
def words(text: str) -> tuple[str, ...]:
    """Return the words of a label."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().upper()
    return tuple(word for word in _NOT_WORD.split(ascii_text) if word)


@lru_cache(maxsize=400_000)
def squeezed(text: str) -> str:
    """Return a label without anything but letters and digits: banks break lines and drop spaces."""
    return "".join(words(text))


def is_number(word: str) -> bool:
    """Say whether a word is a reference by itself."""
    return len(word) >= LONG_NUMBER and word.isdigit()


@lru_cache(maxsize=400_000)
def telling(label: str) -> bool:
    """Say whether a wire label is a reference."""
    bare = squeezed(label)
    return len(bare) >= TELLING and any(character.isdigit() for character in bare)


@lru_cache(maxsize=400_000)
def handles(label: str) -> tuple[str, ...]:
    """Return the words to look a label up by: those with a digit, the longest first."""
    return tuple(sorted({word for word in words(label) if any(c.isdigit() for c in word)}, key=lambda w: (-len(w), w)))


class Carried(IntEnum):
    """How much of a wire label a movement repeats."""

    NOTHING = 0
    A_PART = 1
    """Cut at its end by the bank, or a long number of it."""
    WHOLE = 2


def carries(entry_label: str, wire_label: str) -> Carried:
    """Say how much of a wire label the label of a movement repeats."""
    if not telling(wire_label):
        return Carried.NOTHING
    entry, wire = squeezed(entry_label), squeezed(wire_label)
    if wire in entry:
        return Carried.WHOLE
    ours = {word for word in words(wire_label) if is_number(word)}
    return Carried(bool(ours.intersection(words(entry_label))) or _cut(entry, wire))


def _cut(entry: str, wire: str) -> bool:
    """The bank's field ended before the label did."""
    for length in range(min(len(wire) - 1, len(entry)), CUT_AT - 1, -1):
        if entry.endswith(wire[:length]):
            return any(character.isdigit() for character in wire[:length])
    return False


def contradicts(entry_label: str, wire_label: str) -> bool:
    """Say whether a movement bears a reference of the same form with other digits: then it is another wire."""
    if not telling(wire_label):
        return False
    wire, entry = squeezed(wire_label), squeezed(entry_label)
    found = _form(wire).search(entry)
    return found is not None and wire not in entry


@lru_cache(maxsize=400_000)
def _form(wire: str) -> re.Pattern[str]:
    return re.compile(_DIGITS.sub(lambda run: f"[0-9]{{{len(run.group())}}}", wire))
