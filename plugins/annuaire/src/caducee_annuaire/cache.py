"""What the directory said, kept in memory for a while, with its age."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

import msgspec

from caducee_annuaire.fhir.client import Found

# The terms of the open directory: a copy older than this is deleted.
LONGEST = timedelta(days=30)


class Kept(msgspec.Struct, frozen=True):
    """An answer and when it came."""

    found: Found
    at: datetime


class Cache:
    """The last ``size`` questions. Nothing older than 30 days is given out or kept, whatever is configured."""

    def __init__(self, *, size: int, fresh: timedelta) -> None:
        self._size = size
        self._fresh = min(fresh, LONGEST)
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def put(self, question: str, kept: Kept) -> None:
        """Keep an answer, and forget what is too old or too much."""
        self._kept[question] = kept
        self._kept.move_to_end(question)
        for old in [name for name, one in self._kept.items() if not _within(kept.at - one.at, LONGEST)]:
            del self._kept[old]
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)

    def fresh(self, question: str, now: datetime) -> Kept | None:
        """Return an answer that may stand for a new one."""
        return self._aged(question, now, self._fresh)

    def any(self, question: str, now: datetime) -> Kept | None:
        """Return an answer that may be shown when no new one comes; whoever shows it says how old it is."""
        return self._aged(question, now, LONGEST)

    def _aged(self, question: str, now: datetime, limit: timedelta) -> Kept | None:
        kept = self._kept.get(question)
        if kept is None or not _within(now - kept.at, limit):
            return None
        self._kept.move_to_end(question)
        return kept


def _within(age: timedelta, limit: timedelta) -> bool:
    """A negative age means that the machine's clock was set back: nobody knows how old that answer is."""
    return timedelta(0) <= age < limit
