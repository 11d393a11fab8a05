from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

import caducee_insi
from caducee.contracts.identity import InsAnswer, InsOutcome
from caducee.errors import TraitsMismatch
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST, Ins, InsStatus, Sex, Traits
from caducee.model.patient import Patient
from caducee.model.practice import Actor
from caducee.services import ServiceKey
from caducee.testing.state import MemoryState
from caducee_insi import DESK, Desk, Evidence, EvidenceRefused, Mark

from .scripted import StillClock

pytestmark = pytest.mark.anyio

TRAITS = Traits(birth_name="NESSI-TEST", given_names=("JEANNE",), sex=Sex.FEMALE, birth_date="1975-03-12")
PATIENT = Patient(local_id="P1", traits=TRAITS)
INS = Ins(matricule="275036399900137", oid=INS_NIR_TEST, environment=Environment.SANDBOX)
FOUND = InsAnswer(outcome=InsOutcome.FOUND, label="OK", ins=INS, traits=TRAITS)
DOCTOR = Actor.doctor("Dr Camille Roux")
CARD, PASSPORT = Evidence.NATIONAL_IDENTITY_CARD, Evidence.PASSPORT


class OneDesk:
    """A kernel that offers the desk and nothing else."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @asynccontextmanager
    async def use(self, key: ServiceKey[Any]) -> AsyncIterator[Any]:
        assert key is DESK
        yield self.desk


@pytest.fixture
def desk(clock: StillClock, state: MemoryState) -> Desk:
    return Desk(environment=Environment.SANDBOX, evidence=(CARD,), clock=clock, state=state)


async def test_an_identity_is_qualified_with_who_when_and_which_document(desk: Desk, state: MemoryState) -> None:
    qualified = await caducee_insi.qualify(OneDesk(desk), PATIENT, FOUND, evidence=CARD, acting=DOCTOR)
    assert (qualified.status, qualified.ins) == (InsStatus.QUALIFIED, INS)
    retrieved, validated = await desk.decisions("P1")
    assert (retrieved.action, retrieved.status) == ("insi.retrieve", InsStatus.RETRIEVED)
    assert (validated.actor, validated.evidence) == ("doctor:Dr Camille Roux", CARD)
    assert validated.at == "2026-11-25T08:30:15.125+00:00"
    assert [line[0] for line in state.audit] == ["insi.retrieve", "insi.validate"]
    assert "evidence=CN" in state.audit[1][3]


async def test_the_audit_trail_names_no_trait_and_no_matricule(desk: Desk, state: MemoryState) -> None:
    await desk.qualify(PATIENT, FOUND, evidence=CARD, acting=DOCTOR)
    assert "NESSI" not in str(state.audit)
    assert INS.matricule not in str(state.audit)


async def test_a_document_that_the_practice_does_not_accept_changes_nothing(desk: Desk, state: MemoryState) -> None:
    with pytest.raises(EvidenceRefused):
        await desk.qualify(PATIENT, FOUND, evidence=PASSPORT, acting=DOCTOR)
    with pytest.raises(EvidenceRefused):
        await desk.validate(PATIENT, evidence=PASSPORT, acting=DOCTOR)
    assert state.audit == []
    assert await desk.decisions("P1") == ()


async def test_a_major_difference_is_recorded_only_once_somebody_takes_it_on(desk: Desk, state: MemoryState) -> None:
    other = msgspec.structs.replace(PATIENT, traits=msgspec.structs.replace(TRAITS, birth_name="AUTRE"))
    with pytest.raises(TraitsMismatch):
        await desk.qualify(other, FOUND, evidence=CARD, acting=DOCTOR)
    assert state.audit == []
    taken_on = await desk.qualify(other, FOUND, evidence=CARD, acting=DOCTOR, despite_differences=True)
    assert taken_on.status is InsStatus.QUALIFIED


async def test_a_matricule_taken_away_stays_in_the_history(desk: Desk) -> None:
    qualified = await desk.qualify(PATIENT, FOUND, evidence=CARD, acting=DOCTOR)
    corrected = msgspec.structs.replace(TRAITS, birth_name="AUTRE")
    edited = await desk.edit(qualified, corrected, document_still_fits=True, acting=DOCTOR)
    assert (edited.status, edited.ins) == (InsStatus.VALIDATED, None)
    assert (await desk.decisions("P1"))[-1].dropped == INS


async def test_a_doubtful_identity_loses_its_matricule(desk: Desk) -> None:
    qualified = await desk.qualify(PATIENT, FOUND, evidence=CARD, acting=DOCTOR)
    doubted = await desk.mark(qualified, Mark.DOUBTFUL, acting=DOCTOR)
    assert (doubted.status, doubted.ins) == (InsStatus.PROVISIONAL, None)
    assert (await desk.decisions("P1"))[-1].action == "insi.mark"


async def test_the_decisions_of_one_patient_do_not_mix_with_those_of_another(desk: Desk) -> None:
    await desk.validate(PATIENT, evidence=CARD, acting=DOCTOR)
    assert await desk.decisions("P2") == ()
