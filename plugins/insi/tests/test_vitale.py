"""The search by card, with simulated cards, against the simulated service."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from caducee.contracts.identity import InsOutcome
from caducee.testing.state import MemoryState
from caducee_insi.opening import open_insi
from caducee_insi.vitale import (
    Beneficiary,
    BeneficiaryUnclear,
    JsonCard,
    VitaleCard,
    VitaleUnreadable,
    only,
)

from .conftest import Opened
from .people import NUMBERS, SECRETARY

pytestmark = pytest.mark.anyio
MOTHER = Beneficiary(birth_date="1975-03-12", number=NUMBERS["P1"], birth_name="NESSI-TEST", given_name="Jeanne")
TWINS = (
    Beneficiary(birth_date="2016-05-05", rank=1, birth_name="JUMEAU-ESSAI", given_name="Adam"),
    Beneficiary(birth_date="2016-05-05", rank=2, birth_name="JUMEAU-ESSAI", given_name="Noé"),
)
FAMILY = VitaleCard(serial="0001", holder=NUMBERS["P1"], beneficiaries=(MOTHER, *TWINS))
LUNAR = VitaleCard(serial="0002", holder=NUMBERS["P9"], beneficiaries=(Beneficiary(birth_date="1941-00-00"),))


def inserted(tmp_path: Path, card: VitaleCard) -> JsonCard:
    file = tmp_path / "vitale.json"
    file.write_bytes(msgspec.json.encode(card))
    return JsonCard(file)


@pytest.mark.parametrize(("chosen", "given"), [(0, ("JEANNE", "MARIE")), (1, ("ADAM",)), (2, ("NOE",))])
async def test_each_person_of_a_card_is_found_by_date_and_rank(
    placed: Opened, tmp_path: Path, chosen: int, given: tuple[str, ...]
) -> None:
    async with placed() as context, open_insi(context) as insi:
        reader = inserted(tmp_path, FAMILY)
        answer = await insi.search_card(reader, local_id="P8", acting=SECRETARY, chosen=chosen)
    assert answer.outcome is InsOutcome.FOUND
    assert answer.traits is not None
    assert answer.traits.given_names == given


async def test_the_number_of_the_mother_never_becomes_the_one_of_the_child(placed: Opened, tmp_path: Path) -> None:
    async with placed() as context, open_insi(context) as insi:
        answer = await insi.search_card(inserted(tmp_path, FAMILY), local_id="P8", acting=SECRETARY, chosen=2)
    assert answer.ins is not None
    assert answer.ins.matricule[:13] == NUMBERS["P8"] != FAMILY.holder


async def test_a_lunar_date_is_sent_as_the_card_says_and_the_answer_gives_the_civil_one(
    placed: Opened, tmp_path: Path
) -> None:
    async with placed() as context, open_insi(context) as insi:
        answer = await insi.search_card(inserted(tmp_path, LUNAR), local_id="P9", acting=SECRETARY)
    assert answer.traits is not None
    assert answer.traits.birth_date == "1941-12-31"


async def test_a_card_of_several_people_is_never_guessed_at(placed: Opened, tmp_path: Path, state: MemoryState) -> None:
    async with placed() as context, open_insi(context) as insi:
        with pytest.raises(BeneficiaryUnclear) as caught:
            await insi.search_card(inserted(tmp_path, FAMILY), local_id="P8", acting=SECRETARY)
    assert caught.value.count == 3
    assert state.audit == []


@pytest.mark.parametrize("content", [b"", b"{}", b'{"serial":"1","holder":"12","beneficiaries":[]}'])
async def test_what_is_no_card_is_said_and_nothing_is_sent(
    placed: Opened, tmp_path: Path, state: MemoryState, content: bytes
) -> None:
    (tmp_path / "vitale.json").write_bytes(content)
    async with placed() as context, open_insi(context) as insi:
        for reader in (JsonCard(tmp_path / "vitale.json"), JsonCard(tmp_path / "absent.json")):
            with pytest.raises(VitaleUnreadable):
                await insi.search_card(reader, local_id="P8", acting=SECRETARY)
    assert state.audit == []


async def test_the_audit_says_that_the_card_was_used(placed: Opened, tmp_path: Path, state: MemoryState) -> None:
    async with placed() as context, open_insi(context) as insi:
        await insi.search_card(inserted(tmp_path, FAMILY), local_id="P1", acting=SECRETARY, chosen=0)
    assert [(line.action, line.reason) for line in state.audit] == [("insi.search", "CV")]


@pytest.mark.parametrize("chosen", [3, -1])
def test_a_rank_that_is_not_on_the_card_is_refused(chosen: int) -> None:
    with pytest.raises(BeneficiaryUnclear):
        only(FAMILY, chosen)
