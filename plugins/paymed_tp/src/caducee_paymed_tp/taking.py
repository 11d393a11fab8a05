"""Invoices into the ledger, and where each stands."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from caducee.contracts.state import PluginTransaction
from caducee.errors import Finding
from caducee.model.practice import Actor
from caducee_paymed_tp.api import Standing
from caducee_paymed_tp.desk import Desk
from caducee_paymed_tp.errors import TpInvalid
from caducee_paymed_tp.intake import findings_of_invoice
from caducee_paymed_tp.ledger import events as e
from caducee_paymed_tp.ledger.book import Book
from caducee_paymed_tp.ledger.events import Entry, Event
from caducee_paymed_tp.ledger.history import history_of
from caducee_paymed_tp.model.invoices import SIGNED, Invoice
from caducee_paymed_tp.model.parts import InvoiceKind, State
from caducee_paymed_tp.returns.correcting import correction_of
from caducee_paymed_tp.sending.care_sheets import note_sheet
from caducee_paymed_tp.unpaid.compulsory import marked


class Invoices:
    """Takes invoices from the host."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def take(self, invoice: Invoice, signed: bytes, *, acting: Actor) -> tuple[Finding, ...]:
        """Take a signed invoice."""
        digest = hashlib.sha256(signed).hexdigest()
        return await self._take(msgspec.structs.replace(invoice, digest=digest), signed, acting=acting)

    async def draft(self, invoice: Invoice, *, acting: Actor) -> tuple[Finding, ...]:
        """Take an invoice that is not signed yet."""
        return await self._take(msgspec.structs.replace(invoice, digest=""), None, acting=acting)

    async def _take(self, invoice: Invoice, signed: bytes | None, *, acting: Actor) -> tuple[Finding, ...]:
        invoice = marked(invoice)

        def make(book: Book) -> Sequence[Event]:
            if book.invoices.get(invoice.id) == invoice:
                return ()
            if wrong := findings_of_invoice(book, invoice):
                raise TpInvalid(tuple(wrong))
            return [e.InvoiceTaken(invoice=invoice, draft=signed is None)]

        async def also(tx: PluginTransaction, events: Sequence[Event]) -> None:  # noqa: ARG001
            if signed is not None:
                await tx.put(SIGNED, invoice.id, signed)
                if invoice.kind is InvoiceKind.PAPER:  # it leaves by post, by no lot
                    await note_sheet(tx, self._desk.ledger.held, invoice)

        await self._desk.ledger.add(f"take:{invoice.id}:{invoice.digest}", by=acting.named, make=make, also=also)
        return tuple(self._desk.payers.warnings(invoice))

    async def validate(self, invoice: str, signed: bytes, *, acting: Actor) -> None:
        """Give the signed form of a draft."""
        digest = hashlib.sha256(signed).hexdigest()

        async def also(tx: PluginTransaction, events: Sequence[Event]) -> None:  # noqa: ARG001
            await tx.put(SIGNED, invoice, signed)

        events = [e.InvoiceValidated(invoice=invoice, digest=digest)]
        await self._desk.act(f"validate:{invoice}:{digest}", invoice, events, acting, also=also)

    async def void(self, invoice: str, *, acting: Actor) -> None:
        """Give a draft up."""
        await self._desk.act(f"void:{invoice}", invoice, [e.InvoiceVoided(invoice=invoice)], acting)

    async def standing(self, invoice: str) -> Standing | None:
        """Return where an invoice stands."""
        book = await self._desk.ledger.book()
        if invoice not in book.invoices:
            return None
        claims, today = book.parts(invoice), self._desk.today
        refused = [claim for claim in claims if claim.state is State.REJECTED]
        return Standing(
            invoice=book.invoices[invoice],
            status=book.status(invoice),
            claims=claims,
            corrections=tuple(correction_of(claim, on=today) for claim in refused),
        )

    async def history(self, invoice: str) -> tuple[Entry, ...]:
        """Return the entries that speak of an invoice, each with only what concerns it."""
        return history_of(invoice, await self._desk.ledger.entries())
