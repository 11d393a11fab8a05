"""How far a command is with many files, for a person at a terminal."""

from __future__ import annotations

import sys


class Progress:
    """Counts files on the error output. Nothing is written when nobody looks, or for one file."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._shown = total > 1 and sys.stderr.isatty()

    def step(self, name: str) -> None:
        """Say that one more file is done."""
        self._done += 1
        if self._shown:
            end = "\n" if self._done == self._total else ""
            print(f"\r\x1b[K{self._done}/{self._total} {name}", end=end, file=sys.stderr, flush=True)
