"""Strange words put where patients and secrets are, and looked for where they must not be."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path


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


def _forms(word: str) -> Iterator[bytes]:
    yield word.encode()
    yield word.encode("utf-16-le")
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + word.encode())
        yield encoded[4 if shift else 0 : len(encoded) // 4 * 4 - 4]
