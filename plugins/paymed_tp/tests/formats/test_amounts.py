from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee_paymed_tp.formats.amounts import cents


@given(st.integers(-(10**15), 10**15))
def test_an_amount_with_two_decimals_is_its_cents(value: int) -> None:
    whole, rest = divmod(abs(value), 100)
    assert cents(f"{'-' if value < 0 else ''}{whole}.{rest:02d}") == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [("42", 4200), ("42.5", 4250), ("+42,50", 4250), (".5", 50), ("42.", 4200), ("42.5000", 4250), (" 1.00 ", 100)],
)
def test_shorter_and_longer_forms_are_understood(text: str, expected: int) -> None:
    assert cents(text) == expected


@pytest.mark.parametrize("text", ["", "-", ".", "1.234", "1 000.00", "1,000.00", "1e3", "0x10", "١", "NaN", "--1"])
def test_what_is_no_amount_or_has_parts_of_a_cent_is_none(text: str) -> None:
    assert cents(text) is None
