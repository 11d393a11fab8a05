"""Words compared as people type them: no accent, no case, no hyphen."""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l"}
)
_OTHER = re.compile(r"[^0-9a-z]+")


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text in a-z and 0-9: accents are dropped, every other character ends a word."""
    if text.isascii():
        return tuple(_OTHER.sub(" ", text.lower()).split())
    plain = unicodedata.normalize("NFKD", text.translate(_LIGATURES).casefold())
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return tuple(_OTHER.sub(" ", bare).split())


def folded(text: str) -> str:
    """Return a text as it is sorted and compared: its words with one space between."""
    return " ".join(words(text))


def begins(wanted: tuple[str, ...], known: tuple[str, ...]) -> bool:
    """Say whether each wanted word begins a known one."""
    return all(any(word.startswith(part) for word in known) for part in wanted)
