from __future__ import annotations

from itertools import count
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee_eprescription import EPRESCRIPTION, Eprescription
from caducee_eprescription.errors import NumberMalformed, UnknownPrescription
from caducee_eprescription.numbers import ALPHABET, SimulatedNumbers, shown, typed

from .desk import DOCTOR, PAPER_ALONE, Sandbox, opened, prescription

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


class OwnNumbers:
    """A vendor's rule, whose numbers ours would not read: letters that look like figures."""

    simulated = False

    def __init__(self, *made: str) -> None:
        self._made, self._count = made, count(1)

    def number(self, *, prescriber: str) -> str:
        return self._made[0] if self._made else f"ILO-{prescriber}-{next(self._count)}"

    def holds(self, number: str) -> bool:
        return number.startswith("ILO-")


@pytest.mark.anyio
async def test_a_vendor_hands_its_own_rule_and_the_page_stays_a_specimen(sandbox: Sandbox, tmp_path: Path) -> None:
    own = {"eprescription": Eprescription(numbers=OwnNumbers())}
    document = prescription("RX-OWN")
    sandbox.fault("down")
    async with opened(sandbox, tmp_path, plugins=own) as kernel, kernel.use(EPRESCRIPTION) as rx:
        issued = await rx.issue(document, PAPER_ALONE, acting=DOCTOR)
        life = await rx.standing("ILO-899700000017-1")
    assert life.number == "ILO-899700000017-1"
    assert "service et numéro simulés" in pypdfium2.PdfDocument(issued.pdf)[0].get_textpage().get_text_range()


@pytest.mark.anyio
async def test_a_rule_that_makes_a_wrong_number_stops_before_anything_is_kept(sandbox: Sandbox, tmp_path: Path) -> None:
    own = {"eprescription": Eprescription(numbers=OwnNumbers("wrong"))}
    async with opened(sandbox, tmp_path, plugins=own) as kernel, kernel.use(EPRESCRIPTION) as rx:
        with pytest.raises(NumberMalformed):
            await rx.issue(prescription("RX-WRONG"), PAPER_ALONE, acting=DOCTOR)
        with pytest.raises(UnknownPrescription):
            await rx.standing("RX-WRONG")
