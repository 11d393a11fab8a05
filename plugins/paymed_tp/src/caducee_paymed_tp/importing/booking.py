"""One file into events: everything it says, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from caducee_paymed_tp.importing.recognising import Said, verified_statement
from caducee_paymed_tp.importing.returns import Returns
from caducee_paymed_tp.importing.statements import Statements
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
    returns, statements, receipts = Returns(book), Statements(book), Receipts(book)
    for one in said:
        if isinstance(one, ReturnFile):
            events += returns.take(one)
        elif isinstance(one, BankStatement):
            events += statements.take(verified_statement(one))
        elif isinstance(one, Receipt):
            events += receipts.take(one)
    return tuple(events)


class Receipts:
    """ARLs against the book, and against those of the same file before them."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._said: dict[str, Arl] = {}

    def take(self, receipt: Receipt) -> tuple[Event, ...]:
        """Return what one changes: the first word on a file counts, a negative one may still become positive."""
        cause = Cause(file=receipt.digest, offset=receipt.offset)
        known = self._book.transmissions.get(receipt.file_id)
        if known is None:
            return (Unplaced(what="unknown_file", number=receipt.file_id[:9], cause=cause),)
        arl = self._said.get(receipt.file_id, known.arl)
        if arl is Arl.POSITIVE or (arl is Arl.NEGATIVE and not receipt.positive):
            return ()
        self._said[receipt.file_id] = Arl.POSITIVE if receipt.positive else Arl.NEGATIVE
        return (ReceiptCame(file_id=receipt.file_id, positive=receipt.positive, code=receipt.code, cause=cause),)


def events_of_receipt(book: Book, receipt: Receipt) -> tuple[Event, ...]:
    """Return what one ARL changes."""
    return Receipts(book).take(receipt)


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
