"""What each kind of event changes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from caducee_paymed_tp.ledger.folding import followed, invoiced, money
from caducee_paymed_tp.ledger.folding.rule import Rule

if TYPE_CHECKING:
    from caducee_paymed_tp.ledger.book import Book
    from caducee_paymed_tp.ledger.events import Event

_RULES: dict[type, Rule] = {**invoiced.RULES, **money.RULES, **followed.RULES}


def fold(book: Book, event: Event, on: date) -> None:
    """Change the book as the event says. ``on`` is the day of its entry."""
    _RULES[type(event)](book, event, on)
