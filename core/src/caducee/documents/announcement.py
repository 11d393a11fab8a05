"""What waits until the patient has been told: noted beside the document, lifted by a person or by the vendor's delay.

A consultation during which serious news is told (consultation d'annonce) comes before the patient reads it in the DMP
or in their mail.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import msgspec

from caducee.model.announcement import Announce
from caducee.outbox.contract import DeliveryRow, DeliveryState, Store, StoredDocument, Transaction

_OWNER, _COLLECTION = "caducee", "announcements"
WHY = "announcement"


class Announcement(msgspec.Struct, frozen=True, kw_only=True):
    """One that was asked for: who tells, until when, since when.

    ``deliveries`` are those that wait for it, now or once something else no longer holds them. ``operator`` are those
    of them that wait for an operator afterwards.
    """

    document_id: str
    by: str
    due: date | None
    since: datetime
    deliveries: tuple[str, ...]
    operator: tuple[str, ...] = ()

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
    """Let leave what waited for this alone; what nobody checked waits for an operator from now on."""
    await tx.delete(_OWNER, _COLLECTION, stored.document_id)
    for row in filter(waits_for_announcement, stored.deliveries):
        await let_go(tx, row, operator=announcement is not None and row.delivery_id in announcement.operator)


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
    stored = await store.document(document_id)
    if stored is not None and any(map(waits_for_announcement, stored.deliveries)):
        async with store.transaction() as tx:
            await lift(tx, stored, seen)
