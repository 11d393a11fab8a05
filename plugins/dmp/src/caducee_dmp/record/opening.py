"""Listing a record: the first time, and whenever its reader widens what is followed (EEDS, step 1)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from caducee.contracts.state import State
from caducee.wire.xds.criteria import DocumentFilter
from caducee.wire.xds.found import FoundEntry
from caducee_dmp.record.changes import Told, new_document, stamp
from caducee_dmp.record.comparison import described_again, standing
from caducee_dmp.record.index import Pass, RecordIndex
from caducee_dmp.record.model import READABLE, IndexedDocument, Progress, Step
from caducee_dmp.record.registry import RecordRegistry, listed_in_parts
from caducee_dmp.td31_find import is_signature

_AT_ONCE = 100


class Opening:
    """Lists documents into the index. ``held`` are those that the practice has already."""

    def __init__(
        self,
        state: State,
        index: RecordIndex,
        registry: RecordRegistry,
        *,
        held: Collection[str],
        now: datetime,
        progress: Told,
    ) -> None:
        self._state, self._index, self._registry = state, index, registry
        self._held, self._now, self._progress = held, now, progress
        self.new: list[str] = []

    async def listing(self, where: DocumentFilter) -> int:
        """List what fits a filter; return how many documents the DMP showed. Asked again, it adds nothing twice."""
        known = {document.document_id: document for document in await self._index.documents()}
        shown = 0
        async for entries in listed_in_parts(self._registry.documents, where, today=self._now.date()):
            documents = [entry for entry in entries if not is_signature(entry)]
            for first in range(0, len(documents), _AT_ONCE):
                await self._index_some(documents[first : first + _AT_ONCE], known)
                self._progress(
                    Progress(Step.LIST, shown + min(first + _AT_ONCE, len(documents)), shown + len(documents))
                )
            shown += len(documents)
        return shown

    async def open(self, following: Pass, where: DocumentFilter) -> int:
        """List a record for the first time or more widely, and note since when it is followed."""
        asked = stamp(self._now)
        shown = await self.listing(where)
        types = {f"{code.code}^^{code.system}" for code in where.types}
        if following.opened:
            # What was submitted since the last call is still to be asked for.
            following.types = sorted(types.union(following.types)) if types else []
            following.since = min(following.since, since_of(where))
        else:
            following.types, following.since, following.last_call = sorted(types), since_of(where), asked
        following.compared = asked
        async with self._state.transaction() as tx:
            await self._index.advance(tx, following)
        return shown

    async def _index_some(self, entries: list[FoundEntry], known: dict[str, IndexedDocument]) -> None:
        changed = []
        for entry in entries:
            before = known.get(entry.document_id)
            if before is None and standing(entry) in READABLE:
                after = new_document(entry, self._held)
                self.new.append(entry.document_id)
            elif before is not None:
                after, _ = described_again(before, entry)
            else:
                continue
            if after != before:
                known[entry.document_id] = after
                changed.append(after)
        async with self._state.transaction() as tx:
            await self._index.put(tx, changed)


def since_of(where: DocumentFilter) -> str:
    """Return the date of care from which a filter asks, ``YYYYMMDD``; empty when from the beginning."""
    since = where.service_started.since
    return "" if since is None else since.strftime("%Y%m%d")


def years_before(today: date, years: int) -> date:
    """Return the same day some years earlier; the 28th for a 29 February that was not."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)
