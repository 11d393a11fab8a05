"""What every bank format becomes: statements and entries that no longer know which format they came from."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

import msgspec

from caducee_paymed_tp.formats.quarantine import FormatFault, Place

ENTRY_LIMIT = 200_000
"""Entries of one statement; a statement is held whole, so that its balances are verified before it is handed over."""


class StatementKind(StrEnum):
    """How final it is: only a statement of closed days books money."""

    STATEMENT = "statement"
    INTRADAY = "intraday"
    NOTIFICATION = "notification"


class EntryStatus(StrEnum):
    """Only what is booked counts in the balances."""

    BOOKED = "booked"
    PENDING = "pending"
    INFORMATION = "information"


class BankDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One transaction inside an entry. ``amount`` in signed cents; ``None`` where the bank gives none."""

    amount: int | None = None
    reference: str = ""
    counterparty: str = ""
    counterparty_account: str = ""
    label: str = ""


class BankEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One movement. ``amount`` in cents, negative when the account is debited.

    ``label`` is all the text that the bank gives, ``reference`` the end-to-end identifier, ``bank_reference`` that of
    the bank. ``rank`` counts entries of the statement that are alike in all of day, amount, label and references: two
    true movements stay two, and the same file again gives the same ``fingerprint``.
    """

    booked: date
    value: date | None
    amount: int
    currency: str
    label: str
    status: EntryStatus = EntryStatus.BOOKED
    reference: str = ""
    bank_reference: str = ""
    counterparty: str = ""
    counterparty_account: str = ""
    code: str = ""
    reversal: bool = False
    details: tuple[BankDetail, ...] = ()
    rank: int = 0
    offset: int = -1
    record: int = 0

    def fingerprint(self, account: str) -> str:
        """Return what names this movement of ``account`` whichever file it is read from (SHA-256, hexadecimal)."""
        return hashlib.sha256("\x1f".join((account, *_likeness(self), str(self.rank))).encode()).hexdigest()


class BankStatement(msgspec.Struct, frozen=True, kw_only=True, tag="statement"):
    """The movements of one account. Balances in signed cents.

    ``verified`` is true when opening balance and booked entries give the closing balance. It is false where a format or
    a bank does not give both: a statement that contradicts its balances is not handed over.
    """

    format: str
    kind: StatementKind
    identifier: str
    account: str
    currency: str
    opening: int | None
    closing: int | None
    opened: date | None
    closed: date | None
    verified: bool
    entries: tuple[BankEntry, ...]
    offset: int = -1


def ranked(entries: Iterable[BankEntry]) -> tuple[BankEntry, ...]:
    """Give alike entries their rank."""
    seen: Counter[tuple[str, ...]] = Counter()
    made = []
    for entry in entries:
        likeness = _likeness(entry)
        made.append(msgspec.structs.replace(entry, rank=seen[likeness]) if seen[likeness] else entry)
        seen[likeness] += 1
    return tuple(made)


def check_balances(opening: int | None, closing: int | None, entries: Iterable[BankEntry], *, place: Place) -> bool:
    """Return whether the balances could be verified.

    Raises:
        FormatFault: they contradict the booked entries; its rule says when turning the reversals would explain it.
    """
    if opening is None or closing is None:
        return False
    booked = [entry for entry in entries if entry.status is EntryStatus.BOOKED]
    gap = closing - opening - sum(entry.amount for entry in booked)
    if not gap:
        return True
    turned = -2 * sum(entry.amount for entry in booked if entry.reversal)
    raise FormatFault("balance.reversal" if turned == gap else "balance", place)


def _likeness(entry: BankEntry) -> tuple[str, ...]:
    texts = (entry.label, entry.reference, entry.bank_reference, entry.counterparty)
    return (entry.booked.isoformat(), str(entry.amount), entry.currency, *texts)
