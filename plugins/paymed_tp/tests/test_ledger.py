from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from caducee.testing import MovingClock
from caducee.testing.state import MemoryState
from caducee_paymed_tp.errors import MatchRefused, TransitionRefused
from caducee_paymed_tp.importing.booking import events_of_file
from caducee_paymed_tp.importing.recognising import Said
from caducee_paymed_tp.ledger import Ledger
from caducee_paymed_tp.ledger import events as e
from caducee_paymed_tp.ledger.book import Book
from caducee_paymed_tp.ledger.events import Entry, Event, decode, encode
from caducee_paymed_tp.ledger.folding import fold
from caducee_paymed_tp.model.money import Item, Match, MatchKind, Outcome, PaymentNotice, Reason
from caducee_paymed_tp.model.parts import Part, State
from caducee_paymed_tp.model.sending import Receipt
from caducee_paymed_tp.payers.register import Payers
from caducee_paymed_tp.sending.lots import again, lots_to_close
from caducee_paymed_tp.unpaid.delays import Delays
from caducee_paymed_tp.unpaid.scanning import events_of_the_day

from .practice import NOW, apply, invoice, notice, paid, rebuilt, refused, returned, statement, wire

pytestmark = pytest.mark.anyio


def sent_book(*numbers: int) -> Book:
    book = Book()
    apply(book, *(e.InvoiceTaken(invoice=invoice(number)) for number in numbers))
    apply(book, *lots_to_close(book, NOW, most=200))
    for name in tuple(book.transmissions):
        apply(book, e.LotSent(file_id=name, at=NOW))
    return book


def state(book: Book, number: int = 1, part: Part = Part.AMO) -> State:
    return book.claims[f"F{number}", part].state


def take(book: Book, *said: Said) -> Book:
    return apply(book, *events_of_file(book, said))


def confirm(book: Book, *, kind: MatchKind = MatchKind.EXACT, at: datetime = NOW) -> str:
    notices, entries = tuple(book.open_notices()), tuple(book.open_entries())
    delta = sum(book.entries[n].entry.amount for n in entries) - sum(book.notices[n].total for n in notices)
    match = Match(kind=kind, notices=notices, entries=entries, delta=delta)
    apply(book, e.Matched(id=match.id, match=match), at=at)
    return match.id


def test_money_that_is_announced_and_comes_settles_a_part():
    book = take(sent_book(1), returned(notice(paid(1, 2100))), statement(wire(2100)))
    assert state(book) is State.NOTIFIED
    confirm(book)
    assert state(book) is State.SETTLED
    assert state(book, part=Part.AMC) is State.SENT


def test_a_match_that_is_undone_leaves_the_part_as_before_and_both_events_in_the_ledger():
    book = take(sent_book(1), returned(notice(paid(1, 2100))), statement(wire(2100)))
    before = book.claims["F1", Part.AMO]
    name = confirm(book)
    apply(book, e.MatchUndone(id=name, why="mauvais mois"))
    assert book.claims["F1", Part.AMO] == before
    assert len(book.open_entries()) == 1
    assert confirm(book) == name


def test_a_wire_cannot_be_matched_twice():
    book = take(sent_book(1), returned(notice(paid(1, 2100))), statement(wire(2100)))
    match = Match(kind=MatchKind.EXACT, notices=tuple(book.notices), entries=tuple(book.entries))
    apply(book, e.Matched(id="M1", match=match))
    with pytest.raises(MatchRefused):
        apply(book, e.Matched(id="M2", match=match))


def test_a_match_that_hides_a_difference_is_refused():
    book = take(sent_book(1), returned(notice(paid(1, 2100))), statement(wire(2000)))
    match = Match(kind=MatchKind.EXACT, notices=tuple(book.notices), entries=tuple(book.entries), delta=0)
    with pytest.raises(MatchRefused):
        apply(book, e.Matched(id="M1", match=match))


def test_less_than_announced_leaves_the_last_parts_waiting():
    book = take(sent_book(1, 2), returned(notice(paid(1, 2100), paid(2, 2100))), statement(wire(3000)))
    confirm(book, kind=MatchKind.PARTIAL)
    assert [state(book, 1), state(book, 2)] == [State.SETTLED, State.NOTIFIED]
    assert book.claims["F2", Part.AMO].owed == 1200


def test_a_part_paid_in_part_then_in_full_is_settled():
    book = take(sent_book(1), returned(notice(paid(1, 2000))), statement(wire(2000)))
    confirm(book)
    assert state(book) is State.PARTIAL
    take(book, returned(notice(paid(1, 100), label="TP 001 LOT 001 260112"), digest="c" * 64))
    take(book, statement(wire(100, "TP 001 LOT 001 260112"), digest="d" * 64))
    confirm(book)
    assert state(book) is State.SETTLED


def test_a_retention_on_an_invoice_reverses_it_and_takes_its_money_back():
    book = take(sent_book(1, 2), returned(notice(paid(1, 2100))), statement(wire(2100)))
    confirm(book)
    back = notice(paid(2, 2100), paid(1, -2100), label="TP 002")
    take(book, returned(back, digest="c" * 64))
    assert state(book) is State.REVERSED
    assert back.total == 0


def test_a_refused_part_is_corrected_by_the_invoice_that_replaces_it():
    book = take(sent_book(1), returned(notice(refused(1))))
    assert state(book) is State.REJECTED
    apply(book, e.InvoiceTaken(invoice=invoice(2, amc=0, replaces="F1")))
    assert state(book) is State.CORRECTED
    assert book.claims["F1", Part.AMO].replaced_by == "F2"
    assert state(book, part=Part.AMC) is State.SENT


def test_the_number_of_an_invoice_is_never_used_twice_whatever_its_zeros():
    book = sent_book(1)
    other = e.InvoiceTaken(invoice=invoice(1).__class__(**{**fields(1), "id": "F9", "number": "1"}))
    with pytest.raises(TransitionRefused):
        apply(book, other)


def fields(number: int) -> dict[str, object]:
    made = invoice(number)
    return {name: getattr(made, name) for name in made.__struct_fields__}


def test_an_item_without_an_invoice_of_ours_is_kept_and_costs_the_others_nothing():
    book = take(sent_book(1), returned(notice(paid(77, 500), paid(1, 2100))))
    assert state(book) is State.NOTIFIED
    assert [(one.what, one.amount) for one in book.unplaced] == [("unknown_invoice", 500)]


def test_an_answer_that_cannot_be_is_kept_for_a_person():
    book = take(sent_book(1), returned(notice(refused(1))))
    take(book, returned(notice(refused(1), label="again"), digest="c" * 64))
    assert [one.what for one in book.unplaced] == ["unexpected_reject_from_rejected"]


def test_the_same_notice_in_another_file_counts_once():
    book = take(sent_book(1), returned(notice(paid(1, 2100))))
    assert events_of_file(book, (returned(notice(paid(1, 2100, offset=500)), digest="e" * 64),)) == ()


def test_two_equal_movements_of_one_day_are_two():
    book = take(Book(), statement(wire(2650), wire(2650), opening=0))
    assert len(book.entries) == 2


def test_an_overlapping_statement_adds_only_what_is_new():
    book = take(Book(), statement(wire(2650), wire(2650), opening=0))
    take(book, statement(wire(2650), wire(900, "AUTRE"), digest="c" * 64))
    assert sorted(one.entry.amount for one in book.entries.values()) == [900, 2650, 2650]


def test_a_statement_that_goes_on_after_the_last_one_has_other_movements():
    book = take(Book(), statement(wire(2650), opening=0))
    second = statement(wire(2650), opening=2650, digest="c" * 64)
    take(book, second)
    assert len(book.entries) == 2
    assert events_of_file(book, (statement(wire(2650), opening=2650, digest="d" * 64),)) == ()


def advanced(cents: int, label: str = "AVANCE 0001") -> PaymentNotice:
    return PaymentNotice(on=date(2026, 1, 6), payer="OCT", labels=(label,), items=(paid(1, cents),), advance=True)


def test_an_advance_is_money_that_came_and_nobody_is_late_for_it():
    book = take(sent_book(1), returned(advanced(2100)), statement(wire(2100, "AVANCE 0001")))
    take(book, Receipt(file_id=next(iter(book.transmissions)), positive=True, digest="f" * 64))
    confirm(book)
    later = NOW + timedelta(days=60)
    apply(book, *events_of_the_day(book, later, delays=Delays(), payers=Payers({})), at=later)
    assert (state(book), state(book, part=Part.AMC)) == (State.ACKED, State.UNPAID_CASE)
    assert book.claims["F1", Part.AMO].money == 2100


def test_an_advance_is_taken_back_when_the_payer_refuses():
    book = take(sent_book(1), returned(advanced(2100)), statement(wire(2100, "AVANCE 0001")))
    confirm(book)
    take(
        book, returned(notice(refused(1)), digest="c" * 64), returned(advanced(-2100, "REPRISE 0002"), digest="d" * 64)
    )
    take(book, statement(wire(-2100, "REPRISE 0002"), digest="e" * 64))
    confirm(book)
    assert (state(book), book.claims["F1", Part.AMO].money) == (State.REJECTED, 0)


def test_no_receipt_after_48_hours_is_stale_and_a_late_one_still_counts():
    book = sent_book(1)
    (file_id,) = book.transmissions
    later = NOW + timedelta(hours=48)
    apply(book, *events_of_the_day(book, later, delays=Delays(), payers=Payers({})), at=later)
    assert state(book) is State.STALE
    take(book, Receipt(file_id=file_id, positive=True, digest="f" * 64))
    assert state(book) is State.ACKED


def test_a_refused_lot_leaves_again_with_the_same_content_in_a_new_file():
    book = sent_book(1)
    (first,) = book.transmissions
    take(book, Receipt(file_id=first, positive=False, digest="f" * 64, code="E12"))
    assert state(book) is State.NACKED
    apply(book, again(book, first))
    second = next(one for one in book.transmissions.values() if one.file_id != first)
    assert second.digest == book.transmissions[first].digest
    assert state(book) is State.LOTTED


def test_a_lot_that_was_accepted_never_leaves_again():
    book = sent_book(1)
    (first,) = book.transmissions
    take(book, Receipt(file_id=first, positive=True, digest="f" * 64))
    with pytest.raises(TransitionRefused):
        again(book, first)


def test_lots_part_destinations_and_security_modes():
    book = Book()
    made = [invoice(1), invoice(2, payer="MSA75"), invoice(3, security="D"), invoice(4)]
    apply(book, *(e.InvoiceTaken(invoice=one) for one in made))
    lots = [event.transmission.lot.invoices for event in lots_to_close(book, NOW, most=200)]
    assert sorted(lots) == [("F1", "F4"), ("F2",), ("F3",)]


async def test_the_same_key_is_added_once():
    ledger = Ledger(MemoryState(), MovingClock())
    event = e.InvoiceTaken(invoice=invoice(1))
    assert await ledger.add("take:F1", by="test", make=lambda _: [event]) == (event,)
    assert await ledger.add("take:F1", by="test", make=lambda _: [event]) == ()


async def test_two_processes_never_lose_each_others_entries():
    state = MemoryState()
    first, second = Ledger(state, MovingClock()), Ledger(state, MovingClock())
    await first.book()
    await second.add("take:F1", by="second", make=lambda _: [e.InvoiceTaken(invoice=invoice(1))])
    await first.add("take:F2", by="first", make=lambda _: [e.InvoiceTaken(invoice=invoice(2))])
    assert set((await second.book()).invoices) == {"F1", "F2"}


async def test_what_is_refused_leaves_nothing_in_the_ledger_and_nothing_in_the_book():
    ledger = Ledger(MemoryState(), MovingClock())

    def make(_: Book) -> Sequence[Event]:
        return [e.InvoiceTaken(invoice=invoice(1)), e.InvoiceVoided(invoice="F1")]

    with pytest.raises(TransitionRefused):
        await ledger.add("both", by="test", make=make)
    assert (await ledger.book()).invoices == {}
    assert await ledger.entries() == ()


async def test_a_write_that_is_cut_off_leaves_the_book_as_the_ledger_has_it():
    class Broken(MemoryState):
        broken = True

        def transaction(self):
            if self.broken:
                raise OSError("disk")
            return super().transaction()

    state = Broken()
    ledger = Ledger(state, MovingClock())
    with pytest.raises(OSError, match="disk"):
        await ledger.add("take:F1", by="test", make=lambda _: [e.InvoiceTaken(invoice=invoice(1))])
    state.broken = False
    assert (await ledger.book()).invoices == {}


def image(book: Book) -> object:
    """Everything a book holds, comparable."""
    return {name: value for name, value in vars(book).items() if name not in {"paying", "ranks", "numbered"}} | {
        "paying": dict(book.paying),
        "numbered": dict(book.numbered),
        "ranks": dict(book.ranks),
    }


class Practice(RuleBasedStateMachine):
    """A practice whose payers, bank and staff do anything in any order: the money always adds up."""

    @initialize()
    def opens(self) -> None:
        self.book = Book()
        self.entries: list[Entry] = []
        self.files: list[tuple[Said, ...]] = []
        self.number = 0
        self.now = NOW

    def keep(self, events: Sequence[Event]) -> None:
        if events:
            entry = Entry(key=f"k{len(self.entries)}", at=self.now, by="test", events=tuple(events))
            fold(self.book, entry)
            self.entries.append(decode(encode(entry)))

    @rule(amo=st.integers(1, 5000), amc=st.integers(0, 5000))
    def bills(self, amo: int, amc: int) -> None:
        self.number += 1
        self.keep([e.InvoiceTaken(invoice=invoice(self.number, amo=amo, amc=amc))])

    @rule(positive=st.booleans())
    def sends(self, positive: bool) -> None:
        lots = lots_to_close(self.book, self.now, most=3)
        self.keep(lots)
        for lot in lots:
            name = lot.transmission.file_id
            self.keep([e.LotSent(file_id=name, at=self.now)])
            self.file(Receipt(file_id=name, positive=positive, digest="f" * 64))

    @rule(
        numbers=st.lists(st.tuples(st.integers(1, 12), st.sampled_from([Part.AMO, Part.AMC])), max_size=4),
        outcome=st.sampled_from(list(Outcome)),
        cents=st.integers(-3000, 5000),
        label=st.sampled_from(["A1234567", "B1234567"]),
    )
    def payer_answers(self, numbers: list[tuple[int, Part]], outcome: Outcome, cents: int, label: str) -> None:
        amount = cents if outcome is Outcome.PAID else 0
        items = [
            Item(number=str(n), part=part, outcome=outcome, paid=amount, reasons=(Reason(code="0009-816"),))
            for n, part in numbers
        ]
        self.file(returned(notice(*items, label=label)))

    @rule(cents=st.integers(-3000, 9000), times=st.integers(1, 2))
    def bank_moves(self, cents: int, times: int) -> None:
        self.file(statement(*[wire(cents)] * times, digest=f"{len(self.files):064d}"))

    def file(self, *said: Said) -> None:
        self.files.append(said)
        self.keep(events_of_file(self.book, said))

    @rule(data=st.data())
    def somebody_matches(self, data: st.DataObject) -> None:
        notices, entries = list(self.book.open_notices()), list(self.book.open_entries())
        if not entries:
            return
        chosen = data.draw(st.lists(st.sampled_from(notices), unique=True, max_size=2)) if notices else []
        moved = data.draw(st.lists(st.sampled_from(entries), unique=True, min_size=1, max_size=2))
        come = sum(self.book.entries[name].entry.amount for name in moved)
        delta = come - sum(self.book.notices[name].total for name in chosen)
        match = Match(kind=MatchKind.MANUAL, notices=tuple(chosen), entries=tuple(moved), delta=delta)
        self.keep([e.Matched(id=f"{match.id}-{len(self.entries)}", match=match)])

    @rule(data=st.data())
    def somebody_undoes(self, data: st.DataObject) -> None:
        if self.book.matches:
            name = data.draw(st.sampled_from(sorted(self.book.matches)))
            self.keep([e.MatchUndone(id=name, why="erreur")])

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        self.keep(events_of_the_day(self.book, self.now, delays=Delays(), payers=Payers({})))

    @invariant()
    def the_ledger_rebuilds_the_same_book(self) -> None:
        assert image(rebuilt(self.entries)) == image(self.book)

    @invariant()
    def files_that_were_imported_change_nothing_again(self) -> None:
        for said in self.files[-3:]:
            if not isinstance(said[0], Receipt):
                assert [event for event in events_of_file(self.book, said) if not self.only_read(event)] == []

    @staticmethod
    def only_read(event: Event) -> bool:
        return isinstance(event, e.StatementRead)

    @invariant()
    def what_came_is_what_was_allocated(self) -> None:
        come = sum(claim.come + claim.advanced for claim in self.book.claims.values())
        given = sum(one.amount for paid in self.book.allocated.values() for one in paid)
        assert come == given

    @invariant()
    def nothing_is_matched_twice(self) -> None:
        moved = [name for match in self.book.matches.values() for name in match.entries]
        assert len(moved) == len(set(moved))

    @invariant()
    def a_settled_part_has_all_its_money(self) -> None:
        for claim in self.book.claims.values():
            if claim.state is State.SETTLED:
                assert claim.money + claim.given_up >= claim.asked


TestPractice = Practice.TestCase
TestPractice.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
