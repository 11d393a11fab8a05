"""Each morning: lists the announcements that are overdue, and lifts those that the vendor's delay has ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from caducee.clock import Clock
from caducee.documents.announcement import Announcement, announcements, lift
from caducee.model.practice import Actor
from caducee.outbox.contract import AuditEntry, Store

_OWNER, _COLLECTION, _KEY = "caducee", "mornings", "last"
_LOOK_AGAIN = 600.0
AUTOMATON = Actor.automaton("announcement-delay")


class Mornings:
    """Looks once a day, from the hour ``begins`` on, in the time of the practice.

    What is overdue is told as events ``announcement.overdue``: one a document, each morning again. With ``delay``
    (days) an announcement is lifted by itself that long after its day, or after it was asked when it has none.
    """

    def __init__(self, store: Store, *, clock: Clock, begins: int, delay: int | None, wake: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._begins = begins
        self._delay = delay
        self._wake = wake

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self.look()
            await self._clock.sleep(_LOOK_AGAIN)

    async def look(self) -> None:
        """List and lift, unless this was done today or the day has not begun."""
        local = self._clock.now().astimezone()
        if local.hour < self._begins or await self._done(local.date()):
            return
        overdue = []
        for announcement in [one async for one in announcements(self._store)]:
            if self._delay is not None and announcement.lifts_by_itself(local.date(), timedelta(days=self._delay)):
                await self._lift(announcement)
            elif announcement.is_overdue(local.date()):
                overdue.append(announcement)
        async with self._store.transaction() as tx:
            for announcement in overdue:
                await tx.event("announcement.overdue", document_id=announcement.document_id)
            await tx.put(_OWNER, _COLLECTION, _KEY, local.date().isoformat().encode())
        self._wake()

    async def _done(self, today: date) -> bool:
        return await self._store.get(_OWNER, _COLLECTION, _KEY) == today.isoformat().encode()

    async def _lift(self, announcement: Announcement) -> None:
        stored = await self._store.document(announcement.document_id)
        if stored is None:
            return
        async with self._store.transaction() as tx:
            await lift(tx, stored, announcement)
            entry = AuditEntry(action="announced", actor=AUTOMATON.named, detail=announcement.document_id)
            await tx.audit(entry)
