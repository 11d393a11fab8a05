"""The lane of the DMP: sign the set once, send it, ask before sending again."""

from __future__ import annotations

import msgspec

from caducee.contracts.delivery import Envelope, Receipt
from caducee.contracts.plugin import PluginContext
from caducee.errors import OutcomeUnknown, ProtocolViolation, ServiceError
from caducee.model.entry import DocumentEntry, EntryPatientId
from caducee.wire.soap import SoapAnswer
from caducee.wire.xds.entry import ins_of
from caducee.wire.xds.found import FoundEntry
from caducee.wire.xds.outcome import RegistryOutcome
from caducee.wire.xds.times import dtm
from caducee_dmp import td21_feed, td31_find
from caducee_dmp.destination import Step, step_of
from caducee_dmp.errors import DmpHoldsOther
from caducee_dmp.exchange import SERVICE, Exchange
from caducee_dmp.masks import Mask
from caducee_dmp.modes import Mode
from caducee_dmp.preparing import Preparation, ToSend
from caducee_dmp.realm import check_realm

_DUPLICATE = "XDSDuplicateUniqueIdInRegistry"
_HIDDEN = (Mask.PATIENT.as_code(),)


class DmpDeliverer:
    """Feeds the DMP: in DIRECTE by the author's card, in INDIRECTE by the organisation's certificate and seal."""

    def __init__(self, context: PluginContext, exchange: Exchange) -> None:
        self._context = context
        self._exchange = exchange
        self._find = td31_find.Find()
        self._preparation = Preparation(context, exchange)

    async def prepare(self, envelope: Envelope) -> bytes:
        """Check that the DMP is open, then sign the set: one operation of the author's key, or of the seal.

        With ``direct_else_indirect`` a card that cannot be used at this moment is not waited for. What is signed keeps
        its mode: every send and probe of this delivery uses it.

        Raises:
            NoDmp, DmpClosed, ReplacedMissing: nothing was signed.
            InsNotQualified, RealmMixed: nothing was sent.
            CredentialError: nothing was signed.
            ServiceError: the DMP could not be asked.
        """
        entry, _ = self._described(envelope)
        document = ToSend(
            entry=entry,
            content=envelope.document,
            sha1=envelope.sha1,
            sha256=envelope.sha256,
            masks=_HIDDEN if step_of(envelope.destination) is Step.HIDDEN else (),
        )
        identifiers = td21_feed.identifiers_of(envelope)
        return await self._preparation.prepare(identifiers, (document,), practitioner=envelope.author)

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:
        """Feed. "Duplicate unique id" is a delivery when the DMP holds the very same bytes.

        Raises:
            OutcomeUnknown: sent, and no intelligible answer.
            ServiceRejected: refused, with the DMP's own code and text; ``PartlyDone`` after a partial success.
            DmpHoldsOther: the identifier is taken by another document.
        """
        _, patient = self._described(envelope)
        mode = td21_feed.mode_of(prepared)
        call = td21_feed.request((envelope.document,), prepared)
        answer = await self._exchange.call(call, practitioner=envelope.author, patient=patient, mode=mode)
        outcome = _read_feed(answer)
        error = outcome.error(SERVICE)
        if error is None:
            return self.receipt(mode, warnings=tuple(f"{w.code}: {w.text}" for w in outcome.warnings))
        if error.service_code == _DUPLICATE:
            return await self._already_there(envelope, prepared, error.service_text)
        raise error

    async def probe(self, envelope: Envelope, prepared: bytes) -> Receipt | None:
        """Ask for the entry of the document by its OID and compare its hash (TD3.1b).

        In INDIRECTE the DMP tells the reference only: its hash cannot be compared, the OID of this installation is what
        tells.

        Raises:
            ServiceError: no answer, or refused; the outcome stays unknown.
            DmpHoldsOther: the identifier is taken by another document.
        """
        _, patient = self._described(envelope)
        mode = td21_feed.mode_of(prepared)
        if mode is Mode.INDIRECT:
            return await self._probe_reference(envelope, patient, mode)
        call = self._find.one(envelope.document_id)
        answer = await self._exchange.call(call, practitioner=envelope.author, patient=patient, mode=mode)
        held = [entry for entry in td31_find.read(answer) if entry.document_id == envelope.document_id]
        if not held:
            return None
        _refuse_other(held[0], envelope)
        return self.receipt(mode, reference=held[0].entry_uuid, found_by_probe=True)

    async def _probe_reference(self, envelope: Envelope, patient: EntryPatientId, mode: Mode) -> Receipt | None:
        call = self._find.reference(envelope.document_id)
        answer = await self._exchange.call(call, practitioner=envelope.author, patient=patient, mode=mode)
        held = td31_find.references(answer)
        return self.receipt(mode, reference=held[0], found_by_probe=True) if held else None

    def patient_of(self, envelope: Envelope) -> EntryPatientId:
        """Return the matricule of the patient of a document.

        Raises:
            InsNotQualified, RealmMixed.
        """
        return self._described(envelope)[1]

    async def check_open(self, envelope: Envelope, mode: Mode) -> None:
        """Ask whether the patient has an open DMP (TD0.2).

        Raises:
            NoDmp, DmpClosed, InsNotQualified, RealmMixed, CredentialError, ServiceError.
        """
        await self._preparation.refuse_unless_open(envelope.author, self.patient_of(envelope), mode)

    def _described(self, envelope: Envelope) -> tuple[DocumentEntry, EntryPatientId]:
        entry = msgspec.json.decode(envelope.entry, type=DocumentEntry)
        patient = ins_of(entry)
        check_realm(patient, self._context.environment)
        return entry, patient

    async def _already_there(self, envelope: Envelope, prepared: bytes, words: str) -> Receipt:
        try:
            receipt = await self.probe(envelope, prepared)
        except DmpHoldsOther:
            raise
        except ServiceError:
            raise OutcomeUnknown(SERVICE, "duplicate, not compared", service_code=_DUPLICATE) from None
        if receipt is None:
            raise DmpHoldsOther(SERVICE, "duplicate", service_code=_DUPLICATE, service_text=words)
        return receipt

    def receipt(
        self, mode: Mode, *, reference: str = "", found_by_probe: bool = False, warnings: tuple[str, ...] = ()
    ) -> Receipt:
        """Return the receipt of what was just done."""
        return Receipt(
            service=SERVICE,
            at=dtm(self._context.clock.now(), field="at"),
            mode=mode,
            reference=reference,
            found_by_probe=found_by_probe,
            warnings=warnings,
        )


def _read_feed(answer: SoapAnswer) -> RegistryOutcome:
    try:
        return td21_feed.read(answer)
    except ProtocolViolation as violation:
        raise OutcomeUnknown(SERVICE, str(violation)) from None


def _refuse_other(held: FoundEntry, envelope: Envelope) -> None:
    if not held.sha1:
        raise ProtocolViolation(SERVICE, "an entry without hash: the bytes cannot be compared")
    if held.sha1 != envelope.sha1.hex() or held.size not in {None, len(envelope.document)}:
        raise DmpHoldsOther(SERVICE, "another document under this identifier")
