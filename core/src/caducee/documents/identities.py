"""What waits for an identity: released as soon as the practice's software gives the qualified one."""

from __future__ import annotations

from collections.abc import Callable

import anyio.to_thread
import msgspec

from caducee.documents.announcement import holding_announcement, lift_if_told_meanwhile
from caducee.documents.plan import is_qualified
from caducee.documents.ports import Checker, Identifiers, Practitioners, Sealed, Sealer
from caducee.documents.validation import awaited_word, give_word
from caducee.errors import DocumentInvalid, IdentityError, InsNotQualified, RealmMixed
from caducee.model.document import Document
from caducee.model.environment import Environment
from caducee.model.patient import Patient
from caducee.model.permissions import Verb, require
from caducee.model.practice import Actor
from caducee.outbox.contract import AuditEntry, DeliveryState, Store, StoredDocument


class AlreadySealed(IdentityError):
    """The document went to somebody without the identity: its bytes cannot change. ``document_ids`` lists them."""

    code = "identity.already_sealed"
    sentence = "Une version de ce document est déjà partie sans l'identité qualifiée."
    remedy = "Publiez à nouveau ce document, sous un nouvel identifiant, vers les destinations qui attendent."

    def __init__(self, document_ids: tuple[str, ...]) -> None:
        self.document_ids = document_ids
        super().__init__(", ".join(document_ids))


class Identities:
    """Hears of identities from the practice's software and releases what waited for them."""

    def __init__(
        self,
        *,
        store: Store,
        practitioners: Practitioners,
        checker: Checker,
        sealer: Sealer,
        environment: Environment,
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._practitioners = practitioners
        self._checker = checker
        self._sealer = sealer
        self._environment = environment
        self._wake = wake

    async def update(self, patient: Patient, *, acting: Actor) -> tuple[str, ...]:
        """Seal and release the deliveries of this patient that were ``blocked(identity)``; return their ids.

        One that its author has not validated, or that the patient must be told of, waits for that from then on.

        Raises:
            ActorRefused: who is at the keyboard may not; nothing changed.
            InsNotQualified: the identity is not qualified; nothing changed.
            RealmMixed: it comes from another environment; nothing changed.
            DocumentInvalid: with the new identity a waiting document breaks a rule; that one still waits.
            AlreadySealed: a version without the identity has left to somebody; those documents still wait, all others
                were released.
        """
        require(acting, Verb.UPDATE_IDENTITY)
        if patient.ins is not None and patient.ins.environment is not self._environment:
            raise RealmMixed(f"identity of {patient.ins.environment}, kernel of {self._environment}")
        if not is_qualified(patient):
            raise InsNotQualified(f"status {patient.status}")
        waiting = await self._store.blocked_on_identity(patient.local_id)
        released: list[str] = []
        for stored in waiting:
            if not stored.sealed:
                released.extend(await self._release(stored, patient, acting))
        if released:
            self._wake()
        already = tuple(stored.document_id for stored in waiting if stored.sealed)
        if already:
            raise AlreadySealed(already)
        return tuple(released)

    async def _release(self, stored: StoredDocument, patient: Patient, acting: Actor) -> tuple[str, ...]:
        document = msgspec.structs.replace(msgspec.json.decode(stored.model, type=Document), patient=patient)
        sealed = await self._seal(stored, document)
        awaited = await awaited_word(self._store, stored.document_id)
        announcement = await holding_announcement(self._store, stored.document_id)
        told_first = announcement.deliveries if announcement is not None else ()
        waiting = tuple(
            row.delivery_id for row in stored.deliveries if row.state is DeliveryState.BLOCKED and row.why == "identity"
        )
        async with self._store.transaction() as tx:
            await tx.seal(
                stored.document_id,
                model=msgspec.json.encode(document),
                document=sealed.document,
                sha1=sealed.sha1,
                sha256=sealed.sha256,
                entry=sealed.entry,
            )
            for delivery_id in waiting:
                if awaited is not None:
                    await tx.hold(delivery_id, "validation")
                elif delivery_id in told_first:
                    await tx.hold(delivery_id, "announcement")
                else:
                    await tx.release(delivery_id)
            await tx.audit(
                AuditEntry(
                    action="identity.released",
                    actor=acting.named,
                    subject=patient.local_id,
                    detail=stored.document_id,
                )
            )
        word_came = awaited is None or await self._word_came_meanwhile(stored.document_id)
        await lift_if_told_meanwhile(self._store, stored.document_id, announcement)
        return tuple(one for one in waiting if one not in told_first) if word_came else ()

    async def _word_came_meanwhile(self, document_id: str) -> bool:
        """Look after the commit: the author's word and the identity may come at the same moment."""
        if await awaited_word(self._store, document_id) is not None:
            return False
        stored = await self._store.document(document_id)
        if stored is not None:
            async with self._store.transaction() as tx:
                await give_word(tx, stored, None, await holding_announcement(self._store, document_id))
        return True

    async def _seal(self, stored: StoredDocument, document: Document) -> Sealed:
        author = self._practitioners.practitioner(document.author)
        findings = await anyio.to_thread.run_sync(self._checker.check, document, author)
        if findings:
            raise DocumentInvalid(findings)
        identifiers = Identifiers(
            document_id=stored.document_id,
            series=stored.series,
            version=1,
            set_id=stored.set_id,
            signature_id=stored.signature_id,
        )
        return await anyio.to_thread.run_sync(self._sealer.seal, document, author, identifiers)
