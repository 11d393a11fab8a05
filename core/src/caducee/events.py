"""Events for the host software: read from the store, at least once, in order; and the bell that says when to look."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Self

import anyio

from caducee.outbox.contract import EventRow, Store

_LOOK_AGAIN = 1.0
# What happens within this many seconds is read together: a crowd of deliveries does not make a crowd of reads.
_TOGETHER = 0.02


class Bell:
    """Rung when something may have changed: whoever waits looks again.

    Every waiter also looks by itself from time to time, since another process may have written.
    """

    def __init__(self) -> None:
        self._event: anyio.Event | None = None
        self._listeners: list[Callable[[], None]] = []

    def tell(self, listener: Callable[[], None]) -> None:
        """Call this at each ring."""
        self._listeners.append(listener)

    def ring(self) -> None:
        """Wake whoever waits. From the event loop's thread only."""
        for listener in self._listeners:
            listener()
        if self._event is not None:
            self._event.set()
            self._event = None

    def next(self) -> anyio.Event:
        """Return what the next ring sets: taken before one looks, it misses nothing that comes meanwhile."""
        if self._event is None:
            self._event = anyio.Event()
        return self._event


class Events:
    """Every event whose ``seq`` is greater than ``after``, in order, for ever: ``async for event in events``.

    At least once: a reader that keeps the last ``seq`` it has dealt with misses none, whatever happens to it.
    """

    def __init__(self, store: Store, bell: Bell, *, after: int) -> None:
        self._store = store
        self._bell = bell
        self._after = after
        self._rows: deque[EventRow] = deque()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> EventRow:
        """Return the next event, waiting for it."""
        while not self._rows:
            rung = self._bell.next()
            self._rows.extend(await self._store.events(self._after))
            if not self._rows:
                with anyio.move_on_after(_LOOK_AGAIN):
                    await rung.wait()
                    await anyio.sleep(_TOGETHER)
        row = self._rows.popleft()
        self._after = row.seq
        return row
