"""A return file against the book: what each item moves, and what has no place."""

from __future__ import annotations

from collections.abc import Iterator

from caducee_paymed_tp.ledger.book import Book, Claim
from caducee_paymed_tp.ledger.events import Advanced, Answered, Cause, Event, NoticeCame, Unplaced
from caducee_paymed_tp.ledger.machine import Step, may
from caducee_paymed_tp.model.money import Item, Outcome, PaymentNotice, ReturnFile
from caducee_paymed_tp.model.parts import State

_STEP = {Outcome.REJECTED: Step.REJECT, Outcome.DEFERRED: Step.DEFER, Outcome.PAID: Step.NOTIFY}


def events_of_return(book: Book, file: ReturnFile) -> tuple[Event, ...]:
    """Return what a return file changes. Notices that another file has already brought change nothing.

    An item that names an invoice that is not here, or that its part cannot take, is kept as ``Unplaced``: one line
    never costs the others.
    """
    events: list[Event] = []
    moved: dict[tuple[str, str], State] = {}
    for notice in file.notices:
        if notice.id in book.notices or any(isinstance(e, NoticeCame) and e.id == notice.id for e in events):
            continue
        events.append(NoticeCame(id=notice.id, notice=notice, cause=Cause(file=file.digest, offset=notice.offset)))
        events += _items(book, file, notice, moved)
    return tuple(events)


def _items(book: Book, file: ReturnFile, notice: PaymentNotice, moved: dict[tuple[str, str], State]) -> Iterator[Event]:
    for item in notice.items:
        cause = Cause(file=file.digest, offset=item.offset)
        invoice = book.find(file.ps, item.number)
        claim = book.claims.get((invoice, item.part)) if invoice is not None else None
        if claim is None:
            yield Unplaced(what="unknown_invoice", number=item.number, amount=item.paid, cause=cause)
        elif notice.advance:
            yield Advanced(invoice=claim.invoice, part=claim.part, amount=item.paid, notice=notice.id, cause=cause)
        else:
            yield _answer(claim, item, notice.id, cause, moved)


def _answer(claim: Claim, item: Item, notice: str, cause: Cause, moved: dict[tuple[str, str], State]) -> Event:
    key = (claim.invoice, claim.part.value)
    state = moved.get(key, claim.state)
    step = Step.REVERSE if item.paid < 0 else _STEP.get(item.outcome)
    if step is not None and not may(state, step):
        return Unplaced(what=f"unexpected_{step}_from_{state}", number=item.number, amount=item.paid, cause=cause)
    if step is not None:
        moved[key] = _AFTER[step]
    return Answered(invoice=claim.invoice, part=claim.part, item=item, notice=notice, cause=cause)


_AFTER = {
    Step.REJECT: State.REJECTED,
    Step.DEFER: State.DEFERRED,
    Step.NOTIFY: State.NOTIFIED,
    Step.REVERSE: State.REVERSED,
}
