"""A bank statement against the book: which of its movements are new."""

from __future__ import annotations

from collections import Counter

from caducee_paymed_tp.ledger.book import Book
from caducee_paymed_tp.ledger.events import Cause, Event, MoneyBooked, StatementRead
from caducee_paymed_tp.model.money import BankStatement, Booked, entry_id


def events_of_statement(book: Book, statement: BankStatement) -> tuple[Event, ...]:
    """Return the movements that are new.

    Two true movements may be equal in everything: their rank among equals tells them apart, so that an overlapping
    statement adds only what the first did not have. A statement that opens where a known one closed goes on after
    it: its equal movements are others.
    """
    read = _read(statement)
    if any(_same(known, read) for known in book.statements):
        return ()
    follows = _follows(book, statement)
    ranks: Counter[tuple[str, ...]] = Counter()
    events: list[Event] = []
    for entry in statement.entries:
        like = (statement.account, *entry.like())
        ranks[like] += 1
        rank = ranks[like] + (book.ranks.get(like, 0) if follows else 0)
        name = entry_id(statement.account, entry, rank)
        if name not in book.entries:
            booked = Booked(id=name, account=statement.account, entry=entry)
            events.append(MoneyBooked(booked=booked, cause=Cause(file=statement.digest, offset=entry.offset)))
    return (*events, read)


def _read(statement: BankStatement) -> StatementRead:
    days = [entry.booked for entry in statement.entries]
    return StatementRead(
        account=statement.account,
        first=min(days, default=None),
        last=max(days, default=None),
        opening=statement.opening,
        closing=statement.closing,
        cause=Cause(file=statement.digest),
    )


def _same(known: StatementRead, read: StatementRead) -> bool:
    """The same statement in another file: same account, days and balances, and balances it has."""
    if read.opening is None or read.closing is None:
        return False
    what = ("account", "first", "last", "opening", "closing")
    return all(getattr(known, name) == getattr(read, name) for name in what)


def _follows(book: Book, statement: BankStatement) -> bool:
    """Whether it goes on where the latest known statement of its account ended, within the same days."""
    known = [one for one in book.statements if one.account == statement.account and one.closing is not None]
    if not known or statement.opening is None or not statement.entries:
        return False
    latest = max(known, key=lambda one: (one.last is not None, one.last))
    first = min(entry.booked for entry in statement.entries)
    return latest.closing == statement.opening and (latest.last is None or first >= latest.last)
