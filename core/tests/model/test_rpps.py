from __future__ import annotations

import pytest

from caducee.model.rpps import has_check_digit, is_professional, is_structure


@pytest.mark.parametrize("identifier", ["899700000017", "810000000001", "0123456789"])
def test_rpps_and_adeli_are_identifiers_of_a_professional(identifier: str) -> None:
    assert is_professional(identifier)


@pytest.mark.parametrize(
    "identifier", ["", "99700000017", "8997000000171", "80000000000a", "799700000017", "8９９７００００００１７"]
)
def test_other_shapes_are_not(identifier: str) -> None:
    assert not is_professional(identifier)


def test_luhn_is_computed_over_the_eleven_digits_after_the_prefix() -> None:
    # The classic vector of Luhn is 79927398713; the prefix takes no part.
    assert has_check_digit("879927398713")
    assert not has_check_digit("879927398710")


def test_an_adeli_number_is_not_judged() -> None:
    assert has_check_digit("0123456789")


@pytest.mark.parametrize(
    "identifier", ["10B0127189", "1750803447", "212345678" + "9", "312345678901234", "499700000017001"]
)
def test_structures_of_each_register_are_known(identifier: str) -> None:
    assert is_structure(identifier)


@pytest.mark.parametrize("identifier", ["", "1", "31234567890123", "99700000017001", "1 50803447"])
def test_other_structures_are_not(identifier: str) -> None:
    assert not is_structure(identifier)
