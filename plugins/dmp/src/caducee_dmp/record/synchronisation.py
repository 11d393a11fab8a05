"""Following a patient's shared record at the practice (EEDS, synchronisation): the algorithm as a whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta

from caducee.contracts.state import State
from caducee.wire.xds.criteria import DocumentFilter, EntryStatus, Period
from caducee_dmp.record.changes import Changes, Told, stamp
from caducee_dmp.record.fetching import Fetching
from caducee_dmp.record.index import Pass, RecordIndex
from caducee_dmp.record.model import Beyond, Choice, Found, Notice, Progress, Synchronised
from caducee_dmp.record.opening import Opening, since_of, years_before
from caducee_dmp.record.registry import RecordRegistry
from caducee_dmp.record.searches import SEARCHES
from caducee_dmp.record.vanished import mark_gone, shown_unknown

OVERLAP = timedelta(days=1)
COMPARE_AFTER = timedelta(days=7)
Wanted = Callable[[RecordIndex], Awaitable[Sequence[str]]]


def silent(_: Progress) -> None:
    """Tell nobody."""


class Synchronisation:
    """One synchronisation of one record. Whatever stops it, the next one goes on where it was."""

    def __init__(
        self,
        state: State,
        index: RecordIndex,
        registry: RecordRegistry,
        *,
        now: datetime,
        held: Collection[str] = frozenset(),
        progress: Told = silent,
    ) -> None:
        self._state, self._index, self._registry = state, index, registry
        self._now, self._held, self._progress = now, held, progress
        self._notices: list[Notice] = []

    async def run(self, choice: Choice, *, wanted: Wanted, compare: bool = False) -> Synchronised:
        """List or ask for changes, then bring home the documents that are ``wanted``.

        Raises:
            ServiceError, CredentialError: what was done before is kept.
        """
        following = await self._index.following()
        first = not following.opened
        where = self._where(choice)
        listed = 0
        if first:
            # What is there already is no news of the next pass, which looks back beyond the last call.
            following.sets = list(await self._registry.sets(self._now - OVERLAP))
        if first or _wider(following, where):
            listed = await self._opening().open(following, where)
        if following.asked:
            listed += await self._changes(following, choice, compare=False)
        if not first:
            listed += await self._changes(following, choice, compare=compare)
        fetching = Fetching(self._state, self._index, self._registry, at=stamp(self._now), progress=self._progress)
        await fetching.run(following, await wanted(self._index))
        return Synchronised(
            first=first,
            listed=listed,
            notices=(*self._notices, *fetching.notices),
            fetched=fetching.fetched,
            troubled=tuple(fetching.troubled),
            filtered=bool(following.types),
        )

    async def search(self, beyond: Beyond) -> Found:
        """List what somebody asked for without limit of date, and remember that it was."""
        opening = self._opening()
        shown = 0
        for where in SEARCHES[beyond]:
            shown += await opening.listing(where)
        following = await self._index.following()
        following.searched = sorted({*following.searched, beyond})
        async with self._state.transaction() as tx:
            await self._index.advance(tx, following)
        return Found(shown=shown, new=tuple(opening.new))

    async def _changes(self, following: Pass, choice: Choice, *, compare: bool) -> int:
        changes = Changes(
            self._state,
            self._index,
            self._registry,
            batch=choice.batch,
            held=self._held,
            now=self._now,
            progress=self._progress,
        )
        await changes.run(following, overlap=OVERLAP)
        if compare or following.hidden or self._compared_long_ago(following):
            await self._compare(following, changes, batch=choice.batch)
        else:
            await changes.conclude(following)
        looked = len(following.looked)
        await changes.end(following)
        self._notices += changes.notices
        return looked

    async def _compare(self, following: Pass, changes: Changes, *, batch: int) -> None:
        """Hold the index against all that the DMP shows."""
        shown, unknown = await shown_unknown(self._index, self._registry, following, today=self._now.date())
        following.waiting = [uuid for uuid in unknown if uuid not in following.looked]
        await changes.look(following)
        await changes.conclude(following)
        following.compared = stamp(self._now)
        changes.notices += await mark_gone(
            self._state, self._index, self._registry, following, shown=shown, batch=batch, at=stamp(self._now)
        )

    def _opening(self) -> Opening:
        return Opening(
            self._state, self._index, self._registry, held=self._held, now=self._now, progress=self._progress
        )

    def _where(self, choice: Choice) -> DocumentFilter:
        return DocumentFilter(
            statuses=(EntryStatus.APPROVED,),
            types=choice.types,
            service_started=Period(years_before(self._now.date(), choice.years)),
        )

    def _compared_long_ago(self, following: Pass) -> bool:
        last = datetime.strptime(following.compared, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return self._now - last >= COMPARE_AFTER


def _wider(following: Pass, where: DocumentFilter) -> bool:
    """Say whether more is to be followed than was listed: other types, or a longer time."""
    types = {f"{code.code}^^{code.system}" for code in where.types}
    more_types = bool(following.types) and (not types or not types.issubset(following.types))
    return more_types or since_of(where) < following.since
