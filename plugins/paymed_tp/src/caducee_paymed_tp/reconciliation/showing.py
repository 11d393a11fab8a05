"""What a person must see to decide about a match: the wires and the movements themselves, not their names."""

from __future__ import annotations

import msgspec

from caducee_paymed_tp.ledger.book import Book
from caducee_paymed_tp.model.money import BankEntry, Match, PaymentNotice
from caducee_paymed_tp.payers.register import Payers


class Announced(msgspec.Struct, frozen=True, kw_only=True):
    """A wire that a payer has announced. ``payer`` as the register calls it; ``missing``: it should have come."""

    id: str
    payer: str
    amount: int
    notice: PaymentNotice
    missing: bool = False


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A movement of the bank. ``payer`` is who it probably comes from, ``""`` when nothing says so."""

    id: str
    payer: str
    amount: int
    entry: BankEntry


class OpenMoney(msgspec.Struct, frozen=True, kw_only=True):
    """What is not matched: wires without their money, and credits without their wire, known payers first."""

    announced: tuple[Announced, ...]
    received: tuple[Received, ...]


class MatchDetail(msgspec.Struct, frozen=True, kw_only=True):
    """Both sides of a match, in cents."""

    match: Match
    announced: tuple[Announced, ...]
    received: tuple[Received, ...]

    @property
    def amount(self) -> int:
        """What came."""
        return sum(one.amount for one in self.received)

    @property
    def payers(self) -> str:
        """Who announced it."""
        return ", ".join(dict.fromkeys(one.payer for one in self.announced))


def open_money(book: Book, payers: Payers) -> OpenMoney:
    """Return what is not matched. Debits are no wires of payers and are left out."""
    announced = [_announced(book, payers, name) for name in book.open_notices()]
    received = [_received(book, payers, name) for name, one in book.open_entries().items() if one.entry.amount > 0]
    return OpenMoney(
        announced=tuple(sorted(announced, key=lambda one: (one.notice.on, one.payer, one.id))),
        received=tuple(sorted(received, key=lambda one: (not one.payer, one.entry.booked, one.id))),
    )


def detail(book: Book, payers: Payers, match: Match) -> MatchDetail:
    """Return both sides of a match, proposed or confirmed.

    Raises:
        KeyError: it names something that is not in the book.
    """
    return MatchDetail(
        match=match,
        announced=tuple(_announced(book, payers, name) for name in match.notices),
        received=tuple(_received(book, payers, name) for name in match.entries),
    )


def _announced(book: Book, payers: Payers, name: str) -> Announced:
    notice = book.notices[name]
    payer = payers.named(notice.payer)
    return Announced(id=name, payer=payer, amount=notice.total, notice=notice, missing=name in book.missing)


def _received(book: Book, payers: Payers, name: str) -> Received:
    entry = book.entries[name].entry
    key = payers.of(entry)
    return Received(id=name, payer=payers.named(key) if key else "", amount=entry.amount, entry=entry)
