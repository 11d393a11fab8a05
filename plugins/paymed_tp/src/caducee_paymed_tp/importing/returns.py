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
        self._paid = {name: {one.key[0] for one in paying} for name, paying in book.paying.items()}
        self._moved: dict[tuple[str, Part], State] = {}

    def take(self, file: ReturnFile) -> Iterator[Event]:
        """Yield what a return file changes. Notices that were here before change nothing."""
        for notice in file.notices:
            paid = {self._book.find(file.ps, item.number) or "" for item in notice.items if item.paid} - {""}
            name = self._name(file, notice, paid)
            if name in self._notices:
                continue
            self._notices.add(name)
            self._paid[name] = paid
            yield NoticeCame(id=name, notice=notice, cause=Cause(file=file.digest, offset=notice.offset))
            for item in notice.items:
                yield self._item(file, name, item, advance=notice.advance)

    def _name(self, file: ReturnFile, notice: PaymentNotice, paid: set[str]) -> str:
        """Its name by what it says; another when the same words pay the invoices of another professional."""
        before = self._paid.get(notice.id)
        return f"{notice.id}-{file.ps}" if before and paid and paid.isdisjoint(before) else notice.id

    def _item(self, file: ReturnFile, notice: str, item: Item, *, advance: bool) -> Event:
        cause = Cause(file=file.digest, offset=item.offset)
        invoice = self._book.find(file.ps, item.number)
        claim = self._book.claims.get((invoice, item.part)) if invoice is not None else None
        if claim is None:
            return Unplaced(what="unknown_invoice", number=item.number, amount=item.paid, cause=cause)
        if not self._is_meant(file, claim, item):
            return Unplaced(what="other_professional", number=item.number, amount=item.paid, cause=cause)
        if advance:
            return Advanced(invoice=claim.invoice, part=claim.part, amount=item.paid, notice=notice, cause=cause)
        return self._answer(claim, item, notice, cause)

    def _is_meant(self, file: ReturnFile, claim: Claim, item: Item) -> bool:
        """A file addressed to somebody else, a structure or by mistake another practice, must name the amount too."""
        ours = self._book.invoices[claim.invoice].key[0]
        return file.ps.lstrip("0") == ours or item.asked == claim.asked

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
