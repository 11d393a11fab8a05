"""What payers say they pay, what the bank says came, and how the two are brought together."""

from __future__ import annotations

import hashlib
from datetime import date
from enum import StrEnum

import msgspec

from caducee_paymed_tp.model.invoices import Text
from caducee_paymed_tp.model.parts import Part


class Outcome(StrEnum):
    """What a payer says of one part (NOEMIE 198 and 199, position 14)."""

    PAID = "P"
    REJECTED = "R"
    DEFERRED = "D"
    UNTREATED = "-"


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why: the payer's code and its own words (NOEMIE 290, 294). ``flag``: said for information, nothing is refused."""

    code: str
    label: str = ""
    flag: bool = False


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """What a return says of one part of one invoice. ``paid`` is signed. ``offset``: where in the file."""

    number: str
    part: Part
    outcome: Outcome
    asked: int = 0
    paid: int = 0
    reasons: tuple[Reason, ...] = ()
    offset: int = 0


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """Money of a wire that is of no invoice: a retention (250, negative) or a lump sum (261)."""

    amount: int
    label: str = ""
    offset: int = 0


class Beneficiary(StrEnum):
    """Whose account the wire goes to: a concentrator that has advanced the money receives it in our place."""

    PRACTICE = "practice"
    CONCENTRATOR = "concentrator"


class PaymentNotice(msgspec.Struct, frozen=True, kw_only=True):
    """One announced wire (NOEMIE 071) and what it pays. ``labels`` come back on the bank statement.

    ``advance`` marks the concentrator's own wire: what it pays before the payer does, less what it takes back.
    """

    on: date
    payer: Text
    labels: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    movements: tuple[Movement, ...] = ()
    beneficiary: Beneficiary = Beneficiary.PRACTICE
    advance: bool = False
    offset: int = 0

    @property
    def total(self) -> int:
        """What should reach the bank, in cents: everything paid, less the retentions."""
        return sum(item.paid for item in self.items) + sum(movement.amount for movement in self.movements)

    @property
    def id(self) -> str:
        """Its name by what it says, without its place: the same notice in another file is the same."""
        parts = [self.on.isoformat(), self.payer, *self.labels, self.beneficiary, str(self.advance)]
        parts += [f"{i.number.lstrip('0')}/{i.part}/{i.outcome}/{i.paid}" for i in self.items]
        parts += [f"{m.amount}/{m.label}" for m in self.movements]
        return "N" + _digest(parts)


class ReturnFile(msgspec.Struct, frozen=True, kw_only=True, tag="return"):
    """What one return file says. Its sums were verified by whoever read it: a false one never comes this far.

    ``ps`` is the professional it is for; ``simulated`` marks what a simulator wrote.
    """

    digest: str
    ps: str
    payer: str
    notices: tuple[PaymentNotice, ...] = ()
    simulated: bool = False


class BankEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One movement of an account. ``amount`` is signed, in cents of euro. ``creditor`` is who paid, by name or IBAN."""

    booked: date
    value: date
    amount: int
    label: str
    creditor: str = ""
    reference: str = ""
    offset: int = 0

    def like(self) -> tuple[str, ...]:
        """What two movements of one day share when only their rank tells them apart."""
        return (
            self.booked.isoformat(),
            self.value.isoformat(),
            str(self.amount),
            self.label,
            self.creditor,
            self.reference,
        )


class Booked(msgspec.Struct, frozen=True, kw_only=True):
    """A movement with its name in the ledger."""

    id: str
    account: str
    entry: BankEntry


class BankStatement(msgspec.Struct, frozen=True, kw_only=True, tag="statement"):
    """One statement of one account. Balances, when it prints them, were verified by whoever read it."""

    digest: str
    account: Text
    entries: tuple[BankEntry, ...]
    opening: int | None = None
    closing: int | None = None


class MatchKind(StrEnum):
    """How money was recognised."""

    EXACT = "exact"
    GROUPED = "grouped"
    SPLIT = "split"
    PARTIAL = "partial"
    MANUAL = "manual"


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """One or several notices and one or several bank entries said to be the same money.

    ``confidence`` runs from 0 to 1; ``because`` lists the rules in French. ``delta`` = entries − notices, in cents.
    """

    kind: MatchKind
    notices: tuple[str, ...]
    entries: tuple[str, ...]
    delta: int = 0
    confidence: float = 1.0
    because: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its name by what it brings together."""
        return "M" + _digest([*sorted(self.notices), "|", *sorted(self.entries)])


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """A fee of the concentrator or of the payment link: what it is for, in cents, a cost and never a loss of a claim."""

    kind: str
    amount: int
    on: date
    reference: str = ""


def entry_id(account: str, entry: BankEntry, rank: int) -> str:
    """Return the name of the ``rank``-th (from 1) of equal movements of an account."""
    return "B" + _digest([account, *entry.like(), str(rank)])


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
