"""INSi is for the patient who is there: looking many people up in a short time is refused."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

PEOPLE = 40
SECONDS = 60.0


class Burst:
    """Counts the different people who were looked up within the last minute."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._seen: deque[tuple[float, str]] = deque()

    def exceeded(self, person: str) -> bool:
        """Note that somebody is looked up, and say whether that is one too many."""
        now = self._now()
        while self._seen and now - self._seen[0][0] > SECONDS:
            self._seen.popleft()
        if person not in {seen for _, seen in self._seen}:
            if len(self._seen) >= PEOPLE:
                return True
            self._seen.append((now, person))
        return False
