"""Many wires at once: ``CADUCEE_TP_NOTICES`` (100,000 in a long run), and three fifths as many bank lines."""

from __future__ import annotations

import os
import random
from datetime import date, timedelta

from caducee_paymed_tp.model.money import BankEntry, Booked, Item, Outcome, PaymentNotice, entry_id
from caducee_paymed_tp.model.parts import Part
from caducee_paymed_tp.reconciliation import Rules, propose

NOTICES = int(os.environ.get("CADUCEE_TP_NOTICES", "5000"))
RULES = Rules()


def generated(rng: random.Random) -> tuple[dict[str, PaymentNotice], dict[str, Booked], set[object]]:
    notices: dict[str, PaymentNotice] = {}
    entries: dict[str, Booked] = {}
    truth: set[object] = set()

    def book(day: date, amount: int, label: str, creditor: str = "") -> str:
        entry = BankEntry(booked=day, value=day, amount=amount, label=label, creditor=creditor)
        name = entry_id("FR76", entry, 1)
        entries[name] = Booked(id=name, account="FR76", entry=entry)
        return name

    while len(notices) < NOTICES:
        day = date(2026, 1, 2) + timedelta(days=rng.randrange(330))
        payer, rank = f"P{rng.randrange(14)}", len(notices)
        label = f"TP {rng.randrange(1000):03d} LOT {rng.randrange(1000):03d} {day:%y%m%d} {rank:07d}"
        group = []
        for at in range(rng.choice((1, 1, 1, 2, 3, 4))):
            cents = rng.randrange(700, 200_000)
            item = Item(number=str(rank + at + 1), part=Part.AMO, outcome=Outcome.PAID, asked=cents, paid=cents)
            group.append(PaymentNotice(on=day, payer=payer, labels=(label,), items=(item,)))
        notices.update({one.id: one for one in group})
        if rng.random() < 0.97:
            total = sum(one.total for one in group)
            name = book(day + timedelta(days=rng.randrange(1, 4)), total, f"VIR SEPA {label}", payer)
            truth.add((frozenset(one.id for one in group), frozenset((name,))))
    while len(entries) < NOTICES * 3 // 5:
        book(date(2026, 1, 2), rng.randrange(700, 200_000), f"CARTE {rng.randrange(10**9)}")
    return notices, entries, truth


def test_every_wire_is_found_among_many_and_none_is_invented():
    notices, entries, truth = generated(random.Random(1))
    found = propose(notices, entries, payer_of=lambda entry: entry.creditor, rules=RULES)
    sure = {(frozenset(one.notices), frozenset(one.entries)) for one in found if RULES.confirms(one)}
    assert sure == truth
