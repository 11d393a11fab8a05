"""The state that the ledger folds to, in memory: nothing here is stored, everything is rebuilt from the events."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import msgspec

from caducee_paymed_tp.ledger.events import StatementRead, Unplaced
from caducee_paymed_tp.ledger.machine import invoice_status
from caducee_paymed_tp.model.invoices import Invoice
from caducee_paymed_tp.model.links import PaymentLink
from caducee_paymed_tp.model.money import Booked, Cost, Match, PaymentNotice, Reason
from caducee_paymed_tp.model.parts import InvoiceStatus, Part, State
from caducee_paymed_tp.model.sending import Transmission
from caducee_paymed_tp.model.unpaid import UnpaidCase

Key = tuple[str, Part]
"""A part of an invoice: the invoice's id and the part."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One part of one invoice as it stands, in cents.

    ``notified``: what its payer said it pays, to whoever. ``come``: what reached the bank. ``advanced``: what the
    concentrator paid in the payer's place and has not taken back. ``given_up``: an accepted loss. ``paid_on``: the day
    of the last money for it, as the bank says.
    """

    invoice: str
    part: Part
    payer: str
    asked: int
    state: State
    compulsory: bool = False
    notified: int = 0
    come: int = 0
    advanced: int = 0
    given_up: int = 0
    sent: date | None = None
    answered: date | None = None
    ended: date | None = None
    paid_on: date | None = None
    reasons: tuple[Reason, ...] = ()
    signalled: bool = False
    replaced_by: str = ""

    @property
    def key(self) -> Key:
        """Its name in the book."""
        return self.invoice, self.part

    @property
    def money(self) -> int:
        """All that reached the practice for it."""
        return self.come + self.advanced

    @property
    def owed(self) -> int:
        """What is still to come."""
        return max(0, self.asked - self.money - self.given_up)


class Paying(msgspec.Struct, frozen=True):
    """One claim that a notice pays, and how much."""

    key: Key
    amount: int
    advance: bool = False


class Book:
    """Everything third-party payment knows. ``folding.fold`` alone changes it."""

    def __init__(self) -> None:
        self.number = 0
        self.keys: set[str] = set()
        self.invoices: dict[str, Invoice] = {}
        self.by_number: dict[tuple[str, str], str] = {}
        self.professionals: set[str] = set()
        self.numbered: dict[str, list[str]] = defaultdict(list)
        self.claims: dict[Key, Claim] = {}
        self.transmissions: dict[str, Transmission] = {}
        self.notices: dict[str, PaymentNotice] = {}
        self.missing: set[str] = set()
        self.paying: dict[str, list[Paying]] = defaultdict(list)
        self.entries: dict[str, Booked] = {}
        self.ranks: dict[tuple[str, ...], int] = defaultdict(int)
        self.statements: list[StatementRead] = []
        self.matches: dict[str, Match] = {}
        self.undone: list[Match] = []
        self.allocated: dict[str, tuple[Paying, ...]] = {}
        self.matched_notice: dict[str, str] = {}
        self.matched_entry: dict[str, str] = {}
        self.cases: dict[Key, UnpaidCase] = {}
        self.costs: list[Cost] = []
        self.links: dict[str, PaymentLink] = {}
        self.link_part: dict[str, Part] = {}
        self.said: set[str] = set()
        self.unplaced: list[Unplaced] = []

    def parts(self, invoice: str) -> tuple[Claim, ...]:
        """Return the claims of one invoice."""
        return tuple(self.claims[invoice, part] for part in Part if (invoice, part) in self.claims)

    def status(self, invoice: str) -> InvoiceStatus:
        """Return where an invoice stands."""
        return invoice_status(tuple(claim.state for claim in self.parts(invoice)))

    def find(self, ps: str, number: str) -> str | None:
        """Return the id of the invoice that a payer names."""
        known = self.by_number.get((ps.lstrip("0"), number.lstrip("0")))
        if known is not None or ps.lstrip("0") in self.professionals:
            return known
        return self._only_one(number.lstrip("0"))

    def _only_one(self, number: str) -> str | None:
        """The file is addressed to a structure or a concentrator: the number decides, if one invoice alone bears it."""
        found = self.numbered.get(number, [])
        return found[0] if len(found) == 1 else None

    def open_notices(self) -> dict[str, PaymentNotice]:
        """Return the announced wires that should come to the practice and are not matched."""
        return {
            name: notice
            for name, notice in self.notices.items()
            if name not in self.matched_notice and notice.beneficiary == "practice" and notice.total != 0
        }

    def open_entries(self) -> dict[str, Booked]:
        """Return the movements of the bank that are not matched."""
        return {name: entry for name, entry in self.entries.items() if name not in self.matched_entry}
