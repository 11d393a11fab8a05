"""A return file against the book: what each item moves, and what has no place."""

from __future__ import annotations

from collections.abc import Iterator

from caducee_paymed_tp.ledger.book import Book, Claim
from caducee_paymed_tp.ledger.events import Advanced, Answered, Cause, Event, NoticeCame, Unplaced
from caducee_paymed_tp.ledger.machine import Step, may
from caducee_paymed_tp.model.money import Item, Outcome, PaymentNotice, ReturnFile
from caducee_paymed_tp.model.parts import Part, State

_STEP = {Outcome.REJECTED: Step.REJECT, Outcome.DEFERRED: Step.DEFER, Outcome.PAID: Step.NOTIFY}


class Returns:
    """Return files against the book, and against those of the same file before them: what came once counts once.

    An item that names an invoice that is not here, or that its part cannot take, is kept as ``Unplaced``: one line
    never costs the others.
    """

    def __init__(self, book: Book) -> None:
        self._book = book
        self._notices = set(book.notices)
        self._moved: dict[tuple[str, Part], State] = {}

    def take(self, file: ReturnFile) -> Iterator[Event]:
        """Yield what a return file changes. Notices that were here before change nothing."""
        for notice in file.notices:
            if notice.id in self._notices:
                continue
            self._notices.add(notice.id)
            yield NoticeCame(id=notice.id, notice=notice, cause=Cause(file=file.digest, offset=notice.offset))
            for item in notice.items:
                yield self._item(file, notice, item)

    def _item(self, file: ReturnFile, notice: PaymentNotice, item: Item) -> Event:
        cause = Cause(file=file.digest, offset=item.offset)
        invoice = self._book.find(file.ps, item.number)
        claim = self._book.claims.get((invoice, item.part)) if invoice is not None else None
        if claim is None:
            return Unplaced(what="unknown_invoice", number=item.number, amount=item.paid, cause=cause)
        if notice.advance:
            return Advanced(invoice=claim.invoice, part=claim.part, amount=item.paid, notice=notice.id, cause=cause)
        return self._answer(claim, item, notice.id, cause)

    def _answer(self, claim: Claim, item: Item, notice: str, cause: Cause) -> Event:
        state = self._moved.get(claim.key, claim.state)
        step = Step.REVERSE if item.paid < 0 else _STEP.get(item.outcome)
        if step is not None and not may(state, step):
            return Unplaced(what=f"unexpected_{step}_from_{state}", number=item.number, amount=item.paid, cause=cause)
        if step is not None:
            self._moved[claim.key] = _AFTER[step]
        return Answered(invoice=claim.invoice, part=claim.part, item=item, notice=notice, cause=cause)


_AFTER = {
    Step.REJECT: State.REJECTED,
    Step.DEFER: State.DEFERRED,
    Step.NOTIFY: State.NOTIFIED,
    Step.REVERSE: State.REVERSED,
}
