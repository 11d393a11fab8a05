"""The quota of the directory: so many calls in any second."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

CALLS = 17


class Quota:
    """Counts the calls of the last second."""

    def __init__(self, calls: int = CALLS, *, now: Callable[[], float] = time.monotonic) -> None:
        self._calls = calls
        self._now = now
        self._taken: deque[float] = deque()

    def take(self) -> bool:
        """Count a call and say whether it is within the quota; one that is not does not count."""
        now = self._now()
        while self._taken and now - self._taken[0] >= 1.0:
            self._taken.popleft()
        if len(self._taken) >= self._calls:
            return False
        self._taken.append(now)
        return True
