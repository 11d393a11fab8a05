"""Strange words put where patients and secrets are, and looked for where they must not be."""

from __future__ import annotations

import base64
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path

_SHORTEST = 8
"""Fewer characters of base64 may come about by chance."""


class Canaries:
    """Words that stand for patient data, PINs, tokens and keys."""

    def __init__(self, *words: str) -> None:
        self._words = words

    def in_text(self, text: str) -> tuple[str, ...]:
        """Return the words that this text holds, as they are or in base64."""
        return self.in_bytes(text.encode())

    def in_bytes(self, content: bytes) -> tuple[str, ...]:
        """Return the words that these bytes hold, in UTF-8, UTF-16 or base64."""
        return tuple(word for word in self._words if any(form in content for form in _forms(word)))

    def in_folder(self, folder: Path) -> tuple[tuple[Path, str], ...]:
        """Return every file below a folder that holds one, with the word."""
        files = (path for path in sorted(folder.rglob("*")) if path.is_file())
        return tuple((path, word) for path in files for word in self.in_bytes(path.read_bytes()))

    def assert_none(self, *places: object) -> None:
        """Look through texts, bytes, folders, log records and errors; anything else is looked at as its ``repr``.

        Raises:
            AssertionError: names each word that came through, and where.
        """
        found = [f"{word!r} in {_shown(place)}" for place in places for word in self._in(place)]
        if found:
            raise AssertionError("leaked: " + "; ".join(dict.fromkeys(found)))

    def _in(self, place: object) -> tuple[str, ...]:
        match place:
            case bytes():
                return self.in_bytes(place)
            case Path() if place.is_dir():
                return tuple(word for _, word in self.in_folder(place))
            case Path():
                return self.in_bytes(place.read_bytes())
            case logging.LogRecord():
                return self.in_text(logging.Formatter().format(place))
            case str():
                return self.in_text(place)
            case BaseException():
                return self.in_text("".join(traceback.format_exception(place)))
            case _:
                return self.in_text(repr(place))


def _shown(place: object) -> str:
    if isinstance(place, str):
        return f"{place[:120]!r}"
    return str(place) if isinstance(place, Path) else type(place).__name__


def _forms(word: str) -> Iterator[bytes]:
    yield word.encode()
    yield word.encode("utf-16-le")
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + word.encode())
        certain = encoded[4 if shift else 0 : len(encoded) // 4 * 4 - 4]
        if len(certain) >= _SHORTEST:
            yield certain
