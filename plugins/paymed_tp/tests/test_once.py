"""What comes once counts once, and what comes twice counts twice: within one file as between files."""

from __future__ import annotations

import msgspec
import pytest

from caducee_paymed_tp.importing.booking import events_of_file
from caducee_paymed_tp.ledger.book import Book
from caducee_paymed_tp.ledger.events import InvoiceTaken, LotClosed
from caducee_paymed_tp.model.money import BankStatement, Item, ReturnFile
from caducee_paymed_tp.model.parts import Part, State
from caducee_paymed_tp.model.sending import Receipt

from .practice import apply, invoice, notice, paid, refused, returned, statement, wire
from .test_ledger import confirm, sent_book

CLAIM = ("F1", Part.AMO)


def take(book: Book, *said: object) -> Book:
    return apply(book, *events_of_file(book, said))  # type: ignore[arg-type]


def received(book: Book) -> int:
    return sum(one.entry.amount for one in book.entries.values())


def test_a_return_that_stands_twice_in_one_file_pays_once():
    one = returned(notice(paid(1, 2100)))
    book = take(sent_book(1), one, msgspec.structs.replace(one, payer="CPAM751"))
    take(book, statement(wire(2100)))
    confirm(book)
    claim = book.claims[CLAIM]
    assert (claim.notified, claim.come, claim.state) == (2100, 2100, State.SETTLED)


def test_a_part_that_two_returns_of_one_file_answer_differently_is_shown_to_a_person():
    first, second = returned(notice(refused(1))), returned(notice(refused(1, "9001-001"), label="TP 002"))
    book = take(sent_book(1), first, second)
    assert book.claims[CLAIM].state is State.REJECTED
    assert [one.what for one in book.unplaced] == ["unexpected_reject_from_rejected"]


def chained(count: int) -> list[BankStatement]:
    """Statements of one day, each going on where the one before ended, with an equal movement each."""
    return [statement(wire(2650), opening=2650 * at, digest=f"{at:064d}") for at in range(count)]


@pytest.mark.parametrize("count", [2, 3, 4])
def test_equal_movements_of_statements_that_follow_each_other_are_all_there(count: int):
    together = take(Book(), *chained(count))
    apart = Book()
    for one in chained(count):
        take(apart, one)
    assert received(together) == received(apart) == 2650 * count
    assert together.entries.keys() == apart.entries.keys()


def test_a_statement_that_stands_twice_in_one_file_is_booked_once():
    one = statement(wire(2650), wire(2650), opening=0)
    book = take(Book(), one, one)
    assert (received(book), len(book.entries), len(book.statements)) == (5300, 2, 1)


def test_a_statement_that_comes_again_from_another_export_is_booked_once():
    one = statement(wire(2650, "VIR CPAM PARIS TP 001"), opening=0)
    other = statement(wire(2650, "VIR CPAM PARIS TP"), opening=0, digest="c" * 64)
    assert received(take(take(Book(), one), other)) == 2650


def test_the_chain_of_a_day_read_again_adds_nothing():
    book = take(Book(), *chained(3))
    assert events_of_file(book, tuple(chained(3))) == ()


@pytest.mark.parametrize("together", [True, False])
def test_a_negative_receipt_that_a_positive_one_takes_back_is_none(together: bool):
    book = sent_book(1)
    (name,) = book.transmissions
    said = [Receipt(file_id=name, positive=good, digest="") for good in (False, True)]
    for group in [said] if together else [[one] for one in said]:
        take(book, *group)
    assert book.claims[CLAIM].state is State.ACKED
    take(book, returned(notice(paid(1, 2100))))
    assert (book.claims[CLAIM].state, book.unplaced) == (State.NOTIFIED, [])


def test_a_lot_that_is_paid_in_spite_of_its_negative_receipt_is_paid():
    book = sent_book(1)
    take(book, Receipt(file_id=next(iter(book.transmissions)), positive=False, digest=""))
    take(book, returned(notice(paid(1, 2100))))
    assert book.claims[CLAIM].state is State.NOTIFIED


def elsewhere(*items: Item) -> ReturnFile:
    """A return that is addressed to somebody else than the professional of the invoices."""
    return msgspec.structs.replace(returned(notice(*items)), ps="759999999")


def test_a_file_for_a_structure_finds_an_invoice_by_its_number_and_amount():
    book = take(sent_book(1), elsewhere(paid(1, 2100)))
    assert book.claims[CLAIM].state is State.NOTIFIED


@pytest.mark.parametrize("item", [paid(1, 2300), refused(1)])
def test_an_answer_of_another_practice_with_our_number_is_shown_to_a_person(item: Item):
    book = take(sent_book(1), elsewhere(item))
    assert book.claims[CLAIM].state is State.SENT
    assert [one.what for one in book.unplaced] == ["other_professional"]


def two_professionals() -> Book:
    second = msgspec.structs.replace(invoice(1), id="G1", ps="752222222")
    book = apply(sent_book(1), InvoiceTaken(invoice=second))
    lot = next(iter(book.transmissions.values()))
    other = msgspec.structs.replace(lot, file_id="other-1", lot=msgspec.structs.replace(lot.lot, invoices=("G1",)))
    return apply(book, LotClosed(transmission=other))


@pytest.mark.parametrize("together", [True, False])
def test_the_same_words_for_two_professionals_are_two_payments(together: bool):
    book, one = two_professionals(), returned(notice(paid(1, 2100)))
    files = [one, msgspec.structs.replace(one, ps="752222222")]
    for group in [files] if together else [[file] for file in files]:
        take(book, *group)
        take(book, *group)
    assert [book.claims[name, Part.AMO].notified for name in ("F1", "G1")] == [2100, 2100]
    assert (len(book.notices), book.unplaced) == (2, [])


def test_a_number_that_two_professionals_use_is_not_guessed_in_a_file_for_somebody_else():
    book = take(two_professionals(), elsewhere(paid(1, 2100)))
    assert [one.what for one in book.unplaced] == ["unknown_invoice"]
