"""The shape of a folding rule, and the one way a claim changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from caducee_paymed_tp.ledger.book import Book, Key
from caducee_paymed_tp.ledger.machine import ENDED, Step, after_money, step
from caducee_paymed_tp.model.parts import State

Rule = Callable[[Book, Any, date], None]

_OVER = ENDED | {State.SETTLED}


def change(book: Book, key: Key, on: date, what: Step | None = None, **values: Any) -> None:
    """Move a claim, set its values, and say when it ended."""
    claim = book.claims[key]
    if what is not None:
        values["state"] = step(claim.state, what)
    new = msgspec.structs.replace(claim, **values)
    _keep(book, new, on)


def weigh(book: Book, key: Key, on: date) -> None:
    """Let the money of a claim decide its state."""
    claim = book.claims[key]
    state = after_money(
        claim.state, asked=claim.asked, notified=claim.notified, come=claim.money, given_up=claim.given_up
    )
    _keep(book, msgspec.structs.replace(claim, state=state), on)


def _keep(book: Book, claim: Any, on: date) -> None:
    over = claim.state in _OVER
    if over != (claim.ended is not None):
        claim = msgspec.structs.replace(claim, ended=on if over else None)
    book.claims[claim.key] = claim
