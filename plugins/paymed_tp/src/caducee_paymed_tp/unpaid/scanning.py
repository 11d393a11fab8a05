"""What the calendar makes true: receipts overdue, parts late, wires missing, cases opened and closed. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from caducee_paymed_tp.ledger.book import Book, Claim
from caducee_paymed_tp.ledger.events import CaseClosed, CaseOpened, Event, MoneyMissing, ReceiptOverdue, WentLate
from caducee_paymed_tp.ledger.machine import ENDED
from caducee_paymed_tp.model.parts import Part, State
from caducee_paymed_tp.model.sending import Arl
from caducee_paymed_tp.model.unpaid import Why
from caducee_paymed_tp.payers.register import Payers
from caducee_paymed_tp.unpaid.delays import Delays

_WHY = {
    State.REJECTED: Why.REJECTED,
    State.LATE: Why.LATE,
    State.MISSING_MONEY: Why.MISSING_MONEY,
    State.PARTIAL: Why.PARTIAL,
    State.REVERSED: Why.REVERSED,
}
_OVER = ENDED | {State.SETTLED}


def events_of_the_day(book: Book, now: datetime, *, delays: Delays, payers: Payers) -> tuple[Event, ...]:
    """Return all that has become true by now and that the ledger does not know yet."""
    events: list[Event] = [*_receipts(book, now, delays), *_wires(book, now, delays)]
    missing = {event.notice for event in events if isinstance(event, MoneyMissing)}
    late = [claim for claim in book.claims.values() if _is_late(claim, now, delays, payers)]
    events += [WentLate(invoice=claim.invoice, part=claim.part) for claim in late]
    states = {claim.key: State.LATE for claim in late}
    for notice in sorted(missing):
        for one in book.paying.get(notice, ()):
            if book.claims[one.key].state is State.NOTIFIED:
                states[one.key] = State.MISSING_MONEY
    return (*events, *_cases(book, now, states))


def _receipts(book: Book, now: datetime, delays: Delays) -> Iterator[Event]:
    limit = timedelta(hours=delays.receipt_hours)
    for one in book.transmissions.values():
        if one.arl is Arl.NONE and one.sent is not None and not one.stale and now - one.sent >= limit:
            yield ReceiptOverdue(file_id=one.file_id)


def _wires(book: Book, now: datetime, delays: Delays) -> Iterator[Event]:
    for name, notice in book.open_notices().items():
        if name not in book.missing and notice.total > 0 and (now.date() - notice.on).days > delays.wire:
            yield MoneyMissing(notice=name)


def _is_late(claim: Claim, now: datetime, delays: Delays, payers: Payers) -> bool:
    if claim.state not in (State.ACKED, State.DEFERRED) or claim.sent is None:
        return False
    payer = payers.get(claim.payer)
    delay = payer.delay if payer is not None and payer.delay is not None else delays.of(claim.part)
    return (now.date() - claim.sent).days > delay


def _cases(book: Book, now: datetime, states: dict[tuple[str, Part], State]) -> Iterator[Event]:
    for claim in book.claims.values():
        state = states.get(claim.key, claim.state)
        case = book.cases.get(claim.key)
        why = _WHY.get(state)
        if case is None and why is not None and claim.part is not Part.PATIENT:
            yield CaseOpened(invoice=claim.invoice, part=claim.part, why=why, on=now.date())
        elif case is not None and (state in _OVER or (state is State.NOTIFIED and case.why is not Why.MISSING_MONEY)):
            outcome = "paid" if state is State.SETTLED else str(state)
            yield CaseClosed(invoice=claim.invoice, part=claim.part, outcome=outcome)
