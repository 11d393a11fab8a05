from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from caducee_eprescription.numbers import ALPHABET, SimulatedNumbers, shown, typed

POLICY = SimulatedNumbers()
CHARACTERS = st.sampled_from(ALPHABET)


def test_a_number_has_eighteen_characters_and_the_prefix_of_the_simulation() -> None:
    number = POLICY.number(prescriber="899700000017")
    assert (len(number), number[:2]) == (18, "99")
    assert POLICY.holds(number)


def test_ten_thousand_numbers_are_all_others() -> None:
    assert len({POLICY.number(prescriber="8") for _ in range(10_000)}) == 10_000


@given(at=st.integers(2, 17), character=CHARACTERS)
def test_one_wrong_character_is_seen(at: int, character: str) -> None:
    number = POLICY.number(prescriber="899700000017")
    wrong = number[:at] + character + number[at + 1 :]
    assert POLICY.holds(wrong) is (wrong == number)


@given(at=st.integers(2, 16))
def test_two_characters_in_the_wrong_order_are_seen(at: int) -> None:
    number = POLICY.number(prescriber="899700000017")
    wrong = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert POLICY.holds(wrong) is (wrong == number)


def test_what_a_person_types_is_understood() -> None:
    number = "99S2TBPZ2JCNZ0Y1HZ"
    assert typed(" 99s2tb-pz2jcn zoylhz") == number
    assert typed(shown(number)) == number


def test_a_number_of_another_policy_is_not_one_of_these() -> None:
    assert not POLICY.holds("01S2TBPZ2JCNZZYGHZ")
    assert not POLICY.holds("99")
    assert not POLICY.holds("99ILOUILOUILOUILOU")
