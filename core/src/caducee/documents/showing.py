"""After an announcement: what waited for the document to be shown to the patient leaves once that has ended."""

from __future__ import annotations

import anyio

from caducee.documents.announcement import is_shown, let_follow, told_announcements
from caducee.events import Bell
from caducee.outbox.contract import Store

_LOOK_AGAIN = 0.5


class Showing:
    """Follows the announcements that were made. What it knows is in the store: a program that ended goes on."""

    def __init__(self, store: Store, *, bell: Bell) -> None:
        self._store = store
        self._bell = bell

    async def run(self) -> None:
        """Look for ever."""
        while True:
            rung = self._bell.next()
            if await self.look():
                self._bell.ring()
            with anyio.move_on_after(_LOOK_AGAIN):
                await rung.wait()

    async def look(self) -> bool:
        """Let follow what may; say whether anything did."""
        followed = False
        for announcement in [one async for one in told_announcements(self._store)]:
            stored = await self._store.document(announcement.document_id)
            if stored is not None and is_shown(stored, announcement):
                async with self._store.transaction() as tx:
                    await let_follow(tx, stored, announcement)
                followed = True
        return followed
