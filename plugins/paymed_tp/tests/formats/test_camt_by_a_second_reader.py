"""A thousand generated statements, read by us and by the package camt053: another author, another XML parser."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from .camt.samples import read
from .camt.test_generated import STATEMENTS, generated
from .second_reader import second_reader

Movement = tuple[int, str, str, str, str, str, str]


def cents(value: Any) -> int:
    """The signed cents of an entry or a balance of that package."""
    return int(Decimal(value.amount) * 100) * (1 if value.credit_debit_indicator == "CRDT" else -1)


def movement(entry: Any) -> Movement:
    amount, detail = cents(entry), next(iter(entry.details), None)
    debtor = detail is not None and amount >= 0
    return (
        amount,
        entry.currency,
        entry.booking_date,
        entry.value_date,
        (detail and detail.end_to_end_id) or "",
        detail.counterparty_name if debtor else "",
        detail.counterparty_account if debtor else "",
    )


@pytest.mark.parametrize("seed", range(10))
def test_generated_statements_are_read_as_by_a_second_reader(seed: int) -> None:
    theirs = second_reader("camt053.parse.statement_parser")
    chance = random.Random(1000 + seed)
    for _ in range(STATEMENTS // 10):
        _, data = generated(chance)
        (ours,), (other,) = read(data), theirs.parse_document(data.decode()).statements
        assert (ours.identifier, ours.account) == (other.id, other.account.iban)
        assert {"OPBD": ours.opening, "CLBD": ours.closing} == {one.type_code: cents(one) for one in other.balances}
        assert [
            (
                one.amount,
                one.currency,
                one.booked.isoformat(),
                one.value and one.value.isoformat(),
                one.reference,
                one.counterparty,
                one.counterparty_account,
            )
            for one in ours.entries
        ] == [movement(entry) for entry in other.entries]
