"""Oppositions as they are kept: who is against what, since when, and which deliveries that has stopped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import uuid4

import msgspec

from caducee.clock import Clock
from caducee.model.document import Document
from caducee.outbox.contract import DeliveryState, Store, StoredDocument, Transaction
from caducee.sharing.opposition import Opposition, Scope

_OWNER, _NOTED, _STOPPED = "caducee", "oppositions", "opposed"
_COMING = "coming"
OPPOSED = "opposed"
"""Why a delivery that an opposition stops does not apply."""


class NotedOpposition(msgspec.Struct, frozen=True, kw_only=True):
    """An opposition under the identifier that it was given; ``local_id`` is the patient's record in the practice."""

    opposition_id: str
    local_id: str
    opposition: Opposition


class OppositionBook:
    """The oppositions of one tenant: ``caducee.contracts.oppositions.Oppositions``."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def standing(self, local_id: str, scope: Scope, *, document_type: str = "") -> Opposition | None:
        """Return the opposition that stops this today."""
        today = self.today()
        for noted in await oppositions_of(self._store, local_id):
            if noted.opposition.stands(today) and noted.opposition.names(scope, document_type):
                return noted.opposition
        return None

    async def stopping(self, local_id: str, document_type: str) -> Mapping[str, Opposition]:
        """Return what stops the routes of a document today, by scope."""
        today = self.today()
        return {
            noted.opposition.scope: noted.opposition
            for noted in await oppositions_of(self._store, local_id)
            if noted.opposition.stands(today) and noted.opposition.names(noted.opposition.scope, document_type)
        }

    def today(self) -> date:
        """The day, where the practice is."""
        return self._clock.now().astimezone().date()


async def oppositions_of(store: Store, local_id: str) -> tuple[NotedOpposition, ...]:
    """Return every opposition of a patient, oldest first, lifted ones too."""
    records = await store.find(_OWNER, _NOTED, "patient", local_id)
    return tuple(msgspec.json.decode(record.value, type=NotedOpposition) for record in records)


async def noted_opposition(store: Store, opposition_id: str) -> NotedOpposition | None:
    """Return one opposition by its identifier."""
    found = await store.get(_OWNER, _NOTED, opposition_id)
    return None if found is None else msgspec.json.decode(found, type=NotedOpposition)


async def keep(tx: Transaction, noted: NotedOpposition, *, coming: bool = False) -> None:
    """Keep an opposition, or what has become of it. ``coming`` says that its first day is still to come."""
    index = {"patient": noted.local_id, **({_COMING: _COMING} if coming else {})}
    await tx.put(_OWNER, _NOTED, noted.opposition_id, msgspec.json.encode(noted), index=index)


async def coming_oppositions(store: Store) -> tuple[NotedOpposition, ...]:
    """Return the oppositions of which nobody has seen the first day yet."""
    records = await store.find(_OWNER, _NOTED, _COMING, _COMING)
    return tuple(msgspec.json.decode(record.value, type=NotedOpposition) for record in records)


def noted(local_id: str, opposition: Opposition) -> NotedOpposition:
    """Give an opposition its identifier."""
    return NotedOpposition(opposition_id=str(uuid4()), local_id=local_id, opposition=opposition)


async def note_stopped(tx: Transaction, delivery_id: str, opposition: Opposition) -> None:
    """Keep beside a delivery what stopped it, for the ticket to show."""
    await tx.put(_OWNER, _STOPPED, delivery_id, msgspec.json.encode(opposition))


async def stopped_by(store: Store, delivery_id: str) -> Opposition | None:
    """Return what stopped a delivery."""
    found = await store.get(_OWNER, _STOPPED, delivery_id)
    return None if found is None else msgspec.json.decode(found, type=Opposition)


def against(stored: StoredDocument, opposition: Opposition) -> Mapping[str, Opposition]:
    """Return what an opposition stops of a publication, by scope: nothing when it is about other documents."""
    document_type = msgspec.json.decode(stored.model, type=Document).type.code
    return {opposition.scope: opposition} if opposition.names(opposition.scope, document_type) else {}


async def stop_waiting(
    tx: Transaction, stored: StoredDocument, scopes: Mapping[str, str], stopping: Mapping[str, Opposition]
) -> None:
    """Stop what has not left of a publication and goes where the patient is against. ``scopes``: of each kind."""
    for row in stored.deliveries:
        against = stopping.get(scopes.get(row.kind, ""))
        if against is not None and row.state in (DeliveryState.PENDING, DeliveryState.BLOCKED):
            await tx.stop(row.delivery_id, OPPOSED)
            await note_stopped(tx, row.delivery_id, against)
