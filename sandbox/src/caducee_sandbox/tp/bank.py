"""The practice's account: wires that arrive, other people's money, statements with balances."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from caducee_sandbox.tp import camt, cfonb
from caducee_sandbox.tp.decidable import Piece, is_decidable
from caducee_sandbox.tp.truth import Place, Truth, Wire

ACCOUNT = "FR7600000000000000000000000"


@dataclass
class Due:
    """A wire under way: it makes its entries on its days. ``notices`` are filled in before any statement is cut."""

    notices: list[Place]
    amounts: list[int]
    days: list[date]
    label: str
    creditor: str
    decidable: bool = True
    kind: str = "exact"
    on: date = date.min
    entries: list[Place] = field(default_factory=list)


class Bank:
    """Books wires day by day and cuts statements."""

    def __init__(self, rng: random.Random, truth: Truth, *, opening: int = 500_000) -> None:
        self._rng, self._truth = rng, truth
        self._due: list[Due] = []
        self._vanished: list[Piece] = []
        self._open: list[tuple[dict[str, Any], Due | None]] = []
        self._balance = opening
        self._cuts = 0
        self.opening = opening

    def expect(self, due: Due) -> None:
        """Let a wire come."""
        self._due.append(due)

    def never(self, payer: str, on: date, cents: int) -> None:
        """Remember a wire that is announced and never comes."""
        self._vanished.append(Piece(payer, on, cents))

    def book(self, day: date) -> None:
        """Book what arrives on a day, and now and then money that is nobody's."""
        for due in self._due:
            for amount, on in zip(due.amounts, due.days, strict=True):
                if on == day:
                    self._open.append((self._entry(day, amount, due.label, due.creditor), due))
        for _ in range(self._rng.choice((0, 0, 1, 2))):
            cents = self._rng.choice((-1, -1, 1)) * self._rng.randrange(500, 60_000)
            label = f"CARTE {self._rng.randrange(10**5):05d} {day:%d%m%y}"
            self._open.append((self._entry(day, cents, label, ""), None))

    def cut(self) -> bytes | None:
        """Return a statement of all that was booked since the last one: as CAMT.053 and as CFONB 120 by turns."""
        if not self._open:
            return None
        self._cuts += 1
        write = camt.write if self._cuts % 2 else cfonb.write
        content, digest = write(ACCOUNT, self._balance, [entry for entry, _ in self._open])
        for at, (entry, due) in enumerate(self._open):
            self._balance += entry["amount"]
            (self._truth.orphan_entries if due is None else due.entries).append((digest, at))
        self._truth.balance = self._balance - self.opening
        self._open = []
        return content

    def settle(self) -> None:
        """Write into the truth file which wires came whole, and which of them can be told."""
        silent = [due for due in self._due if due.kind == "silent"]
        announced = [Piece(due.creditor, due.on, sum(due.amounts)) for due in silent] + self._vanished
        came = [Piece(due.creditor, due.days[0], due.amounts[0]) for due in silent]
        for at, due in enumerate(silent):
            due.decidable = due.decidable and is_decidable(at, announced, came)
        for due in self._due:
            if len(due.entries) == len(due.amounts):
                wire = Wire(tuple(due.notices), tuple(due.entries), due.decidable, due.kind)
                self._truth.wires.append(wire)

    @staticmethod
    def _entry(day: date, amount: int, label: str, creditor: str) -> dict[str, Any]:
        text = f"VIR SEPA RECU {label}" if creditor else label
        iso = day.isoformat()
        return {"booked": iso, "value": iso, "amount": amount, "label": text, "creditor": creditor, "reference": ""}


def working_day(day: date, after: int) -> date:
    """Return the day ``after`` week days later; public holidays are left aside, the windows of clients are wider."""
    while after > 0:
        day += timedelta(days=1)
        after -= day.weekday() < 5
    return day
