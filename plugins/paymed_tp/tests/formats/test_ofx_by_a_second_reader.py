"""A thousand generated statements of both versions, read by us and by the package bankfile, of another author."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from .ofx.samples import read, transaction, version_1, version_2
from .second_reader import second_reader

STATEMENTS = 1000


def generated(chance: random.Random) -> bytes:
    closed = chance.random() < 0.5
    made = []
    for number in range(1, chance.randint(1, 12) + 1):
        amount = chance.randint(-500_000, 500_000)
        day = date(2026, 1, 1) + timedelta(days=chance.randrange(31))
        more = {"DTPOSTED": f"{day:%Y%m%d}", "FITID": f"M{number}", "NAME": f"PAYEUR N{chance.randint(1, 14)} & CIE"}
        if chance.random() < 0.5:
            more["MEMO"] = f"TP {chance.randrange(1000):03d} <LOT>"
        zones = {
            name: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for name, text in more.items()
        }
        sign = "-" if amount < 0 else ""
        made.append(transaction(f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}", closed=closed, **zones))
    return (version_2 if closed else version_1)(*made)


@pytest.mark.parametrize("seed", range(10))
def test_generated_statements_are_read_as_by_a_second_reader(seed: int) -> None:
    theirs = second_reader("bankfile")
    chance = random.Random(seed)
    for _ in range(STATEMENTS // 10):
        data = generated(chance)
        (ours,), other = read(data), theirs.parse_bytes(data)
        assert not other.warnings
        assert ours.closing == other.closing_balance * 100
        assert [(one.amount, one.booked, one.currency, one.label, one.bank_reference) for one in ours.entries] == [
            (int(one.amount * 100), one.date, one.currency, _label(one.raw), one.raw["FITID"])
            for one in other.transactions
        ]


def _label(raw: dict[str, str]) -> str:
    return " ".join(raw[name] for name in ("NAME", "MEMO") if name in raw)
