"""The append-only ledger and the state it folds to."""

from __future__ import annotations

from caducee_paymed_tp.ledger.book import Book, Claim
from caducee_paymed_tp.ledger.events import Cause, Entry, Event
from caducee_paymed_tp.ledger.store import Ledger

__all__ = ["Book", "Cause", "Claim", "Entry", "Event", "Ledger"]
