from __future__ import annotations

import pytest

from caducee_paymed_tp.formats.kinds import READERS, WRITERS, Kind, Unreadable

AMOUNTS = [
    ("0000000000265{", 2650),
    ("0000000000265A", 2651),
    ("0000000000265I", 2659),
    ("0000000000265}", -2650),
    ("0000000000265J", -2651),
    ("0000000000265R", -2659),
]


@pytest.mark.parametrize(("text", "cents"), AMOUNTS)
def test_the_last_digit_carries_the_sign(text: str, cents: int) -> None:
    assert READERS[Kind.OVERPUNCH](text, mandatory=True) == cents
    assert WRITERS[Kind.OVERPUNCH](cents, 14) == text


@pytest.mark.parametrize("text", ["00000000002650", "0000000000265S", "000000000026 {", " " * 14])
def test_an_amount_whose_sign_cannot_be_read_is_no_amount(text: str) -> None:
    with pytest.raises(Unreadable):
        READERS[Kind.OVERPUNCH](text, mandatory=True)


def test_digits_of_another_script_are_no_digits() -> None:
    with pytest.raises(Unreadable):
        READERS[Kind.CENTS]("١٢", mandatory=True)


def test_an_identifier_keeps_its_zeros_and_is_absent_only_when_it_may_be() -> None:
    assert READERS[Kind.DIGITS]("000", mandatory=True) == "000"
    assert READERS[Kind.DIGITS]("000", mandatory=False) is None
    assert READERS[Kind.DIGITS]("   ", mandatory=True) is None
