"""Ends what does not answer: one thread for all the exchanges with a card process, not one for each."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Watchdog:
    """Watches one exchange after the other. Its thread begins with the first, and ends with ``end``.

    Between exchanges the thread sleeps until the time of the last one would have been up: an exchange that ends in
    time wakes nobody.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._deadline: float | None = None
        self._wakes = math.inf
        self._bite: Callable[[], None] = lambda: None

    @contextmanager
    def watching(self, seconds: float, bite: Callable[[], None]) -> Iterator[None]:
        """Call ``bite``, once, if what is inside takes longer. It is never called afterwards."""
        with self._changed:
            self._deadline, self._bite = time.monotonic() + seconds, bite
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="card watchdog", daemon=True)
                self._thread.start()
            elif self._deadline < self._wakes:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._deadline = None

    def end(self) -> None:
        """Let the thread end."""
        with self._changed:
            self._thread = None
            self._changed.notify()

    def _run(self) -> None:
        with self._changed:
            while self._thread is threading.current_thread():
                now = time.monotonic()
                if self._deadline is not None and self._deadline <= now:
                    self._deadline = None
                    self._bite()
                self._wakes = math.inf if self._deadline is None else self._deadline
                self._changed.wait(None if self._deadline is None else self._deadline - now)
