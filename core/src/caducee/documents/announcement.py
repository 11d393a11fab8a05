"""What waits until the patient has been told: noted beside the document, lifted by a person or by the vendor's delay.

A consultation during which serious news is told (consultation d'annonce) comes before the patient reads it in the DMP
or in their mail.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import msgspec

from caducee.model.announcement import Announce
from caducee.outbox.contract import FINAL, DeliveryRow, DeliveryState, Store, StoredDocument, Transaction

_OWNER, _COLLECTION, _TOLD = "caducee", "announcements", "announced"
WHY = "announcement"


class Announcement(msgspec.Struct, frozen=True, kw_only=True):
    """One that was asked for: who tells, until when, since when.

    ``deliveries`` are those that wait for it, now or once something else no longer holds them. ``operator`` are those
    of them that wait for an operator afterwards. ``first`` are those of them that show the patient what was hidden:
    once told, the others wait for these to end.
    """

    document_id: str
    by: str
    due: date | None
    since: datetime
    deliveries: tuple[str, ...]
    operator: tuple[str, ...] = ()
    first: tuple[str, ...] = ()

    def is_overdue(self, today: date) -> bool:
        """Say whether its day has passed."""
        return self.due is not None and self.due < today

    def lifts_by_itself(self, today: date, delay: timedelta) -> bool:
        """Say whether the vendor's delay has passed since its day, or since it was asked when it has none."""
        return (self.due or self.since.date()) + delay < today


async def await_announcement(tx: Transaction, announcement: Announcement) -> None:
    """Note that what the patient would read waits."""
    await tx.put(_OWNER, _COLLECTION, announcement.document_id, msgspec.json.encode(announcement))


async def awaited_announcement(store: Store, document_id: str) -> Announcement | None:
    """Return what is waited for; ``None`` once the patient was told, or when nothing was asked."""
    noted = await store.get(_OWNER, _COLLECTION, document_id)
    return msgspec.json.decode(noted, type=Announcement) if noted is not None else None


async def told_announcement(store: Store, document_id: str) -> Announcement | None:
    """Return an announcement that was made, while what shows the document to the patient is on its way."""
    noted = await store.get(_OWNER, _TOLD, document_id)
    return msgspec.json.decode(noted, type=Announcement) if noted is not None else None


async def told_announcements(store: Store) -> AsyncIterator[Announcement]:
    """Read every announcement that was made and of which something still waits for the document to be shown."""
    async for record in store.records(_OWNER, _TOLD):
        yield msgspec.json.decode(record.value, type=Announcement)


async def holding_announcement(store: Store, document_id: str) -> Announcement | None:
    """Return what an announcement still holds: all of it before it was made, then what waits to be shown first."""
    awaited = await awaited_announcement(store, document_id)
    if awaited is not None:
        return awaited
    told = await told_announcement(store, document_id)
    if told is None:
        return None
    return msgspec.structs.replace(told, deliveries=tuple(one for one in told.deliveries if one not in told.first))


async def announcements(store: Store) -> AsyncIterator[Announcement]:
    """Read every announcement that is still waited for."""
    async for record in store.records(_OWNER, _COLLECTION):
        yield msgspec.json.decode(record.value, type=Announcement)


def asked(announce: Announce, document_id: str, *, now: datetime, held: tuple[str, ...]) -> Announcement:
    """Return the announcement of a publication."""
    return Announcement(document_id=document_id, by=announce.by, due=announce.due, since=now, deliveries=held)


def waits_for_announcement(row: DeliveryRow) -> bool:
    """Say whether this delivery waits for the patient to be told, and for nothing else."""
    return row.state is DeliveryState.BLOCKED and row.why == WHY


async def lift(tx: Transaction, stored: StoredDocument, announcement: Announcement | None) -> None:
    """Let leave what waited for this alone; what nobody checked waits for an operator from now on.

    What shows the document to the patient where it was hidden goes first: the rest leaves with ``let_follow``.
    """
    await tx.delete(_OWNER, _COLLECTION, stored.document_id)
    first = announcement.first if announcement is not None else ()
    if announcement is not None and first:
        await tx.put(_OWNER, _TOLD, stored.document_id, msgspec.json.encode(announcement))
    for row in filter(waits_for_announcement, stored.deliveries):
        if not first or row.delivery_id in first:
            await let_go(tx, row, operator=announcement is not None and row.delivery_id in announcement.operator)


def is_shown(stored: StoredDocument, announcement: Announcement) -> bool:
    """Say whether nothing more will show the document to the patient: all of that has ended, well or not."""
    return all(row.state in FINAL for row in stored.deliveries if row.delivery_id in announcement.first)


async def let_follow(tx: Transaction, stored: StoredDocument, announcement: Announcement) -> None:
    """Let leave what waited for the document to be shown."""
    await tx.delete(_OWNER, _TOLD, stored.document_id)
    for row in filter(waits_for_announcement, stored.deliveries):
        await let_go(tx, row, operator=row.delivery_id in announcement.operator)


async def let_go(tx: Transaction, row: DeliveryRow, *, operator: bool) -> None:
    """Release a delivery that nothing else holds but, perhaps, an operator."""
    if operator:
        await tx.hold(row.delivery_id, "operator")
        return
    await tx.release(row.delivery_id)


async def lift_if_told_meanwhile(store: Store, document_id: str, seen: Announcement | None = None) -> None:
    """Look after a commit that made a delivery wait: the patient may have been told at the same moment.

    ``seen`` is the announcement that made it wait: what nobody checked still waits for an operator.
    """
    if await awaited_announcement(store, document_id) is not None:
        return
    told = await told_announcement(store, document_id)
    stored = await store.document(document_id)
    if stored is None:
        return
    waiting = [row for row in stored.deliveries if waits_for_announcement(row)]
    if any(told is None or row.delivery_id in told.first for row in waiting):
        async with store.transaction() as tx:
            await lift(tx, stored, told or _without_first(seen))


def _without_first(seen: Announcement | None) -> Announcement | None:
    """Nothing waits to be shown any more: it has been."""
    return None if seen is None else msgspec.structs.replace(seen, first=())
