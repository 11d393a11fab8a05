"""TD3.3b as a delivery: what was fed hidden is shown to the patient, once, after somebody has told them."""

from __future__ import annotations

from caducee.contracts.delivery import Envelope, Receipt
from caducee.contracts.plugin import PluginContext
from caducee.errors import OutcomeUnknown, ProtocolViolation
from caducee.wire.xds.update import CopiedEntry, read_copies
from caducee_dmp import td31_find, td33_update
from caducee_dmp.changes import Change
from caducee_dmp.config import DmpConfig
from caducee_dmp.deliverer import DmpDeliverer
from caducee_dmp.destination import Step, step_of
from caducee_dmp.errors import CannotHide, DocumentMissing
from caducee_dmp.exchange import SERVICE, Exchange
from caducee_dmp.modes import Mode

_CHANGE = Change.SHOW_PATIENT


class DmpLane:
    """The deliverer of the lane: feeds, feeds hidden, or shows what was hidden.

    By the seal alone nothing can be shown (TD3.3b is not of INDIRECTE), so nothing is hidden either: the document is
    fed, for all to see, when it would have been shown.
    """

    def __init__(self, context: PluginContext, exchange: Exchange) -> None:
        config: DmpConfig = context.config
        self._by_seal_alone = config.feed == "indirect"
        self._feeding = DmpDeliverer(context, exchange)
        self._showing = Showing(context, exchange, self._feeding)

    async def prepare(self, envelope: Envelope) -> bytes:
        """Prepare the step.

        Raises:
            CannotHide: the seal alone cannot; nothing was sent.
            CaduceeError: as ``DmpDeliverer.prepare``.
        """
        if self._by_seal_alone and step_of(envelope.destination) is Step.HIDDEN:
            raise CannotHide(SERVICE, "INDIRECTE never shows what it hid")
        return await self._of(envelope).prepare(envelope)

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:
        """Make the step."""
        return await self._of(envelope).send(envelope, prepared)

    async def probe(self, envelope: Envelope, prepared: bytes) -> Receipt | None:
        """Ask whether the step was made."""
        return await self._of(envelope).probe(envelope, prepared)

    def _of(self, envelope: Envelope) -> DmpDeliverer | Showing:
        shows = step_of(envelope.destination) is Step.SHOW and not self._by_seal_alone
        return self._showing if shows else self._feeding


class Showing:
    """Shows a document to the patient, by the author's card. Asking again changes nothing: it is then visible."""

    def __init__(self, context: PluginContext, exchange: Exchange, feeding: DmpDeliverer) -> None:
        config: DmpConfig = context.config
        self._context = context
        self._exchange = exchange
        self._feeding = feeding
        self._find = td31_find.Find()
        self._update = td33_update.Update(source_id=config.lps.oid, content_type=config.content_type.as_code())

    async def prepare(self, envelope: Envelope) -> bytes:
        """Check that the DMP is open. Nothing is kept: the entry that is changed is the one of the moment.

        Raises:
            NoDmp, DmpClosed, RealmMixed, CredentialError, ServiceError: nothing was changed.
        """
        await self._feeding.check_open(envelope, Mode.DIRECT)
        return b"show"

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:  # noqa: ARG002 - the seam's own signature
        """Lift INVISIBLE_PATIENT, and leave the other masks.

        Raises:
            DocumentMissing: the document is not there; nothing was changed.
            OutcomeUnknown: sent, and no intelligible answer.
            ServiceRejected: refused, with the DMP's own code and text.
        """
        entry = await self._entry(envelope)
        if td33_update.done_already(_CHANGE, entry):
            return self._feeding.receipt(Mode.DIRECT)
        author = self._context.credentials.practitioner(envelope.author)
        patient, now = self._feeding.patient_of(envelope), self._context.clock.now()
        call = self._update.masks(_CHANGE, entry, patient=patient, author=author, now=now)
        answer = await self._exchange.call(call, practitioner=envelope.author, patient=patient)
        try:
            outcome = td33_update.read(answer)
        except ProtocolViolation as violation:
            raise OutcomeUnknown(SERVICE, str(violation)) from None
        error = outcome.error(SERVICE)
        if error is not None:
            raise error
        return self._feeding.receipt(Mode.DIRECT)

    async def probe(self, envelope: Envelope, prepared: bytes) -> Receipt | None:  # noqa: ARG002 - as above
        """Say whether the patient can see it."""
        entry = await self._entry(envelope)
        done = td33_update.done_already(_CHANGE, entry)
        return self._feeding.receipt(Mode.DIRECT, found_by_probe=True) if done else None

    async def _entry(self, envelope: Envelope) -> CopiedEntry:
        patient = self._feeding.patient_of(envelope)
        call = self._find.one(envelope.document_id)
        answer = await self._exchange.call(call, practitioner=envelope.author, patient=patient)
        copies = read_copies(answer.body, service=SERVICE)
        for entry, copy in zip(td31_find.read(answer), copies, strict=True):
            if entry.document_id == envelope.document_id:
                return copy
        raise DocumentMissing(SERVICE, "the document is not there, or may not be seen")
