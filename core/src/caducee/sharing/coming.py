"""Oppositions that begin on a later day: that day they stop what still waits, as if they had been noted then."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from caducee.clock import Clock
from caducee.outbox.contract import Store
from caducee.sharing.oppositions import against, coming_oppositions, keep, stop_waiting

_LOOK_AGAIN = 60.0


class ComingOppositions:
    """Looks at each day's beginning. ``scopes`` says which opposition closes each kind of destination."""

    def __init__(self, store: Store, *, clock: Clock, scopes: Callable[[], Mapping[str, str]]) -> None:
        self._store = store
        self._clock = clock
        self._scopes = scopes

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self._clock.sleep(_LOOK_AGAIN)
            await self.look()

    async def look(self) -> None:
        """Let the oppositions that have begun stop what waits."""
        today = self._clock.now().astimezone().date()
        for noted in await coming_oppositions(self._store):
            if noted.opposition.since > today:
                continue
            waiting = await self._store.waiting_of(noted.local_id) if noted.opposition.stands(today) else ()
            async with self._store.transaction() as tx:
                for stored in waiting:
                    await stop_waiting(tx, stored, self._scopes(), against(stored, noted.opposition))
                await keep(tx, noted)
