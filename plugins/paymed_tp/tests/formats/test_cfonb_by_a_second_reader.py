"""A thousand generated statements, read by us and by the package python-cfonb, of another author."""

from __future__ import annotations

import io
import random
from datetime import date, timedelta
from typing import Any

import pytest

from caducee_sandbox.tp.cfonb import write

from .cfonb.samples import read
from .second_reader import second_reader

STATEMENTS = 1000
IBAN = "FR7630004000010000000000136"


def generated(chance: random.Random) -> bytes:
    entries = []
    for _ in range(chance.randint(1, 12)):
        day = date(2026, 1, 1) + timedelta(days=chance.randrange(365))
        entries.append(
            {
                "booked": day.isoformat(),
                "value": (day + timedelta(days=chance.randrange(4))).isoformat(),
                "amount": chance.randint(-500_000, 500_000),
                "label": f"VIR TP {chance.randrange(1000):03d} LOT {chance.randrange(10**6)}"
                + " LONG" * chance.randrange(5),
                "creditor": f"PAYEUR N {chance.randint(1, 14)}" if chance.random() < 0.5 else "",
            }
        )
    content, _ = write(IBAN, chance.randint(-(10**6), 10**6), entries)
    return content


@pytest.mark.parametrize("seed", range(10))
def test_generated_statements_are_read_as_by_a_second_reader(seed: int) -> None:
    reader = second_reader("cfonb.parser.statement").StatementReader()
    chance = random.Random(seed)
    for _ in range(STATEMENTS // 10):
        data = generated(chance)
        lines = "\n".join(data[at : at + 120].decode("latin-1") for at in range(0, len(data), 120))
        (ours,), (other,) = read(data), reader.parse(io.StringIO(lines))
        assert (ours.opening, ours.closing) == (other.header.prev_amount * 100, other.footer.next_amount * 100)
        assert [
            (one.amount, one.booked.isoformat(), one.value and one.value.isoformat(), one.code, one.counterparty)
            for one in ours.entries
        ] == [_theirs(row) for row in other.lines]
        assert all(one.label.startswith(row["label"]) for one, row in zip(ours.entries, other.lines, strict=True))


def _theirs(row: dict[str, Any]) -> tuple[object, ...]:
    paid_by = row.get("debtor_name", "").strip()
    return (row["amount"] * 100, row["operation_date"], row["value_date"], row["operation_code"], paid_by)
