"""The author's word that a document may leave, kept beside it."""

from __future__ import annotations

from caducee.model.practice import Actor
from caducee.outbox.contract import AuditEntry, Store, Transaction

_OWNER, _COLLECTION = "caducee", "validations"


async def note(tx: Transaction, document_id: str, *, acting: Actor, local_id: str) -> None:
    """Keep who validated a document, with an entry in the audit trail."""
    await tx.put(_OWNER, _COLLECTION, document_id, acting.named.encode())
    await tx.audit(AuditEntry(action="validate", actor=acting.named, subject=local_id, detail=document_id))


async def is_validated(store: Store, document_id: str) -> bool:
    """Say whether somebody who may has validated this document."""
    return await store.get(_OWNER, _COLLECTION, document_id) is not None
