from __future__ import annotations

from typing import Any

import msgspec
import pytest

from caducee.contracts.plugin import Inquiry
from caducee.errors import SessionExpired
from caducee.model.agreement import Source
from caducee.model.practice import Actor
from caducee.testing.state import MemoryState
from caducee_psc import situations
from caducee_psc.errors import SituationDisagrees, SituationUnknown

from .conftest import DOCTOR, Opening
from .op import CABINET, ROUX, SEA, Op, activity, person

pytestmark = pytest.mark.anyio
ACTING = Actor.doctor("Dr Roux")
HERE, THERE = activity(CABINET, "Cabinet du Dr Roux"), activity(SEA, "Cabinet de la Mer")
HERE_ALSO = activity(CABINET, "Cabinet du Dr Roux", codeModeExercice="S")


async def logged_in(session: Any) -> None:
    await session.login("roux", acting=ACTING)


async def test_the_only_situation_that_fits_the_settings_is_chosen_without_a_question(
    psc: Opening, op: Op, state: MemoryState
) -> None:
    op.userinfo = person(HERE, THERE)
    async with psc() as session:
        await logged_in(session)
        assert len(await session.situations("roux")) == 2
        chosen = await session.chosen("roux")
    assert chosen is not None
    assert (chosen.structures, chosen.specialty, chosen.sector) == ((CABINET,), "SM26", "SA07")
    assert "situation_needed" not in [kind for kind, _, _ in state.events]


async def test_among_several_that_fit_the_person_chooses_and_the_choice_lasts_over_log_ins(
    psc: Opening, op: Op, state: MemoryState
) -> None:
    op.userinfo = person(HERE, HERE_ALSO)
    async with psc() as session:
        await logged_in(session)
        assert await session.chosen("roux") is None
        second = (await session.situations("roux"))[1]
        await session.choose("roux", second, acting=ACTING)
    async with psc() as session:
        assert await session.chosen("roux") == second
        await logged_in(session)
        assert await session.chosen("roux") == second
    assert [kind for kind, _, _ in state.events].count("situation_needed") == 1
    assert "psc.situation" in [line.action for line in state.audit]


async def test_a_choice_that_the_register_no_longer_has_is_dropped_at_the_next_log_in(psc: Opening, op: Op) -> None:
    op.userinfo = person(HERE, HERE_ALSO)
    async with psc() as session:
        await logged_in(session)
        await session.choose("roux", (await session.situations("roux"))[1], acting=ACTING)
        await session.logout("roux", acting=ACTING)
        op.userinfo = person(HERE, activity(CABINET, "Cabinet du Dr Roux", codeModeExercice="B"))
        await logged_in(session)
        assert await session.chosen("roux") is None


@pytest.mark.requirement("PSC-SITUATION")
async def test_a_situation_that_the_settings_do_not_describe_is_refused_and_the_reason_told(
    psc: Opening, op: Op
) -> None:
    op.userinfo = person(HERE, THERE)
    async with psc() as session:
        await logged_in(session)
        elsewhere = (await session.situations("roux"))[1]
        with pytest.raises(SituationDisagrees) as caught:
            await session.choose("roux", elsewhere, acting=ACTING)
    assert f"la configuration donne {CABINET}" in caught.value.explain().sentence
    assert SEA not in str(caught.value)


async def test_a_situation_of_nobody_is_refused(psc: Opening, op: Op) -> None:
    async with psc() as session:
        await logged_in(session)
        (own,) = await session.situations("roux")
        with pytest.raises(SituationUnknown):
            await session.choose("roux", msgspec.structs.replace(own, mode="S"), acting=ACTING)


async def test_without_a_log_in_there_are_no_situations_to_choose_from(psc: Opening) -> None:
    async with psc() as session:
        with pytest.raises(SessionExpired):
            await session.situations("roux")


async def test_a_specialty_that_differs_from_the_settings_is_never_chosen_by_itself(
    psc: Opening, op: Op, state: MemoryState
) -> None:
    op.userinfo = person(HERE, specialty="SM54")
    async with psc() as session:
        await logged_in(session)
        assert await session.chosen("roux") is None
    assert "situation_needed" in [kind for kind, _, _ in state.events]


async def test_the_doctor_hears_who_logged_in_last_and_in_which_situation(
    psc: Opening, op: Op, state: MemoryState
) -> None:
    inquiry = Inquiry(key="roux", practitioner=DOCTOR, config=None, state=state)
    assert await situations.testify(inquiry) is None
    op.userinfo = person(HERE, THERE)
    async with psc() as session:
        await logged_in(session)
    statement = await situations.testify(inquiry)
    assert statement is not None
    assert (statement.source, statement.identifier) == (Source.SESSION, ROUX)
    assert (statement.specialties, statement.structures) == (("SM26",), (CABINET,))


async def test_a_plugin_without_state_says_nothing() -> None:
    assert await situations.testify(Inquiry(key="roux", practitioner=DOCTOR, config=None, state=None)) is None
