"""The author's word that a document may leave: what still lacks it is noted beside the document."""

from __future__ import annotations

import msgspec

from caducee.documents.announcement import WHY, Announcement, let_go
from caducee.outbox.contract import DeliveryRow, DeliveryState, Store, StoredDocument, Transaction

_OWNER, _COLLECTION = "caducee", "validations"


class Awaited(msgspec.Struct, frozen=True):
    """A document that its author has not validated. ``operator`` are the deliveries that then wait for an operator."""

    operator: tuple[str, ...] = ()


async def await_word(tx: Transaction, document_id: str, awaited: Awaited) -> None:
    """Note that nothing of this document leaves before its author's word."""
    await tx.put(_OWNER, _COLLECTION, document_id, msgspec.json.encode(awaited))


async def awaited_word(store: Store, document_id: str) -> Awaited | None:
    """Return what the author's word is waited for with; ``None`` once it was given."""
    noted = await store.get(_OWNER, _COLLECTION, document_id)
    return msgspec.json.decode(noted, type=Awaited) if noted is not None else None


def waits_for_word(row: DeliveryRow) -> bool:
    """Say whether this delivery waits for its author and for nothing else."""
    return row.state is DeliveryState.BLOCKED and row.why == "validation"


async def give_word(
    tx: Transaction, stored: StoredDocument, awaited: Awaited | None, announcement: Announcement | None
) -> None:
    """Let leave what waited for this alone; what the patient must be told, or nobody checked, waits for that now."""
    await tx.delete(_OWNER, _COLLECTION, stored.document_id)
    for row in filter(waits_for_word, stored.deliveries):
        if announcement is not None and row.delivery_id in announcement.deliveries:
            await tx.hold(row.delivery_id, WHY)
            continue
        await let_go(tx, row, operator=awaited is not None and row.delivery_id in awaited.operator)
