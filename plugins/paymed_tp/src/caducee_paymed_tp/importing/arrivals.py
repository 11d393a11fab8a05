"""What comes from payers and the bank, by hand or from the concentrator."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial

from anyio import to_thread

from caducee.contracts.state import PluginTransaction
from caducee.errors import CaduceeError
from caducee.model.practice import Actor
from caducee_paymed_tp.desk import Desk
from caducee_paymed_tp.importing.booking import Imported, counted, events_of_file, events_of_receipt
from caducee_paymed_tp.importing.recognising import readers, recognise
from caducee_paymed_tp.ledger import events as e
from caducee_paymed_tp.ledger.events import Event
from caducee_paymed_tp.model.invoices import SIGNED, SignedInvoice
from caducee_paymed_tp.model.money import Outcome
from caducee_paymed_tp.sending.port import TpConcentrator

QUARANTINE = "quarantine"
_CURSOR = "cursor"


class Arrivals:
    """Imports files, each whole or not at all."""

    def __init__(self, desk: Desk, concentrator: TpConcentrator) -> None:
        self._desk = desk
        self._concentrator = concentrator
        self._readers = readers(desk.config.files, desk.config.csv)

    async def import_file(self, content: bytes, *, acting: Actor) -> Imported:
        """Import a file."""
        digest, said = await to_thread.run_sync(recognise, content, self._readers)
        make = partial(events_of_file, said=said)
        signed = {one.invoice.id: one.signed for one in said if isinstance(one, SignedInvoice)}
        also = partial(_kept_with_them, signed)
        events = await self._desk.ledger.add(f"file:{digest}", by=acting.named, make=make, also=also)
        return counted(digest, events)

    async def collect(self, *, acting: Actor) -> tuple[Imported, ...]:
        """Fetch and import. The cursor moves only after everything before it was kept."""
        cursor = (await self._desk.context.state.get(_CURSOR, "concentrator") or b"").decode()
        came = await self._concentrator.collect(cursor)
        done = []
        for receipt in came.receipts:
            key = f"receipt:{receipt.digest}:{receipt.offset}:{receipt.file_id}:{receipt.positive}"
            make = partial(events_of_receipt, receipt=receipt)
            done.append(counted(receipt.digest, await self._desk.ledger.add(key, by=acting.named, make=make)))
        for content in came.files:
            done += await self._import_or_quarantine(content, acting)
        async with self._desk.context.state.transaction() as tx:
            await tx.put(_CURSOR, "concentrator", came.next.encode())
        return tuple(done)

    async def _import_or_quarantine(self, content: bytes, acting: Actor) -> list[Imported]:
        try:
            return [await self.import_file(content, acting=acting)]
        except CaduceeError as error:
            if not error.code.startswith("tp."):
                raise
            async with self._desk.context.state.transaction() as tx:
                await tx.put(QUARANTINE, hashlib.sha256(content).hexdigest(), content)
                await tx.event("quarantined", code=error.code)
            return []

    async def unplaced(self) -> tuple[e.Unplaced, ...]:
        """Return what had no place."""
        return tuple((await self._desk.ledger.book()).unplaced)

    async def quarantined(self) -> tuple[str, ...]:
        """Return the names of the files that could not be read."""
        return tuple([one.key async for one in self._desk.context.state.records(QUARANTINE)])


async def _kept_with_them(signed: Mapping[str, bytes], tx: PluginTransaction, events: Sequence[Event]) -> None:
    """The signed forms of new invoices, and the news of rejects."""
    for event in events:
        if isinstance(event, e.InvoiceTaken):
            await tx.put(SIGNED, event.invoice.id, signed[event.invoice.id])
        elif isinstance(event, e.Answered) and event.item.outcome is Outcome.REJECTED:
            await tx.event("rejected", reference=event.invoice)
