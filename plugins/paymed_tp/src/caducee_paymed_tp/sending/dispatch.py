"""Lots out of what is ready, handed to the outbox in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from caducee.contracts.state import Parcel, PluginTransaction
from caducee.model.practice import Actor
from caducee_paymed_tp.desk import Desk
from caducee_paymed_tp.errors import TransitionRefused
from caducee_paymed_tp.ledger import events as e
from caducee_paymed_tp.ledger.events import Event
from caducee_paymed_tp.model.invoices import SIGNED
from caducee_paymed_tp.sending.destination import Concentrator
from caducee_paymed_tp.sending.lots import again, lots_to_close
from caducee_paymed_tp.sending.port import Signed, Submission, encode


class Dispatch:
    """Closes lots and sends them, or sends one again."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def send(self, *, acting: Actor) -> tuple[str, ...]:
        """Close lots of what is ready."""
        now = self._desk.context.clock.now()
        make = partial(lots_to_close, now=now, most=self._desk.config.lot_size)
        key = f"send:{now.isoformat()}:{(await self._desk.ledger.book()).number}"
        events = await self._desk.ledger.add(key, by=acting.named, make=make, also=self._hand_over)
        return tuple(event.transmission.file_id for event in events if isinstance(event, e.LotClosed))

    async def resend(self, file_id: str, *, acting: Actor) -> str:
        """Send a lot again."""
        number = (await self._desk.ledger.book()).number
        events = await self._desk.ledger.add(
            f"resend:{file_id}:{number}",
            by=acting.named,
            make=lambda book: [again(book, file_id)],
            also=self._hand_over,
        )
        files = [event.transmission.file_id for event in events if isinstance(event, e.LotClosed)]
        if not files:
            raise TransitionRefused("lotted", "resend")
        return files[0]

    async def _hand_over(self, tx: PluginTransaction, events: Sequence[Event]) -> None:
        book = self._desk.ledger.held
        for event in events:
            if not isinstance(event, e.LotClosed):
                continue
            one = event.transmission
            signed = [
                Signed(invoice=book.invoices[name], blob=await self._desk.context.state.get(SIGNED, name) or b"")
                for name in one.lot.invoices
            ]
            submission = Submission(file_id=one.file_id, digest=one.digest, lot=one.lot, invoices=tuple(signed))
            await tx.deliver(
                Parcel(
                    key=f"lot:{one.file_id}",
                    kind=Concentrator.kind,
                    payload=encode(submission),
                    reference=one.file_id,
                    series=f"{one.lot.ps}/{one.lot.destination}",
                )
            )
