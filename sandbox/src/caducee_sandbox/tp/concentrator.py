"""The concentrator and the payers behind it: receipts, advances, returns, day by day. All of it invented."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from caducee_sandbox.tp import noemie
from caducee_sandbox.tp.bank import Bank, Due, working_day
from caducee_sandbox.tp.payers import BY_KEY, CONCENTRATOR, CONCENTRATOR_NAME, REJECT_CODES, Habit
from caducee_sandbox.tp.truth import Truth
from caducee_sandbox.tp.writing import receipt, returned, write

Notice = dict[str, Any]


@dataclass
class Claimed:
    """One part that a payer has to answer."""

    number: str
    part: str
    payer: str
    asked: int
    answer_on: date
    deferred: bool = False
    advanced: bool = False
    answered: bool = False


class Concentrator:
    """Takes lots, answers them over the following days. ``advance``: after how many days it pays, 0 for never."""

    def __init__(self, rng: random.Random, truth: Truth, bank: Bank, *, ps: str, advance: int = 0) -> None:
        self._rng, self._truth, self._bank, self._ps, self._advance = rng, truth, bank, ps, advance
        self.held: dict[str, str] = {}
        self._digests: set[str] = set()
        self._receipts: list[tuple[date, str, bool]] = []
        self._claims: list[Claimed] = []
        self._to_advance: list[tuple[date, Claimed]] = []
        self._take_back: list[Claimed] = []
        self._serial = 0
        self._habits = dict(BY_KEY)

    def learn(self, payer: str, chances: dict[str, float]) -> None:
        """Give a payer other habits from now on: ``rejects``, ``vanishes`` and the other chances, from 0 to 1.

        Raises:
            KeyError, TypeError, ValueError: the payer or the habit is unknown, or it is no chance.
        """
        if any(type(getattr(Habit, name, None)) is not float or not 0 <= chances[name] <= 1 for name in chances):
            raise ValueError("chances: names of habits, from 0 to 1")
        self._habits[payer] = replace(self._habits[payer], **chances)  # type: ignore[arg-type]

    def submit(self, submission: dict[str, Any], day: date) -> bool:
        """Take a file; ``True`` when it was here already. The same lot in a new file is the same invoices."""
        file_id = submission["file_id"]
        if file_id in self.held:
            return True
        self.held[file_id] = submission["digest"]
        refused = submission["digest"] not in self._digests and self._rng.random() < 0.08
        self._digests.add(submission["digest"])
        self._receipts.append((day + timedelta(days=1), file_id, not refused))
        if not refused:
            for signed in submission["invoices"]:
                self._take(signed["invoice"], day)
        return False

    def _take(self, invoice: dict[str, Any], day: date) -> None:
        for share in invoice["shares"]:
            habit = self._habits.get(share["payer"])
            if habit is None:
                continue
            when = day + timedelta(days=habit.delay + self._rng.randrange(3))
            claim = Claimed(invoice["number"], share["part"], habit.key, share["asked"], when)
            self._claims.append(claim)
            if self._advance and habit.part == "amo":
                self._to_advance.append((day + timedelta(days=self._advance), claim))

    def work(self, day: date) -> list[bytes]:
        """Return the files of a day: receipts, the concentrator's own payments, the payers' returns."""
        files = []
        due = [(file_id, good) for on, file_id, good in self._receipts if on == day]
        if due:
            files.append(write(*(receipt(name, positive=good, code="" if good else "E12") for name, good in due))[0])
        files += self._advances(day)
        by_payer: dict[str, list[Claimed]] = defaultdict(list)
        for claim in [claim for claim in self._claims if claim.answer_on <= day]:
            by_payer[claim.payer].append(claim)
            self._claims.remove(claim)
        for payer in sorted(by_payer):
            files += self._return(self._habits[payer], by_payer[payer], day)
        return files

    def _label(self, habit_name: str, day: date) -> str:
        self._serial += 1
        return f"{habit_name[:8].strip()} TP {self._serial:04d} LOT {self._rng.randrange(1000):03d} {day:%y%m%d}"

    def _advances(self, day: date) -> list[bytes]:
        now = [claim for on, claim in self._to_advance if on == day and not claim.answered]
        back, self._take_back = self._take_back, []
        if not now and not back:
            return []
        items = [_item(claim, "P", claim.asked) for claim in now] + [_item(one, "P", -one.asked) for one in back]
        for claim in now:
            claim.advanced = True
            self._truth.pay(claim.number, claim.part, claim.asked)
        for claim in back:
            self._truth.pay(claim.number, claim.part, -claim.asked)
        label = self._label("AVANCE", day)
        notice = {"on": day.isoformat(), "payer": CONCENTRATOR, "labels": [label], "items": items, "advance": True}
        content, digest = write(returned(self._ps, CONCENTRATOR, [notice]))
        total = sum(item["paid"] for item in items)
        if total:
            due = Due([(digest, 0)], [total], [working_day(day, 1)], label, CONCENTRATOR_NAME, kind="advance")
            self._bank.expect(due)
        return [content]

    def _return(self, habit: Habit, claims: list[Claimed], day: date) -> list[bytes]:
        """Answer claims: one file, notices cut at random, the wires that go with them."""
        notices: list[Notice] = []
        wires: list[Due] = []
        direct = [claim for claim in claims if not claim.advanced]
        covered = [claim for claim in claims if claim.advanced]
        groups = [direct[at : at + 4] for at in range(0, len(direct), 4)]
        label = ""
        for group in groups:
            together = bool(notices) and bool(label) and self._rng.random() < habit.groups
            if not together:
                label = self._label(habit.name, day)
            notices.append(self._notice(habit, group, day, label))
            if together:
                wires[-1].notices.append(("", len(notices) - 1))
            else:
                wires.append(Due([("", len(notices) - 1)], [], [], label, habit.name))
        if covered:
            notices.append(self._covered(habit, covered, day))
        content, digest = self._written(habit, notices, day, neutral=bool(covered))
        for wire in wires:
            self._pay(habit, wire, notices, digest, day)
        return [*self._spoiled(habit, notices, day, neutral=bool(covered)), content]

    def _spoiled(self, habit: Habit, notices: list[Notice], day: date, *, neutral: bool) -> list[bytes]:
        """The same file with false totals, before the true one: a client believes nothing of it."""
        if neutral or not habit.spoils or self._rng.random() >= habit.spoils:
            return []
        kind = "CP" if habit.part == "amo" else "OC"
        content, digest = noemie.write(self._ps, habit.key, kind, day.isoformat(), notices, wrong=100)
        self._truth.spoiled.add(digest)
        return [content]

    def _written(self, habit: Habit, notices: list[Notice], day: date, *, neutral: bool) -> tuple[bytes, str]:
        """NOEMIE, except where the concentrator says that it has received the wire: no entity can say so."""
        if neutral:
            return write(returned(self._ps, habit.key, notices))
        kind = "CP" if habit.part == "amo" else "OC"
        return noemie.write(self._ps, habit.key, kind, day.isoformat(), notices)

    def _notice(self, habit: Habit, claims: list[Claimed], day: date, label: str) -> Notice:
        items = [item for claim in claims if (item := self._answer(habit, claim, day)) is not None]
        paid = sum(item["paid"] for item in items)
        movements = []
        if paid > 4000 and self._rng.random() < habit.retains:
            movements.append({"amount": -self._rng.randrange(100, 2000), "label": "RETENUE SIMULEE"})
        elif self._rng.random() < 0.03:
            movements.append({"amount": self._rng.randrange(1000, 9000), "label": "FORFAIT SIMULE"})
        return {
            "on": day.isoformat(),
            "payer": habit.key,
            "labels": [label],
            "items": items,
            "movements": movements,
        }

    def _answer(self, habit: Habit, claim: Claimed, day: date) -> dict[str, Any]:
        drawn = self._rng.random()
        if drawn < habit.rejects:
            claim.answered = True
            self._truth.refused.add((claim.number, claim.part))
            if claim.advanced:
                self._take_back.append(claim)
            code = self._rng.choice(REJECT_CODES)
            return _item(claim, "R", 0) | {"reasons": [{"code": code, "label": "REJET (SIMULATION)"}]}
        if drawn < habit.rejects + habit.defers and not claim.deferred:
            claim.deferred = True
            claim.answer_on = day + timedelta(days=3)
            self._claims.append(claim)
            return _item(claim, "D", 0)
        claim.answered = True
        partly = not claim.advanced and claim.asked > 300 and self._rng.random() < habit.partial
        return _item(claim, "P", claim.asked - 200 if partly else claim.asked)

    def _covered(self, habit: Habit, claims: list[Claimed], day: date) -> Notice:
        """What the concentrator receives in the practice's place."""
        return {
            "on": day.isoformat(),
            "payer": habit.key,
            "labels": [self._label(habit.name, day)],
            "items": [self._answer(habit, claim, day) for claim in claims],
            "beneficiary": "concentrator",
        }

    def _pay(self, habit: Habit, wire: Due, notices: list[Notice], digest: str, day: date) -> None:
        """Send the money of some notices: as announced, in two, without its label, too late, or never."""
        wire.notices = [(digest, at) for _, at in wire.notices]
        told = [notices[at] for _, at in wire.notices]
        totals = [_total(notice) for notice in told]
        if not any(totals):
            return
        wire.notices = [place for place, total in zip(wire.notices, totals, strict=True) if total]
        total = sum(totals)
        drawn = self._rng.random()
        if total <= 0 or drawn < habit.vanishes:
            self._truth.missing_notices += wire.notices
            for cents in totals:
                self._bank.never(habit.name, day, cents)
            return
        self._count(told)
        late = drawn < habit.vanishes + 0.02
        day_of_wire = working_day(day, 8 if late else self._rng.randrange(1, 4))
        wire.amounts, wire.days, wire.on = [total], [day_of_wire], day
        wire.kind = "grouped" if len(wire.notices) > 1 else "exact"
        wire.decidable = not late
        if len(wire.notices) == 1 and total > 1000 and self._rng.random() < habit.splits:
            first = self._rng.randrange(300, total - 300)
            wire.amounts, wire.days, wire.kind = [first, total - first], [day_of_wire] * 2, "split"
        elif self._rng.random() < habit.silent_labels and len(wire.notices) == 1:
            wire.label, wire.kind = "PRESTATIONS", "silent"
        self._bank.expect(wire)

    def _count(self, notices: list[Notice]) -> None:
        for notice in notices:
            self._truth.retained += sum(movement["amount"] for movement in notice["movements"])
            for item in notice["items"]:
                if item["paid"]:
                    self._truth.pay(item["number"], item["part"], item["paid"])


def _item(claim: Claimed, outcome: str, paid: int) -> dict[str, Any]:
    return {
        "number": claim.number,
        "part": claim.part,
        "outcome": outcome,
        "asked": claim.asked,
        "paid": paid,
        "reasons": [],
    }


def _total(notice: Notice) -> int:
    return int(
        sum(item["paid"] for item in notice["items"]) + sum(movement["amount"] for movement in notice["movements"])
    )
