"""One file into events: everything it says, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from caducee_paymed_tp.importing.recognising import Said, verified_statement
from caducee_paymed_tp.importing.returns import events_of_return
from caducee_paymed_tp.importing.statements import events_of_statement
from caducee_paymed_tp.intake import events_of_invoices
from caducee_paymed_tp.ledger.book import Book
from caducee_paymed_tp.ledger.events import (
    Answered,
    Cause,
    Event,
    InvoiceTaken,
    MoneyBooked,
    NoticeCame,
    ReceiptCame,
    Unplaced,
)
from caducee_paymed_tp.model.invoices import SignedInvoice
from caducee_paymed_tp.model.money import BankStatement, Outcome, ReturnFile
from caducee_paymed_tp.model.sending import Arl, Receipt


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What a file has changed. ``known``: it, or all it says, was here already."""

    digest: str
    known: bool
    invoices: int = 0
    notices: int = 0
    paid: int = 0
    rejected: int = 0
    deferred: int = 0
    entries: int = 0
    receipts: int = 0
    unplaced: int = 0


def events_of_file(book: Book, said: Sequence[Said]) -> tuple[Event, ...]:
    """Return what a file changes. A statement whose balances are false is refused whole."""
    events: list[Event] = list(events_of_invoices(book, [one for one in said if isinstance(one, SignedInvoice)]))
    for one in said:
        if isinstance(one, SignedInvoice):
            continue
        if isinstance(one, ReturnFile):
            events += events_of_return(book, one)
        elif isinstance(one, BankStatement):
            events += events_of_statement(book, verified_statement(one))
        else:
            events += events_of_receipt(book, one)
    return tuple(events)


def events_of_receipt(book: Book, receipt: Receipt) -> tuple[Event, ...]:
    """Return what an ARL changes: the first word on a file counts, a negative one may still become positive."""
    cause = Cause(file=receipt.digest, offset=receipt.offset)
    known = book.transmissions.get(receipt.file_id)
    if known is None:
        return (Unplaced(what="unknown_file", number=receipt.file_id[:9], cause=cause),)
    if known.arl is Arl.POSITIVE or (known.arl is Arl.NEGATIVE and not receipt.positive):
        return ()
    return (ReceiptCame(file_id=receipt.file_id, positive=receipt.positive, code=receipt.code, cause=cause),)


def counted(digest: str, events: Sequence[Event]) -> Imported:
    """Say what was changed."""
    kinds = Counter(type(event) for event in events)
    outcomes = Counter(event.item.outcome for event in events if isinstance(event, Answered))
    return Imported(
        digest=digest,
        known=not events,
        invoices=kinds[InvoiceTaken],
        notices=kinds[NoticeCame],
        paid=outcomes[Outcome.PAID],
        rejected=outcomes[Outcome.REJECTED],
        deferred=outcomes[Outcome.DEFERRED],
        entries=kinds[MoneyBooked],
        receipts=kinds[ReceiptCame],
        unplaced=kinds[Unplaced],
    )
