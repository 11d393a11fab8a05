"""What payers announce, what the bank received, and what was said to be the same money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from caducee_paymed_tp.errors import MatchRefused
from caducee_paymed_tp.ledger import events as e
from caducee_paymed_tp.ledger.book import Book, Paying
from caducee_paymed_tp.ledger.folding.rule import Rule, change, weigh
from caducee_paymed_tp.ledger.machine import Step, may
from caducee_paymed_tp.model.money import Beneficiary, Match, Outcome


def _notice(book: Book, event: e.NoticeCame, on: date) -> None:  # noqa: ARG001 - the shape of a rule
    book.notices[event.id] = event.notice


def _answered(book: Book, event: e.Answered, on: date) -> None:
    item, key = event.item, (event.invoice, event.part)
    claim = book.claims[key]
    refusing = tuple(reason for reason in item.reasons if not reason.flag)
    flagged = claim.signalled or any(reason.flag for reason in item.reasons)
    values: dict[str, Any] = {"answered": on, "signalled": flagged, "reasons": item.reasons or claim.reasons}
    if item.outcome is Outcome.DEFERRED:
        change(book, key, on, Step.DEFER, **values)
    elif item.outcome is Outcome.REJECTED:
        change(book, key, on, Step.REJECT, **values | {"reasons": refusing or item.reasons})
    elif item.outcome is Outcome.PAID:
        _pays(book, event, on, values)
    else:
        change(book, key, on, **values)


def _pays(book: Book, event: e.Answered, on: date, values: dict[str, Any]) -> None:
    from caducee_paymed_tp.ledger.book import Paying

    key, paid = (event.invoice, event.part), event.item.paid
    claim = book.claims[key]
    step = Step.REVERSE if paid < 0 else Step.NOTIFY
    change(book, key, on, step, notified=claim.notified + paid, **values)
    if book.notices[event.notice].beneficiary is Beneficiary.PRACTICE:
        book.paying[event.notice].append(Paying(key, paid))
    weigh(book, key, on)


def _advanced(book: Book, event: e.Advanced, on: date) -> None:  # noqa: ARG001 - the shape of a rule
    from caducee_paymed_tp.ledger.book import Paying

    key = (event.invoice, event.part)
    book.paying[event.notice].append(Paying(key, event.amount, advance=True))


def _booked(book: Book, event: e.MoneyBooked, on: date) -> None:  # noqa: ARG001 - the shape of a rule
    booked = event.booked
    book.entries[booked.id] = booked
    book.ranks[booked.account, *booked.entry.like()] += 1


def _statement(book: Book, event: e.StatementRead, on: date) -> None:  # noqa: ARG001 - the shape of a rule
    book.statements.append(event)


def _matched(book: Book, event: e.Matched, on: date) -> None:
    match = event.match
    refuse_unless_free(book, match)
    book.matches[event.id] = match
    book.matched_notice.update(dict.fromkeys(match.notices, event.id))
    book.matched_entry.update(dict.fromkeys(match.entries, event.id))
    paid = allocation([one for notice in match.notices for one in book.paying[notice]], match.delta)
    book.allocated[event.id] = paid
    book.missing.difference_update(match.notices)
    _move(book, paid, on, sign=1, day=max(book.entries[one].entry.booked for one in match.entries))


def _undone(book: Book, event: e.MatchUndone, on: date) -> None:
    match = book.matches.pop(event.id)
    book.undone.append(match)
    for notice in match.notices:
        del book.matched_notice[notice]
    for entry in match.entries:
        del book.matched_entry[entry]
    _move(book, book.allocated.pop(event.id), on, sign=-1)


def _move(book: Book, paid: Sequence[Paying], on: date, *, sign: int, day: date | None = None) -> None:
    for one in paid:
        claim = book.claims[one.key]
        moved = "advanced" if one.advance else "come"
        change(book, one.key, on, paid_on=day, **{moved: getattr(claim, moved) + sign * one.amount})
        weigh(book, one.key, on)


def refuse_unless_free(book: Book, match: Match) -> None:
    """Hold a match against the book.

    Raises:
        MatchRefused: it names something unknown or already matched, twice the same, or a wrong difference.
    """
    known = all(one in book.notices for one in match.notices) and all(one in book.entries for one in match.entries)
    free = not any(one in book.matched_notice for one in match.notices)
    free = free and not any(one in book.matched_entry for one in match.entries)
    once = len(set(match.notices)) == len(match.notices) and len(set(match.entries)) == len(match.entries)
    if not (known and free and once and match.entries):
        raise MatchRefused
    come = sum(book.entries[one].entry.amount for one in match.entries)
    if come - sum(book.notices[one].total for one in match.notices) != match.delta:
        raise MatchRefused


def allocation(paying: Sequence[Paying], delta: int) -> tuple[Paying, ...]:
    """Return what each claim receives. When less came than was announced, the last ones go short."""
    from caducee_paymed_tp.ledger.book import Paying

    short = max(0, -delta)
    given = []
    for one in reversed(paying):
        missing = min(short, max(0, one.amount))
        short -= missing
        given.append(Paying(one.key, one.amount - missing, one.advance))
    return tuple(reversed(given))


def _missing(book: Book, event: e.MoneyMissing, on: date) -> None:
    book.missing.add(event.notice)
    for one in book.paying[event.notice]:
        if may(book.claims[one.key].state, Step.MISSING):
            change(book, one.key, on, Step.MISSING)


def _unplaced(book: Book, event: e.Unplaced, on: date) -> None:  # noqa: ARG001 - the shape of a rule
    book.unplaced.append(event)


RULES: dict[type, Rule] = {
    e.NoticeCame: _notice,
    e.Answered: _answered,
    e.Advanced: _advanced,
    e.MoneyBooked: _booked,
    e.StatementRead: _statement,
    e.Matched: _matched,
    e.MatchUndone: _undone,
    e.MoneyMissing: _missing,
    e.Unplaced: _unplaced,
}
