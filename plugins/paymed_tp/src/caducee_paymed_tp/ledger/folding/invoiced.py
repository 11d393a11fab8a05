"""Invoices, lots and receipts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from caducee_paymed_tp.errors import TransitionRefused
from caducee_paymed_tp.ledger import events as e
from caducee_paymed_tp.ledger.book import Book, Key
from caducee_paymed_tp.ledger.folding.rule import Rule, change
from caducee_paymed_tp.ledger.machine import Step, may
from caducee_paymed_tp.model.parts import Part, State
from caducee_paymed_tp.model.sending import Arl


def _taken(book: Book, event: e.InvoiceTaken, on: date) -> None:
    from caducee_paymed_tp.ledger.book import Claim

    invoice = event.invoice
    if invoice.id in book.invoices or invoice.key in book.by_number:
        raise TransitionRefused("known", "InvoiceTaken")
    book.invoices[invoice.id] = invoice
    book.by_number[invoice.key] = invoice.id
    book.professionals.add(invoice.key[0])
    book.numbered[invoice.key[1]].append(invoice.id)
    for share in invoice.shares:
        state = State.DRAFT if event.draft else State.PATIENT_DUE if share.part is Part.PATIENT else State.READY
        book.claims[invoice.id, share.part] = Claim(
            invoice=invoice.id,
            part=share.part,
            payer=share.payer,
            asked=share.asked,
            compulsory=share.compulsory,
            state=state,
        )
    _link_to_replaced(book, invoice.replaces, invoice.id, on)


def _link_to_replaced(book: Book, old: str, new: str, on: date) -> None:
    """A rejected part is corrected by the new invoice, if it asks for that part again."""
    for part in Part:
        claim = book.claims.get((old, part))
        if claim is not None and (new, part) in book.claims and may(claim.state, Step.CORRECT):
            change(book, claim.key, on, Step.CORRECT, replaced_by=new)
            book.cases.pop(claim.key, None)


def _validated(book: Book, event: e.InvoiceValidated, on: date) -> None:
    invoice = msgspec.structs.replace(book.invoices[event.invoice], digest=event.digest)
    book.invoices[invoice.id] = invoice
    for claim in book.parts(invoice.id):
        change(book, claim.key, on, Step.VALIDATE)
        if claim.part is Part.PATIENT:
            change(book, claim.key, on, state=State.PATIENT_DUE)


def _voided(book: Book, event: e.InvoiceVoided, on: date) -> None:
    for claim in book.parts(event.invoice):
        change(book, claim.key, on, Step.VOID)


def _lot_closed(book: Book, event: e.LotClosed, on: date) -> None:
    book.transmissions[event.transmission.file_id] = event.transmission
    for key in _payers_of(book, event.transmission.file_id):
        change(book, key, on, Step.PUT_IN_LOT)


def _lot_sent(book: Book, event: e.LotSent, on: date) -> None:
    known = book.transmissions[event.file_id]
    if known.sent is not None:
        return
    book.transmissions[event.file_id] = msgspec.structs.replace(known, sent=event.at)
    for key in _payers_of(book, event.file_id):
        if may(book.claims[key].state, Step.SEND):
            change(book, key, on, Step.SEND)
        change(book, key, on, sent=event.at.date())


def _receipt(book: Book, event: e.ReceiptCame, on: date) -> None:
    known = book.transmissions[event.file_id]
    arl = Arl.POSITIVE if event.positive else Arl.NEGATIVE
    book.transmissions[event.file_id] = msgspec.structs.replace(known, arl=arl, code=event.code, stale=False)
    what = Step.ACK if event.positive else Step.NACK
    for key in _payers_of(book, event.file_id):
        if may(book.claims[key].state, what):
            change(book, key, on, what)


def _receipt_overdue(book: Book, event: e.ReceiptOverdue, on: date) -> None:
    known = book.transmissions[event.file_id]
    book.transmissions[event.file_id] = msgspec.structs.replace(known, stale=True)
    for key in _payers_of(book, event.file_id):
        if may(book.claims[key].state, Step.STALE):
            change(book, key, on, Step.STALE)


def _payers_of(book: Book, file_id: str) -> Iterator[Key]:
    """The claims that a file carries: what is asked of the patient travels in no file."""
    for invoice in book.transmissions[file_id].lot.invoices:
        yield from (claim.key for claim in book.parts(invoice) if claim.part is not Part.PATIENT)


RULES: dict[type, Rule] = {
    e.InvoiceTaken: _taken,
    e.InvoiceValidated: _validated,
    e.InvoiceVoided: _voided,
    e.LotClosed: _lot_closed,
    e.LotSent: _lot_sent,
    e.ReceiptCame: _receipt,
    e.ReceiptOverdue: _receipt_overdue,
}
