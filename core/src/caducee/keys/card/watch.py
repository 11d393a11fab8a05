"""Who is in the readers, told at each change."""

from __future__ import annotations

from typing import Protocol

from caducee.clock import Clock
from caducee.errors import CardModuleFailed
from caducee.keys.card.protocol import CardSeen

_POLL = 0.5
_LONGEST_POLL = 30.0


class Readers(Protocol):
    """What is watched. ``interruptions`` grows each time an operation found its card gone."""

    interruptions: int

    async def look(self) -> tuple[CardSeen, ...]: ...


class CardWatch:
    """Yields the serial numbers of the cards that are there: now, then each time that cards come or go.

    Twice each time, for whoever blocks a delivery at the very moment of the change. A failing module counts as no
    card, and is asked less and less often. It never ends by itself and needs no closing.
    """

    def __init__(self, readers: Readers, clock: Clock) -> None:
        self._readers = readers
        self._clock = clock
        self._last: frozenset[str] | None = None
        self._interruptions = readers.interruptions
        self._repeats = 0
        self._pause = 0.0

    def __aiter__(self) -> CardWatch:
        return self

    async def __anext__(self) -> frozenset[str]:
        """Wait for the next change."""
        while True:
            await self._clock.sleep(self._pause)
            present = await self._poll()
            changed = present != self._last or self._interruptions != self._readers.interruptions
            self._last, self._interruptions = present, self._readers.interruptions
            self._repeats = 1 if changed else self._repeats - 1
            if self._repeats >= 0:
                return present

    async def _poll(self) -> frozenset[str]:
        try:
            present = frozenset(card.serial for card in await self._readers.look())
        except CardModuleFailed:
            self._pause = min(2 * max(self._pause, _POLL), _LONGEST_POLL)
            return frozenset()
        self._pause = _POLL
        return present
