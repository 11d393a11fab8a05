"""Finding what the DMP no longer shows, and what reached it unseen: the index held against the whole list."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec

from caducee.contracts.state import State
from caducee.wire.xds.criteria import DocumentFilter, EntryStatus, Period
from caducee_dmp.record.comparison import standing
from caducee_dmp.record.index import Pass, RecordIndex, notice
from caducee_dmp.record.model import READABLE, IndexedDocument, News, Notice, Standing
from caducee_dmp.record.registry import RecordRegistry, listed_in_parts
from caducee_dmp.td31_find import batches, is_signature

_SHOWN = (EntryStatus.APPROVED, EntryStatus.ARCHIVED)


async def shown_unknown(
    index: RecordIndex, registry: RecordRegistry, following: Pass, *, today: date
) -> tuple[set[str], list[str]]:
    """Return the entries shown from the followed period on, and the current ones that the index has not."""
    since = datetime.strptime(following.since, "%Y%m%d").replace(tzinfo=UTC).date() if following.since else None
    where = DocumentFilter(statuses=_SHOWN, service_started=Period(since))
    shown = {
        entry.entry_uuid: standing(entry)
        async for entries in listed_in_parts(registry.documents, where, today=today)
        for entry in entries
        if not is_signature(entry)
    }
    known = {document.entry.entry_uuid for document in await index.documents()}
    current = {uuid for uuid, stands in shown.items() if stands is Standing.CURRENT}
    return set(shown), sorted(current - known)


async def mark_gone(
    state: State,
    index: RecordIndex,
    registry: RecordRegistry,
    following: Pass,
    *,
    shown: set[str],
    batch: int,
    at: str,
) -> list[Notice]:
    """Mark the documents that are no longer shown; those from before the followed period are asked for by name."""
    absent = [
        document
        for document in await index.documents()
        if document.standing in READABLE and document.entry.entry_uuid not in shown
    ]
    elder = {one.entry.entry_uuid for one in absent if following.since and _before(one, following.since)}
    for group in batches(sorted(elder), batch):
        shown |= {entry.entry_uuid for entry in (await registry.contents(group)).entries}
    gone = [msgspec.structs.replace(one, standing=Standing.GONE) for one in absent if one.entry.entry_uuid not in shown]
    async with state.transaction() as tx:
        await index.put(tx, gone)
        said = [await index.note(tx, following, notice(one, News.GONE, at=at)) for one in gone]
        await index.advance(tx, following)
    return said


def _before(document: IndexedDocument, since: str) -> bool:
    """A document without date of care is not listed by one."""
    return document.entry.service_start_utc[:8] < since
