"""Names as INSi writes them, and the one folding used to compare them.

Two forms, both derived, neither ever stored: ``lex`` is what a request carries (A-Z, space, apostrophe, hyphen),
``compared`` is what two names are compared on. A character that has no place in either is refused with its
position, never dropped: dropping it would ask for somebody else.

Source: RNIV, traits d'identité; Guide d'implémentation de l'INS (character set). The folding of no-break spaces
and of the less common hyphens and apostrophes is ours.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_LIGATURES = {"Œ": "OE", "Æ": "AE", "ß": "SS", "ẞ": "SS", "Ð": "D", "Þ": "TH", "Ø": "O"}
_MARKS = {"’": "'", "ʼ": "'", "–": "-", "‐": "-", "‑": "-", "\u00a0": " ", "\u202f": " "}
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ '-")
_LATIN_1 = range(0x00C0, 0x0100)
_OTHER_LATIN = frozenset("ŒœŸẞ")


class CharacterRefused(ValueError):
    """A name holds characters that INSi does not write. ``positions`` counts from 1, in the composed form."""

    def __init__(self, positions: tuple[int, ...]) -> None:
        self.positions = positions
        super().__init__(f"characters refused at {', '.join(map(str, positions))}")


def lex(value: str) -> str:
    """Return the request form of a name: upper case, without accents or ligatures, trimmed.

    Idempotent. Composed and decomposed Unicode give the same result.

    Raises:
        CharacterRefused: with every position that has no place in a name.
    """
    composed = unicodedata.normalize("NFC", value)
    folded = [_fold(character) for character in composed]
    refused = tuple(number for number, plain in enumerate(folded, start=1) if plain is None)
    if refused:
        raise CharacterRefused(refused)
    return "".join(plain for plain in folded if plain is not None).strip(" ")


def compared(value: str) -> str:
    """Return the form that two names are compared on: ``lex`` with hyphens and apostrophes as single spaces.

    Raises:
        CharacterRefused: as ``lex``.
    """
    return " ".join(words(value))


def words(value: str) -> Iterator[str]:
    """Yield the words of a name, hyphens and apostrophes parting them."""
    yield from lex(value).replace("-", " ").replace("'", " ").split()


def _fold(character: str) -> str | None:
    """Return what one character becomes, ``None`` when it has no place in a name."""
    if character in _MARKS:
        return _MARKS[character]
    if not (character.isascii() or ord(character) in _LATIN_1 or character in _OTHER_LATIN):
        return None
    upper = character if character in _LIGATURES else character.upper()
    plain = _LIGATURES.get(upper) or unicodedata.normalize("NFD", upper)[0]
    return plain if set(plain) <= _PLAIN else None
