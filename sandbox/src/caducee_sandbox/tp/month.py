"""A month in a practice: who is seen, what is billed, and the days that follow until the money is there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from caducee_sandbox.tp.bank import Bank
from caducee_sandbox.tp.concentrator import Concentrator
from caducee_sandbox.tp.payers import PAYERS
from caducee_sandbox.tp.truth import Truth

PS = "759999990"


class Month:
    """Everything of one month from one seed. Days are walked with ``days``; ``truth`` is whole at their end."""

    def __init__(self, seed: int, *, invoices: int = 1500, first: date = date(2026, 3, 2), advance: int = 0) -> None:
        self._rng = random.Random(seed)
        self.truth = Truth()
        self.bank = Bank(self._rng, self.truth)
        self.concentrator = Concentrator(self._rng, self.truth, self.bank, ps=PS, advance=advance)
        self.first, self.last = first, first + timedelta(days=70)
        self._invoices = invoices
        self._number = 0

    def days(self) -> Iterator[date]:
        """Walk the days."""
        day = self.first
        while day <= self.last:
            yield day
            day += timedelta(days=1)

    def billed(self, day: date) -> list[dict[str, Any]]:
        """Return the invoices of a day of the month: all of them within its first 28 days."""
        rank = (day - self.first).days
        if rank >= 28:
            return []
        until = self._invoices * (rank + 1) // 28
        made = []
        while self._number < until:
            self._number += 1
            made.append(self._invoice(self._number, day))
        return made

    def after(self, day: date) -> list[bytes]:
        """Return the files of a day, statements once a week among them."""
        files = self.concentrator.work(day)
        self.bank.book(day)
        if day.weekday() == 4 or day == self.last:
            cut = self.bank.cut()
            files += [cut] if cut else []
        if day == self.last:
            self.bank.settle()
        return files

    def _invoice(self, number: int, day: date) -> dict[str, Any]:
        amo = self._rng.choice([habit for habit in PAYERS if habit.part == "amo"])
        amc = self._rng.choice([habit for habit in PAYERS if habit.part == "amc"])
        fee = self._rng.choice((2500, 3000, 3500, 4600, 6000))
        rate = self._rng.choice((70, 70, 70, 100, 90))
        first = fee * rate // 100
        shares = [{"part": "amo", "payer": amo.key, "asked": first, "compulsory": rate == 100}]
        if fee > first:
            shares.append({"part": "amc", "payer": amc.key, "asked": fee - first, "compulsory": False})
        return {
            "id": f"SIM-{number}",
            "ps": PS,
            "patient": f"PSEUDONYME-{self._rng.randrange(400)}",
            "care_date": day.isoformat(),
            "number": f"{number:09d}",
            "destination": amo.key,
            "security": "S",
            "shares": shares,
        }
