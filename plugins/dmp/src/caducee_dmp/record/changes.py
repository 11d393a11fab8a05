"""What changed in a record since it was last asked about (DMP, synchronisation: EEDS, steps 2 and 3).

Each step is durable before the next question is asked: a pass that stops in the middle goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

import msgspec

from caducee.contracts.state import State
from caducee.wire.xds.found import FoundEntry
from caducee.wire.xds.found_sets import FoundContents
from caducee_dmp.record.comparison import OBSOLETE, codes_changed, described_again, standing
from caducee_dmp.record.index import Pass, RecordIndex, notice
from caducee_dmp.record.model import READABLE, IndexedDocument, News, Notice, Progress, Standing, Step
from caducee_dmp.record.registry import RecordRegistry
from caducee_dmp.td31_find import batches, is_signature

Told = Callable[[Progress], None]
_NAMES_A_DOCUMENT = frozenset({"HasMember", "UpdateAvailabilityStatus"})
_REPLACES = "RPLC"


class Changes:
    """One pass over what was submitted since the last one. ``held`` are documents that the practice has already."""

    def __init__(
        self,
        state: State,
        index: RecordIndex,
        registry: RecordRegistry,
        *,
        batch: int,
        held: Collection[str],
        now: datetime,
        progress: Told,
    ) -> None:
        self._state, self._index, self._registry = state, index, registry
        self._batch, self._held, self._progress = batch, held, progress
        self._now = now
        self.notices: list[Notice] = []

    async def run(self, following: Pass, *, overlap: timedelta) -> None:
        """Begin a pass, or go on with the one that was interrupted, up to its last batch.

        A set bears the time that its author's software gave it, and may reach the DMP later: ``overlap`` is how long
        before the last call one still looks.
        """
        if not following.asked:
            await self._begin(following, overlap)
        await self.look(following)

    async def look(self, following: Pass) -> None:
        """Look at every entry that waits, and at those that a chain of replacements leads to."""
        while True:
            total = len(following.looked) + len(following.waiting)
            while following.waiting:
                group = tuple(following.waiting[: self._batch])
                await self._apply(following, group, await self._registry.contents(group))
                self._progress(Progress(Step.CHANGES, len(following.looked), total))
            following.waiting = await self._further(following)
            if not following.waiting:
                return

    async def conclude(self, following: Pass) -> None:
        """Say which known documents were replaced by what. Said again after a kill, it says nothing twice."""
        replaced = []
        for document, end in await self._replaced(following):
            by = following.lids.get(end, ("", ""))[1] if end not in following.obsolete else ""
            if document.standing is not Standing.REPLACED or document.replaced_by != by:
                replaced.append(msgspec.structs.replace(document, standing=Standing.REPLACED, replaced_by=by))
        async with self._state.transaction() as tx:
            await self._index.put(tx, replaced)
            said = [
                await self._index.note(tx, following, self._said(one, News.REPLACED, one.replaced_by))
                for one in replaced
            ]
            await self._index.advance(tx, following)
        self.notices += said

    async def end(self, following: Pass) -> None:
        """Close the pass: the next one asks for what came since this one began."""
        following.end()
        async with self._state.transaction() as tx:
            await self._index.advance(tx, following)

    async def _begin(self, following: Pass, overlap: timedelta) -> None:
        since = datetime.strptime(following.last_call, "%Y%m%d%H%M%S").replace(tzinfo=UTC) - overlap
        following.asked = stamp(self._now)
        targets: dict[str, None] = {}
        sets = await self._registry.sets(since)
        unseen = [uuid for uuid in sets if uuid not in following.sets]
        following.sets = list(sets)
        for group in batches(unseen, self._batch):
            links = await self._registry.links(group)
            naming = [link for link in links if link.type in _NAMES_A_DOCUMENT and link.source in group]
            targets |= dict.fromkeys(link.target for link in naming)
            # A set that names nothing was about something that this professional is not shown.
            following.hidden = following.hidden or not {link.source for link in naming}.issuperset(group)
        following.waiting = list(targets)
        async with self._state.transaction() as tx:
            await self._index.advance(tx, following)

    async def _apply(self, following: Pass, group: tuple[str, ...], found: FoundContents) -> None:
        changed: dict[str, IndexedDocument] = {}
        notices = []
        for entry in found.entries:
            following.lids[entry.entry_uuid] = (entry.logical_id, entry.document_id)
            if entry.status == OBSOLETE:
                following.obsolete.append(entry.entry_uuid)
            elif not is_signature(entry):
                known = changed.get(entry.document_id) or await self._known(entry)
                document, said = self._met(known, entry, types=following.types)
                if document is not None:
                    changed[document.document_id] = document
                notices += [said] if said is not None else []
        for link in found.links:
            if link.type == _REPLACES:
                following.replacing[link.target] = link.source
        shown = {entry.entry_uuid for entry in found.entries}
        following.hidden = following.hidden or not shown.issuperset(group)
        following.looked += group
        following.waiting = following.waiting[len(group) :]
        async with self._state.transaction() as tx:
            await self._index.put(tx, changed.values())
            said_now = [await self._index.note(tx, following, one) for one in notices]
            await self._index.advance(tx, following)
        self.notices += said_now

    def _met(
        self, known: IndexedDocument | None, entry: FoundEntry, *, types: Collection[str]
    ) -> tuple[IndexedDocument | None, Notice | None]:
        if known is not None:
            document, news = described_again(known, entry)
            if news is None:
                return document, None
            added, removed = codes_changed(known.entry, entry)
            return document, msgspec.structs.replace(self._said(document, news), added=added, removed=removed)
        if standing(entry) not in READABLE or not followed(entry, types):
            return None, None
        document = new_document(entry, self._held)
        return document, self._said(document, News.NEW)

    async def _known(self, entry: FoundEntry) -> IndexedDocument | None:
        return await self._index.by_logical_id(entry.logical_id) or await self._index.document(entry.document_id)

    async def _replaced(self, following: Pass) -> list[tuple[IndexedDocument, str]]:
        """Return the known documents that were replaced, each with the entry at the end of its chain."""
        found = []
        for target in following.replacing:
            document = await self._index.by_entry(target)
            if document is None and target in following.lids:
                document = await self._index.by_logical_id(following.lids[target][0])
            if document is not None:
                found.append((document, chain_end(following.replacing, target)))
        return found

    async def _further(self, following: Pass) -> list[str]:
        ends = {end for _, end in await self._replaced(following)}
        return sorted(ends.difference(following.looked))

    def _said(self, document: IndexedDocument, news: News, other: str = "") -> Notice:
        return notice(document, news, at=stamp(self._now), other=other)


def chain_end(replacing: dict[str, str], entry: str) -> str:
    """Follow replacements to the last one; a circle ends where it closes."""
    met = {entry}
    while (following := replacing.get(entry)) is not None and following not in met:
        entry = following
        met.add(entry)
    return entry


def new_document(entry: FoundEntry, held: Collection[str]) -> IndexedDocument:
    """Return a document that was not in the index."""
    return IndexedDocument(entry=entry, standing=standing(entry), held=entry.document_id in held)


def followed(entry: FoundEntry, types: Collection[str]) -> bool:
    """Say whether a document is of the types that are followed; without preference all are."""
    return not types or (entry.type is not None and f"{entry.type.code}^^{entry.type.system}" in types)


def stamp(at: datetime) -> str:
    """Write an instant as the index has it: UTC, ``YYYYMMDDhhmmss``."""
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S")
