"""The ledger on the plugin's durable state: a stream that only grows, and the book it folds to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import anyio

from caducee.clock import Clock
from caducee.contracts.state import PluginTransaction, State
from caducee.errors import StateConflict
from caducee_paymed_tp.ledger.book import Book
from caducee_paymed_tp.ledger.events import Entry, Event, decode, encode
from caducee_paymed_tp.ledger.folding import fold

STREAM = "ledger"
_PAGE = 500
_TRIES = 8

Also = Callable[[PluginTransaction, Sequence[Event]], Awaitable[None]]
"""What must become durable together with an entry: a parcel, a blob, a line of audit."""


class Ledger:
    """Appends what happened, once, and keeps the book that follows from it.

    Several processes may append: each entry is written only at the place it was made for (compare and set), and made
    again on the newer book when somebody was quicker.
    """

    def __init__(self, state: State, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self._book = Book()
        self._lock = anyio.Lock()

    @property
    def held(self) -> Book:
        """The book as it stands in memory: for what is written together with an entry."""
        return self._book

    async def book(self) -> Book:
        """Return the book, up to date. Read it before the next ``await``; it changes under you afterwards."""
        async with self._lock:
            return await self._caught_up()

    async def add(
        self, key: str, *, by: str, make: Callable[[Book], Sequence[Event]], also: Also | None = None
    ) -> tuple[Event, ...]:
        """Append what ``make`` says of the book; nothing when ``key`` was added before or ``make`` says nothing.

        ``make`` is pure: it may be called again.

        Raises:
            TransitionRefused, MatchRefused: an event is not possible; nothing was kept.
            StoreError: nothing was kept.
        """
        async with self._lock:
            for _ in range(_TRIES):
                book = await self._caught_up()
                events = () if key in book.keys else tuple(make(book))
                if not events:
                    return ()
                entry = Entry(key=key, at=self._clock.now(), by=by, events=events)
                if await self._append(entry, also):
                    return events
            raise StateConflict(f"{STREAM}: others were quicker {_TRIES} times")

    async def _append(self, entry: Entry, also: Also | None) -> bool:
        """Try the entry on the book, then write it. A book that holds more than the ledger is thrown away."""
        book, number = self._book, self._book.number
        try:
            fold(book, entry)
            async with self._state.transaction() as tx:
                await tx.append(STREAM, encode(entry), expected=number)
                if also is not None:
                    await also(tx, entry.events)
        except StateConflict:
            self._book = Book()
            return False
        except BaseException:
            self._book = Book()
            raise
        return True

    async def entries(self, *, after: int = 0) -> tuple[Entry, ...]:
        """Return the entries that follow one, all of them by default."""
        found: list[Entry] = []
        while page := await self._state.read(STREAM, after=after + len(found), limit=_PAGE):
            found += [decode(one.value) for one in page]
        return tuple(found)

    async def _caught_up(self) -> Book:
        while page := await self._state.read(STREAM, after=self._book.number, limit=_PAGE):
            for one in page:
                fold(self._book, decode(one.value))
        return self._book
