"""A bank statement against the book: which of its movements are new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from caducee_paymed_tp.ledger.book import Book
from caducee_paymed_tp.ledger.events import Cause, Event, MoneyBooked, StatementRead
from caducee_paymed_tp.model.money import BankStatement, Booked, entry_id


class Statements:
    """What is known of an account's movements: by the book, and by the statements of the same file before this one.

    Two true movements may be equal in everything: their rank among equals tells them apart, so that an overlapping
    statement adds only what the first did not have. A statement that opens where a known one closed goes on after
    it: its equal movements are others.
    """

    def __init__(self, book: Book) -> None:
        self._known = list(book.statements)
        self._names = set(book.entries)
        self._ranks = Counter(book.ranks)

    def take(self, statement: BankStatement) -> tuple[Event, ...]:
        """Return the movements that are new."""
        read = _read(statement)
        if any(_same(known, read) for known in self._known):
            return ()
        before = Counter(self._ranks) if _follows(self._known, statement) else Counter()
        ranks: Counter[tuple[str, ...]] = Counter()
        events: list[Event] = []
        for entry in statement.entries:
            like = (statement.account, *entry.like())
            ranks[like] += 1
            name = entry_id(statement.account, entry, ranks[like] + before[like])
            if name not in self._names:
                self._names.add(name)
                self._ranks[like] += 1
                booked = Booked(id=name, account=statement.account, entry=entry)
                events.append(MoneyBooked(booked=booked, cause=Cause(file=statement.digest, offset=entry.offset)))
        self._known.append(read)
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


def _follows(statements: Sequence[StatementRead], statement: BankStatement) -> bool:
    """Whether it goes on where a known statement of its account's latest day ended."""
    known = [one for one in statements if one.account == statement.account and one.closing is not None]
    if not known or statement.opening is None or not statement.entries:
        return False
    latest = max(one.last or date.min for one in known)
    first = min(entry.booked for entry in statement.entries)
    ends = [one.closing for one in known if (one.last or date.min) == latest]
    return statement.opening in ends and first >= latest
