"""Writes lines for a host that may read slowly, or no longer."""

from __future__ import annotations

import threading
from contextlib import suppress
from queue import Empty, Full, Queue
from typing import BinaryIO

_WAITING = 256
_LOOK_AGAIN = 0.5


class Writer:
    """One thread that writes to ``out``, which is unbuffered. Whoever writes waits while too many lines are unread."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._lines: Queue[bytes | None] = Queue(_WAITING)
        self._given_up = False
        self._thread = threading.Thread(target=self._run, name="caducee serve writes", daemon=True)
        self._thread.start()

    def write(self, line: bytes) -> None:
        """Have a line written; nothing happens once the host has gone."""
        put = False
        while not (put or self._given_up):
            with suppress(Full):
                self._lines.put(line, timeout=_LOOK_AGAIN)
                put = True

    def close(self, *, patience: float) -> None:
        """Wait until all is written, ``patience`` seconds at most: then a host that does not read loses the rest."""
        threading.Thread(target=self._lines.put, args=(None,), daemon=True).start()
        self._thread.join(patience)
        self._give_up()

    def _run(self) -> None:
        try:
            while (line := self._lines.get()) is not None:
                rest = memoryview(line + b"\n")
                while rest:
                    rest = rest[self._out.write(rest) :]
                self._out.flush()
        except (OSError, ValueError):  # the host has gone: what it asked for is done all the same
            self._give_up()

    def _give_up(self) -> None:
        self._given_up = True
        with suppress(Empty):
            while True:
                self._lines.get_nowait()
