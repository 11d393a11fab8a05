"""Putting a patient's record together, and taking one in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

import msgspec

from caducee.clock import Clock
from caducee.contracts.portability import KeptRecord, RecordKeeper, keeper_of
from caducee.errors import CapabilityMissing, TraitsMismatch
from caducee.model.identity import Traits
from caducee.model.patient import Patient
from caducee.model.permissions import Verb, require
from caducee.model.practice import Actor
from caducee.outbox.contract import AuditEntry, DeliveryRow, Store, StoredDocument
from caducee.portability.model import (
    CarriedDelivery,
    PortableRecord,
    ReceivedItem,
    SentDocument,
    TrailLine,
    digest,
)
from caducee.services import ServiceKey

_OWNER, _CARRIED = "caducee", "carried"
T = TypeVar("T")


class Records:
    """Records of patients, whole: ``kernel.records``."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        plugins: Callable[[], tuple[str, ...]],
        use: Callable[[ServiceKey[RecordKeeper]], AbstractAsyncContextManager[RecordKeeper]],
    ) -> None:
        self._store, self._clock = store, clock
        self._plugins, self._use = plugins, use

    async def export_record(self, patient: Patient, *, acting: Actor) -> PortableRecord:
        """Return everything sent and received about a patient, with metadata, receipts and audit.

        The export is in the audit trail before it is given; its own line is the last of the record.

        Raises:
            ActorRefused: this actor may not read records.
            NotReady: a plugin that keeps a part of the record is not ready; nothing was given.
            AuditBroken: the chain is not whole.
        """
        require(acting, Verb.CONSULT)
        await self._write("record.export", patient.local_id, acting)
        carried = await self._carried(patient)
        sent = [await self._sent(document) for document in await self._store.documents_of(patient.local_id)]
        return PortableRecord(
            patient=patient,
            made=self._clock.now(),
            sent=_latest(*carried.sent, *sent, by=lambda one: one.document_id),
            items=_latest(*carried.items, *await self._items(patient.local_id), by=lambda one: one.item_id),
            kept={**carried.kept, **await self._kept(patient.local_id)},
            audit=_latest(*carried.audit, *await self._trail(patient.local_id), by=lambda line: line.hash),
        )

    async def import_record(self, record: PortableRecord, *, into: Patient, acting: Actor) -> None:
        """Take a record in, as that of a patient of this practice; taken in again, it changes nothing.

        What plugins keep goes to them; documents sent elsewhere, their receipts and their trail are kept as they came:
        nothing of them is sent again, and the chain of this practice is not written over.

        Raises:
            ActorRefused: this actor may not qualify identities: only then is it known whose record this is.
            TraitsMismatch: it is the record of somebody else; nothing was kept.
            RecordUnreadable: a plugin cannot take its part.
            NotReady: a plugin that keeps a part of the record is not ready; what was kept before stays.
        """
        require(acting, Verb.QUALIFY_IDENTITY)
        if not _same_person(record.patient, into):
            raise TraitsMismatch("the record is that of another person")
        left = {name: kept for name, kept in record.kept.items() if not await self._taken(name, into, kept)}
        known = await self._carried(into)
        merged = msgspec.structs.replace(
            record,
            patient=into,
            sent=_latest(*known.sent, *record.sent, by=lambda one: one.document_id),
            items=_latest(*known.items, *record.items, by=lambda one: one.item_id),
            kept={**known.kept, **left},
            audit=_latest(*known.audit, *record.audit, by=lambda one: one.hash),
        )
        async with self._store.transaction() as tx:
            await tx.put(_OWNER, _CARRIED, into.local_id, msgspec.json.encode(merged))
            await tx.audit(AuditEntry(action="record.import", actor=acting.named, subject=into.local_id))

    async def _taken(self, plugin: str, into: Patient, kept: KeptRecord) -> bool:
        """Give a plugin its part; say whether there is one to take it. What none takes is kept for the next export."""
        if plugin not in self._plugins():
            return False
        try:
            async with self._use(keeper_of(plugin)) as keeper:
                await keeper.take(into.local_id, kept)
        except CapabilityMissing:
            return False
        return True

    async def _carried(self, patient: Patient) -> PortableRecord:
        kept = await self._store.get(_OWNER, _CARRIED, patient.local_id)
        if kept is None:
            return PortableRecord(patient=patient, made=self._clock.now())
        return msgspec.json.decode(kept, type=PortableRecord)

    async def _sent(self, document: StoredDocument) -> SentDocument:
        content = await self._store.sealed_bytes(document.document_id) if document.sealed else None
        return SentDocument(
            document_id=document.document_id,
            idempotency_key=document.idempotency_key,
            author=document.author,
            series=document.series,
            set_id=document.set_id,
            submission_time=document.submission_time,
            model=document.model.decode(),
            entry=(await self._store.entry_of(document.document_id) or b"").decode() if document.sealed else "",
            content=content,
            sha256="" if content is None else digest(content),
            deliveries=tuple(map(_delivery, document.deliveries)),
        )

    async def _items(self, local_id: str) -> list[ReceivedItem]:
        return [
            ReceivedItem(
                item_id=item.item_id,
                plugin=item.plugin,
                kind=item.kind,
                key=item.key,
                state=state,
                received=item.received,
                content=item.content,
            )
            for item, state in await self._store.items_about(local_id)
        ]

    async def _kept(self, local_id: str) -> dict[str, KeptRecord]:
        found = {}
        for name in self._plugins():
            try:
                async with self._use(keeper_of(name)) as keeper:
                    found[name] = await keeper.give(local_id)
            except CapabilityMissing:
                continue
        return {name: kept for name, kept in found.items() if kept != KeptRecord()}

    async def _trail(self, local_id: str) -> list[TrailLine]:
        return [
            TrailLine(
                number=row.number,
                at=row.at,
                hash=row.hash.hex(),
                action=row.entry.action,
                actor=row.entry.actor,
                reason=row.entry.reason,
                detail=row.entry.detail,
            )
            async for row in self._store.audit_trail()
            if row.entry.subject == local_id
        ]

    async def _write(self, action: str, local_id: str, acting: Actor) -> None:
        async with self._store.transaction() as tx:
            await tx.audit(AuditEntry(action=action, actor=acting.named, subject=local_id))


def _delivery(row: DeliveryRow) -> CarriedDelivery:
    return CarriedDelivery(
        delivery_id=row.delivery_id,
        kind=row.kind,
        reference=row.reference,
        state=row.state,
        created=row.created,
        attempts=row.attempts,
        why=row.why,
        code=row.code,
        service_code=row.service_code,
        service_text=row.service_text,
        receipt=row.receipt,
    )


def _latest(*found: T, by: Callable[[T], str]) -> tuple[T, ...]:
    """Return each thing once: where it was met first, as it was met last."""
    return tuple({by(one): one for one in found}.values())


def _same_person(one: Patient, other: Patient) -> bool:
    """The same matricule, or the same strict traits: a matricule may change, and twins differ by a given name alone."""
    if one.ins is not None and other.ins is not None and one.ins.matricule == other.ins.matricule:
        return True
    mine, theirs = one.traits, other.traits
    places = {mine.birth_place, theirs.birth_place} - {None}
    return _civil(mine) == _civil(theirs) and len(places) <= 1


def _civil(traits: Traits) -> tuple[object, ...]:
    """The traits that every practice has; others of the given names may be missing at one of two."""
    return traits.birth_name, traits.given_names[:1], traits.sex, traits.birth_date
