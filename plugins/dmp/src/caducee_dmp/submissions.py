"""Several documents in one set, by who is at the keyboard: TD2.1 by a professional's card, TD2.2 by an employee's.

What is sent one document at a time goes through ``kernel.documents.publish``, which cannot lose it. Here the caller
waits for the answer; after a lost one the same call sends the same bytes, or finds them there.
"""

from __future__ import annotations

import hashlib
from uuid import uuid4

import msgspec

from caducee.errors import (
    CapabilityMissing,
    DocumentInvalid,
    Finding,
    IdempotencyConflict,
    OutcomeUnknown,
    PatientOpposed,
    ProtocolViolation,
)
from caducee.model.codes import Code
from caducee.model.entry import DocumentEntry
from caducee.model.patient import Patient
from caducee.model.permissions import Verb
from caducee.model.practice import Actor
from caducee.sharing.opposition import Scope
from caducee.wire.xds.submission import Folder
from caducee.wire.xds.times import dtm
from caducee_dmp import td21_feed, td31_find
from caducee_dmp.asking import Asked, Asking
from caducee_dmp.exchange import SERVICE, Exchange
from caducee_dmp.masks import Mask
from caducee_dmp.preparing import Preparation, ToSend
from caducee_dmp.td21_feed import SetIdentifiers

COLLECTION = "submissions"
_DUPLICATE = "XDSDuplicateUniqueIdInRegistry"


class Submitted(msgspec.Struct, frozen=True, kw_only=True):
    """A document to send: the very bytes of its CDA, the entry derived from their header, and who may not see it."""

    content: bytes
    entry: DocumentEntry
    masks: frozenset[Mask] = frozenset()


class NewFolder(msgspec.Struct, frozen=True, kw_only=True):
    """A folder that the documents of a set go into. No public text shows the DMP taking any: ``folders = true``."""

    title: str
    code: Code


class SubmissionReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a set. ``found`` says that an earlier call had already brought it."""

    set_id: str
    mode: str
    found: bool = False
    warnings: tuple[str, ...] = ()


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    digest: bytes
    set_id: str
    prepared: bytes


class Submissions:
    """Sends sets of several documents, once for each key."""

    def __init__(self, asking: Asking, exchange: Exchange) -> None:
        self._asking = asking
        self._exchange = exchange
        self._preparation = Preparation(asking.context, exchange)
        self._find = td31_find.Find()

    async def submit(
        self,
        patient: Patient,
        documents: tuple[Submitted, ...],
        *,
        practitioner: str,
        acting: Actor,
        idempotency_key: str,
        folder: NewFolder | None = None,
    ) -> SubmissionReceipt:
        """Ask TD2.1 or TD2.2."""
        if folder is not None and not self._asking.config.folders:
            raise CapabilityMissing("folders in the DMP")
        asked = Asked(practitioner=practitioner, acting=acting, patient=patient, verb=Verb.VALIDATE, reads=False)
        self._check(patient, documents)
        await self._refuse_opposed(patient, documents)

        async def ask() -> SubmissionReceipt:
            kept = await self._kept(documents, practitioner, idempotency_key, folder)
            return await self._send(kept, documents, asked)

        return await self._asking.audited(asked, f"TD2.1 {len(documents)} documents", ask)

    def _check(self, patient: Patient, documents: tuple[Submitted, ...]) -> None:
        ins = self._asking.ins(patient)
        if not documents or any(one.entry.patient_id != ins for one in documents):
            raise DocumentInvalid(
                (
                    Finding(
                        field="documents",
                        rule="dmp.one_patient",
                        source="IHE ITI TF-3, 4.2.3.3.1 (patientId of a submission set)",
                        message="Un lot contient au moins un document, et tous sont du même patient.",
                    ),
                )
            )
        for one in documents:
            if hashlib.sha1(one.content, usedforsecurity=False).hexdigest() != one.entry.sha1:
                raise IdempotencyConflict("the bytes of a document are not those of its entry")

    async def _refuse_opposed(self, patient: Patient, documents: tuple[Submitted, ...]) -> None:
        """Refuse the whole set when the patient is against one document of it."""
        for one in documents:
            oppositions = self._asking.context.oppositions
            if await oppositions.standing(patient.local_id, Scope.FEED, document_type=one.entry.type.code) is not None:
                raise PatientOpposed(Scope.FEED)

    async def _kept(
        self, documents: tuple[Submitted, ...], practitioner: str, key: str, folder: NewFolder | None
    ) -> _Kept:
        """Return what was prepared under this key; the first time, prepare and keep it before anything is sent."""
        name = hashlib.sha256(key.encode()).hexdigest()
        described = "".join(f"{one.entry.sha1}{sorted(one.masks)}" for one in documents) + repr(folder)
        digest = hashlib.sha256(described.encode()).digest()
        stored = await self._asking.context.state.get(COLLECTION, name)
        if stored is not None:
            kept = msgspec.msgpack.decode(stored, type=_Kept)
            if kept.digest != digest:
                raise IdempotencyConflict("another set under the same key")
            return kept
        oid = self._asking.config.lps.oid
        identifiers = SetIdentifiers(
            set_id=f"{oid}.{uuid4().int}",
            signature_id=f"{oid}.{uuid4().int}",
            submission_time=dtm(self._asking.context.clock.now(), field="submissionTime"),
        )
        sent = tuple(_to_send(one) for one in documents)
        opened = None
        if folder is not None:
            opened = Folder(unique_id=f"{oid}.{uuid4().int}", title=folder.title, code=folder.code)
        prepared = await self._preparation.prepare(identifiers, sent, practitioner=practitioner, folder=opened)
        kept = _Kept(digest=digest, set_id=identifiers.set_id, prepared=prepared)
        async with self._asking.context.state.transaction() as tx:
            await tx.put(COLLECTION, name, msgspec.msgpack.encode(kept))
        return kept

    async def _send(self, kept: _Kept, documents: tuple[Submitted, ...], asked: Asked) -> SubmissionReceipt:
        assert asked.patient is not None
        mode = td21_feed.mode_of(kept.prepared)
        call = td21_feed.request(tuple(one.content for one in documents), kept.prepared)
        patient = self._asking.ins(asked.patient)
        answer = await self._exchange.call(call, practitioner=asked.practitioner, patient=patient, mode=mode)
        try:
            outcome = td21_feed.read(answer)
        except ProtocolViolation as violation:
            raise OutcomeUnknown(SERVICE, str(violation)) from None
        error = outcome.error(SERVICE)
        if error is None:
            warnings = tuple(f"{w.code}: {w.text}" for w in outcome.warnings)
            return SubmissionReceipt(set_id=kept.set_id, mode=mode, warnings=warnings)
        if error.service_code != _DUPLICATE:
            raise error
        wanted = tuple(one.entry.document_id for one in documents)
        probe = await self._exchange.call(
            self._find.reference(*wanted), practitioner=asked.practitioner, patient=patient, mode=mode
        )
        if len(td31_find.references(probe)) != len(wanted):
            raise error
        return SubmissionReceipt(set_id=kept.set_id, mode=mode, found=True)


def _to_send(one: Submitted) -> ToSend:
    return ToSend(
        entry=one.entry,
        content=one.content,
        sha1=bytes.fromhex(one.entry.sha1),
        sha256=hashlib.sha256(one.content).digest(),
        masks=tuple(mask.as_code() for mask in Mask if mask in one.masks),
    )
