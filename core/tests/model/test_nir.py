from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.model.nir import control_key, is_matricule


@pytest.mark.requirement("INS-NIR-KEY")
@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("2751263220749", "74"),
        ("297022A020778", "78"),
        ("160012B020777", "13"),
        ("180032B020401", "23"),
        ("2360663220836", "56"),
        ("1090763220834", "89"),
        ("1810163220751", "40"),
        ("2770101154003", "29"),
        ("2790351215189", "89"),
    ],
)
def test_the_key_of_published_test_numbers_is_found(number: str, key: str) -> None:
    assert control_key(number) == key
    assert is_matricule(number + key)


@given(st.from_regex(r"[12][0-9]{4}([0-9]{2}|2A|2B)[0-9]{6}", fullmatch=True))
def test_every_other_key_is_refused(number: str) -> None:
    right = control_key(number)
    assert 1 <= int(right) <= 97
    assert [key for key in range(100) if is_matricule(f"{number}{key:02}")] == [int(right)]


@given(st.from_regex(r"[12][0-9]{4}2[AB][0-9]{6}", fullmatch=True))
def test_corsica_counts_as_zero_less_one_or_two_millions(number: str) -> None:
    taken = 1_000_000 if number[6] == "A" else 2_000_000
    rest = (int(number.replace("A", "0").replace("B", "0")) - taken) % 97
    assert int(control_key(number)) == 97 - rest


@pytest.mark.parametrize(
    "text",
    ["", "275126322074974 ", "27512632207497", "2751263220749744", "27512632207497x", "２７５１２６３２２０７４９７４"],
)
def test_other_shapes_are_refused(text: str) -> None:
    assert not is_matricule(text)


def test_a_number_of_another_shape_has_no_key() -> None:
    with pytest.raises(ValueError, match="13 characters"):
        control_key("2751263220")
