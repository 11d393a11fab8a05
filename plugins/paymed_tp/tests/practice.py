"""An invented practice: invoices, returns and statements in as few words as a test needs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from caducee_paymed_tp.ledger.book import Book
from caducee_paymed_tp.ledger.events import Entry, Event
from caducee_paymed_tp.ledger.folding import fold
from caducee_paymed_tp.model.invoices import Invoice, Share
from caducee_paymed_tp.model.money import BankEntry, BankStatement, Item, Outcome, PaymentNotice, Reason, ReturnFile
from caducee_paymed_tp.model.parts import Part, Security

PS = "751012345"
DAY = date(2026, 1, 5)
NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)


def invoice(
    number: int = 1,
    *,
    amo: int = 2100,
    amc: int = 900,
    patient: int = 0,
    payer: str = "CPAM751",
    mutual: str = "0775627391",
    security: Security = Security.SESAM,
    compulsory: bool = False,
    replaces: str = "",
    on: date = DAY,
) -> Invoice:
    asked = ((Part.AMO, payer, amo), (Part.AMC, mutual, amc), (Part.PATIENT, "patient", patient))
    shares = tuple(
        Share(part=part, payer=who, asked=cents, compulsory=compulsory) for part, who, cents in asked if cents
    )
    return Invoice(
        id=f"F{number}",
        ps=PS,
        patient=f"P{number}",
        care_date=on,
        number=f"{number:09d}",
        destination=payer,
        security=security,
        shares=shares,
        replaces=replaces,
    )


def paid(number: int, cents: int, part: Part = Part.AMO, *, offset: int = 0) -> Item:
    return Item(number=f"{number:09d}", part=part, outcome=Outcome.PAID, asked=abs(cents), paid=cents, offset=offset)


def refused(number: int, code: str = "0009-816", part: Part = Part.AMO) -> Item:
    return Item(number=f"{number:09d}", part=part, outcome=Outcome.REJECTED, reasons=(Reason(code=code),))


def notice(
    *items: Item, label: str = "TP 001 LOT 001 260108", payer: str = "CPAM751", on: date = date(2026, 1, 8)
) -> PaymentNotice:
    return PaymentNotice(on=on, payer=payer, labels=(label,), items=items)


def returned(*notices: PaymentNotice, digest: str = "a" * 64) -> ReturnFile:
    return ReturnFile(digest=digest, ps=PS, payer="CPAM751", notices=notices)


def wire(
    amount: int,
    label: str = "VIR TP 001 LOT 001 260108",
    *,
    on: date = date(2026, 1, 9),
    creditor: str = "",
    reference: str = "",
) -> BankEntry:
    return BankEntry(booked=on, value=on, amount=amount, label=label, creditor=creditor, reference=reference)


def statement(*entries: BankEntry, digest: str = "b" * 64, opening: int | None = None) -> BankStatement:
    closing = None if opening is None else opening + sum(entry.amount for entry in entries)
    return BankStatement(digest=digest, account="FR76", entries=entries, opening=opening, closing=closing)


def apply(book: Book, *events: Event, at: datetime = NOW) -> Book:
    fold(book, Entry(key=f"test:{book.number}", at=at, by="test", events=events))
    return book


def rebuilt(entries: Iterable[Entry]) -> Book:
    """A new book that follows from the ledger alone."""
    book = Book()
    for entry in entries:
        fold(book, entry)
    return book
