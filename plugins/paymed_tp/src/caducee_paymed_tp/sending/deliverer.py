"""The lane of lots: submitted once, asked about before any second attempt."""

from __future__ import annotations

from collections.abc import Sequence

from caducee.contracts.delivery import Envelope, Receipt
from caducee.contracts.plugin import PluginContext
from caducee.contracts.state import PluginTransaction
from caducee_paymed_tp.errors import SERVICE, TpSubmissionRefused
from caducee_paymed_tp.ledger.book import Book
from caducee_paymed_tp.ledger.events import Event, LotSent, ReceiptCame
from caducee_paymed_tp.ledger.store import Ledger
from caducee_paymed_tp.sending.care_sheets import note_sheet
from caducee_paymed_tp.sending.port import Accepted, TpConcentrator, decode


class LotDeliverer:
    """Hands lots to a concentrator and notes in the ledger that they were taken."""

    def __init__(self, context: PluginContext, concentrator: TpConcentrator) -> None:
        self._context = context
        self._concentrator = concentrator
        self._ledger = Ledger(context.state, context.clock)

    async def prepare(self, envelope: Envelope) -> bytes:
        """Return the lot as it was closed: it needs no key of ours."""
        return envelope.document

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:  # noqa: ARG002 - the lot says all
        """Submit a lot.

        Raises:
            TpSubmissionRefused, OutcomeUnknown, ServiceError: as the concentrator.
        """
        submission = decode(prepared)
        try:
            return await self._taken(await self._concentrator.submit(submission))
        except TpSubmissionRefused as refusal:
            await self._refused(submission.file_id, refusal.service_code)
            raise

    async def probe(self, envelope: Envelope, prepared: bytes) -> Receipt | None:  # noqa: ARG002 - the lot says all
        """Ask whether the concentrator has this very file."""
        held = await self._concentrator.holds(decode(prepared).file_id)
        return None if held is None else await self._taken(held, found_by_probe=True)

    async def _refused(self, file_id: str, code: str) -> None:
        """A file that was refused at the door is as one whose receipt is negative: its lot may leave again."""

        def make(book: Book) -> list[Event]:
            known = book.transmissions.get(file_id)
            return [] if known is None else [ReceiptCame(file_id=file_id, positive=False, code=code)]

        await self._ledger.add(f"refused:{file_id}", by="automaton:outbox", make=make)

    async def _note_sheets(self, tx: PluginTransaction, events: Sequence[Event]) -> None:
        """Note the care sheets of a lot for the practice's figures, together with what the ledger says."""
        book = self._ledger.held
        for event in events:
            if isinstance(event, LotSent):
                for name in book.transmissions[event.file_id].lot.invoices:
                    await note_sheet(tx, book, book.invoices[name])

    async def _taken(self, accepted: Accepted, *, found_by_probe: bool = False) -> Receipt:
        now = self._context.clock.now()

        def make(book: Book) -> list[Event]:
            known = book.transmissions.get(accepted.file_id)
            if known is None or known.sent is not None:
                return []
            return [LotSent(file_id=accepted.file_id, at=now, reference=accepted.reference)]

        await self._ledger.add(f"sent:{accepted.file_id}", by="automaton:outbox", make=make, also=self._note_sheets)
        return Receipt(
            service=SERVICE,
            at=now.strftime("%Y%m%d%H%M%S"),
            reference=accepted.reference or accepted.file_id,
            found_by_probe=found_by_probe or accepted.again,
        )
