"""Lines of bytes, each bounded, until their source ends or somebody says stop."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from typing import BinaryIO

_PIECE = 1 << 20
_LOOK_AGAIN = 0.25


class Lines:
    """The lines of a source. A line over ``longest`` bytes is read to its end without being kept, and is ``None``.

    They are read in a thread of their own, so that ``stop`` ends them also while the source says nothing.
    """

    def __init__(self, source: BinaryIO, *, longest: int) -> None:
        self._source = source
        self._longest = longest
        self._read: SimpleQueue[bytes | None] = SimpleQueue()

    def __iter__(self) -> Iterator[bytes | None]:
        threading.Thread(target=self._run, name="caducee serve reads", daemon=True).start()
        while (line := self._next()) != b"":
            yield line

    def stop(self) -> None:
        """End the lines. From any thread, and from a signal handler."""
        self._read.put(b"")

    def _next(self) -> bytes | None:
        while True:
            try:  # a signal that comes just before a wait does not end it: its handler runs when the wait is over
                return self._read.get(timeout=_LOOK_AGAIN)
            except Empty:
                continue

    def _run(self) -> None:
        line: bytes | None = None
        try:
            while line != b"":
                line = self._bounded()
                self._read.put(line)
        except (OSError, ValueError):  # the source was closed
            self.stop()

    def _bounded(self) -> bytes | None:
        line = self._source.readline(self._longest + 1)
        if len(line) <= self._longest or line.endswith(b"\n"):
            return line
        while (more := self._source.readline(_PIECE)) and not more.endswith(b"\n"):
            pass
        return None
