"""Cases, the patient's money, links and fees."""

from __future__ import annotations

from datetime import date

import msgspec

from caducee_paymed_tp.ledger import events as e
from caducee_paymed_tp.ledger.book import Book
from caducee_paymed_tp.ledger.folding.rule import Rule, change, weigh
from caducee_paymed_tp.ledger.machine import Step
from caducee_paymed_tp.model.parts import State
from caducee_paymed_tp.model.unpaid import UnpaidCase


def _late(book: Book, event: e.WentLate, on: date) -> None:
    change(book, (event.invoice, event.part), on, Step.LATE)


def _case_opened(book: Book, event: e.CaseOpened, on: date) -> None:
    key = (event.invoice, event.part)
    book.cases[key] = UnpaidCase(invoice=event.invoice, part=event.part, why=event.why, opened=event.on)
    if book.claims[key].state is State.LATE:
        change(book, key, on, Step.OPEN_CASE)


def _case_stepped(book: Book, event: e.CaseStepped, on: date) -> None:  # noqa: ARG001 - the shape of a rule
    key = (event.invoice, event.part)
    case = book.cases[key]
    book.cases[key] = msgspec.structs.replace(case, steps=(*case.steps, event.step))


def _case_closed(book: Book, event: e.CaseClosed, on: date) -> None:  # noqa: ARG001 - the shape of a rule
    del book.cases[event.invoice, event.part]


def _disputed(book: Book, event: e.Disputed, on: date) -> None:
    change(book, (event.invoice, event.part), on, Step.DISPUTE)


def _loss(book: Book, event: e.LossAccepted, on: date) -> None:
    key = (event.invoice, event.part)
    claim = book.claims[key]
    if event.abandoned:
        change(book, key, on, Step.ABANDON, given_up=claim.given_up + claim.owed)
        return
    change(book, key, on, given_up=claim.given_up + claim.owed)
    weigh(book, key, on)


def _turned(book: Book, event: e.TurnedToPatient, on: date) -> None:
    change(book, (event.invoice, event.part), on, Step.TURN_TO_PATIENT)


def _patient_paid(book: Book, event: e.PatientPaid, on: date) -> None:
    key = (event.invoice, event.part)
    claim = book.claims[key]
    come = claim.come + event.amount
    settled = come + claim.given_up + claim.advanced >= claim.asked
    open_again = State.PATIENT_DUE if claim.state is State.SETTLED else claim.state
    change(book, key, on, come=come, paid_on=on, state=State.SETTLED if settled else open_again)


def _cost(book: Book, event: e.CostBooked, on: date) -> None:  # noqa: ARG001 - the shape of a rule
    book.costs.append(event.cost)


def _link_made(book: Book, event: e.LinkMade, on: date) -> None:  # noqa: ARG001 - the shape of a rule
    book.links[event.link.id] = event.link
    book.link_part[event.link.id] = event.part


def _link_moved(book: Book, event: e.LinkMoved, on: date) -> None:  # noqa: ARG001 - the shape of a rule
    link = book.links[event.id]
    book.links[event.id] = msgspec.structs.replace(
        link,
        status=event.status,
        provider_reference=event.provider_reference or link.provider_reference,
        refunded=link.refunded + event.refunded,
    )
    if event.said:
        book.said.add(event.said)


RULES: dict[type, Rule] = {
    e.WentLate: _late,
    e.CaseOpened: _case_opened,
    e.CaseStepped: _case_stepped,
    e.CaseClosed: _case_closed,
    e.Disputed: _disputed,
    e.LossAccepted: _loss,
    e.TurnedToPatient: _turned,
    e.PatientPaid: _patient_paid,
    e.CostBooked: _cost,
    e.LinkMade: _link_made,
    e.LinkMoved: _link_moved,
}
