"""``kernel.sharing``: what the practice notes of its patients' wishes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import msgspec

from caducee.clock import Clock
from caducee.errors import Finding, OppositionInvalid
from caducee.model.document import Document
from caducee.model.permissions import Verb, require
from caducee.model.practice import Actor
from caducee.outbox.contract import AuditEntry, Store, StoredDocument
from caducee.sharing.opposition import Opposition, Scope
from caducee.sharing.oppositions import (
    NotedOpposition,
    OppositionBook,
    keep,
    noted,
    noted_opposition,
    oppositions_of,
    stop_waiting,
)


class Sharing:
    """Oppositions of one tenant. ``scopes`` says which opposition closes each kind of destination."""

    def __init__(self, store: Store, *, clock: Clock, scopes: Callable[[], Mapping[str, str]]) -> None:
        self._store = store
        self._book = OppositionBook(store, clock)
        self._scopes = scopes

    async def oppose(self, local_id: str, opposition: Opposition, *, acting: Actor) -> NotedOpposition:
        """Note what a patient is against, and stop what has not left and goes there.

        Raises:
            ActorRefused: who is at the keyboard may not; nothing changed.
            OppositionInvalid: motive or who noted it is empty, or document types are given where the scope has none.
        """
        require(acting, Verb.NOTE_OPPOSITION)
        _check(opposition)
        new = noted(local_id, opposition)
        waiting = await self._store.waiting_of(local_id) if opposition.stands(self._book.today()) else ()
        async with self._store.transaction() as tx:
            await keep(tx, new)
            for stored in waiting:
                await stop_waiting(tx, stored, self._scopes(), _against(stored, opposition))
            await tx.audit(
                AuditEntry(
                    action="oppose",
                    actor=acting.named,
                    subject=local_id,
                    reason=opposition.motive,
                    detail=f"{opposition.scope} {new.opposition_id}",
                )
            )
            await tx.event("opposition.noted", code=opposition.scope)
        return new

    async def lift(self, opposition_id: str, *, on: date | None = None, acting: Actor) -> NotedOpposition | None:
        """Note that an opposition no longer stands, from ``on`` (today). What it stopped stays stopped.

        ``None``: there is no such opposition. One that was lifted before stays as it is.
        """
        require(acting, Verb.NOTE_OPPOSITION)
        found = await noted_opposition(self._store, opposition_id)
        if found is None or found.opposition.lifted is not None:
            return found
        opposition = msgspec.structs.replace(found.opposition, lifted=on or self._book.today())
        lifted = msgspec.structs.replace(found, opposition=opposition)
        async with self._store.transaction() as tx:
            await keep(tx, lifted)
            detail = f"{opposition.scope} {opposition_id}"
            await tx.audit(AuditEntry(action="oppose.lift", actor=acting.named, subject=found.local_id, detail=detail))
            await tx.event("opposition.lifted", code=opposition.scope)
        return lifted

    async def oppositions(self, local_id: str) -> tuple[NotedOpposition, ...]:
        """Return every opposition of a patient, oldest first, lifted ones too."""
        return await oppositions_of(self._store, local_id)

    async def standing(self, local_id: str, scope: Scope, *, document_type: str = "") -> Opposition | None:
        """Return the opposition that stops this today."""
        return await self._book.standing(local_id, scope, document_type=document_type)


def _against(stored: StoredDocument, opposition: Opposition) -> Mapping[str, Opposition]:
    document_type = msgspec.json.decode(stored.model, type=Document).type.code
    return {opposition.scope: opposition} if opposition.names(opposition.scope, document_type) else {}


def _check(opposition: Opposition) -> None:
    wrong = [
        Finding(field=name, rule="opposition.complete", message=message)
        for name, message in (
            ("motive", "Notez le motif de l'opposition."),
            ("noted_by", "Dites qui a noté l'opposition."),
        )
        if not getattr(opposition, name).strip()
    ]
    if opposition.documents and opposition.scope not in (Scope.FEED, Scope.PATIENT_MAIL):
        message = "Cette opposition ne dépend pas du type des documents."
        wrong.append(Finding(field="documents", rule="opposition.documents", message=message))
    if wrong:
        raise OppositionInvalid(tuple(wrong))
