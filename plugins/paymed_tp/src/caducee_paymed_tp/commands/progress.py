"""How far a large file is read, for the person who waits."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

_LARGE = 8 << 20
_STEP = 5


class Watched(io.BufferedReader):
    """A file that says on stderr, every 5 %, how far it is read; silent for small files and when nobody looks.

    Verifying and printing are two passes: each counts for half.
    """

    def __init__(self, source: io.FileIO) -> None:
        super().__init__(source)
        self._size = os.fstat(source.fileno()).st_size
        self._shown = self._size >= _LARGE and sys.stderr.isatty()
        self._read = 0
        self._said = -1

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, and say so."""
        data = super().read(size)
        self._read += len(data)
        if self._shown:
            self._say(self._read * 50 // self._size)
        return data

    def _say(self, percent: int) -> None:
        step = percent - percent % _STEP
        if step != self._said:
            self._said = step
            end = "\n" if step >= 100 else ""
            print(f"\rLecture : {step} %", end=end, file=sys.stderr, flush=True)


def announce(path: Path, rank: str) -> None:
    """Say on stderr that a large file is being read; silent for small ones and when nobody looks."""
    if sys.stderr.isatty() and path.is_file() and path.stat().st_size >= _LARGE:
        print(f"{rank} {path.name} : lecture de {path.stat().st_size >> 20} Mio…", file=sys.stderr, flush=True)
