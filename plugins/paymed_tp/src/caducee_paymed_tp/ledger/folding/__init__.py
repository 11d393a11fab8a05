"""What each entry changes."""

from __future__ import annotations

from caducee_paymed_tp.ledger.book import Book
from caducee_paymed_tp.ledger.events import Entry
from caducee_paymed_tp.ledger.folding import followed, invoiced, money
from caducee_paymed_tp.ledger.folding.rule import Rule

_RULES: dict[type, Rule] = {**invoiced.RULES, **money.RULES, **followed.RULES}


def fold(book: Book, entry: Entry) -> None:
    """Change the book as an entry says.

    Raises:
        TransitionRefused, MatchRefused, KeyError: it is not possible here; the book must then be built again.
    """
    book.keys.add(entry.key)
    book.number += 1
    for event in entry.events:
        _RULES[type(event)](book, event, entry.at.date())
