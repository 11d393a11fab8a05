from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import msgspec
import pytest

import caducee_insi
from caducee.contracts.identity import InsAnswer, InsOutcome
from caducee.errors import ActorRefused, TraitsMismatch
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIA, INS_NIR_TEST, Ins, InsStatus, Sex, Traits
from caducee.model.patient import Patient
from caducee.model.practice import Actor
from caducee.services import ServiceKey
from caducee.testing.state import MemoryState
from caducee_insi import DESK, Collection, Desk, Evidence, EvidenceRefused, IdentityMarked, IdentityStale, Mark, Need
from caducee_insi.files import MergeRefused, SplitRefused
from caducee_insi.qualification import MarksRefused
from caducee_insi.trail import FileMerged

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


QUALIFIED_HISTORY = ["insi.retrieve", "insi.validate"]
OTHER = msgspec.structs.replace(PATIENT, local_id="P2")


async def test_a_mark_keeps_its_reason_and_comes_off_without_giving_anything_back(desk: Desk) -> None:
    qualified = await desk.qualify(PATIENT, FOUND, evidence=CARD, acting=DOCTOR)
    doubted = await desk.mark(qualified, Mark.DOUBTFUL, acting=DOCTOR, reason="carte d'un tiers")
    with pytest.raises(IdentityMarked):
        await desk.validate(doubted, evidence=CARD, acting=DOCTOR)
    freed = await desk.unmark(doubted, Mark.DOUBTFUL, acting=DOCTOR)
    assert (freed.status, freed.ins) == (InsStatus.PROVISIONAL, None)
    assert (await desk.decisions("P1"))[-2].reason == "carte d'un tiers"
    assert (await desk.standing("P1")).former == (INS,)


@pytest.mark.requirement("INS-MARKS")
async def test_only_doubt_and_homonymy_go_together(desk: Desk) -> None:
    await desk.mark(PATIENT, Mark.HOMONYM, acting=DOCTOR)
    await desk.mark(PATIENT, Mark.DOUBTFUL, acting=DOCTOR)
    with pytest.raises(MarksRefused):
        await desk.mark(PATIENT, Mark.FICTITIOUS, acting=DOCTOR)
    assert (await desk.standing("P1")).marks == {Mark.HOMONYM, Mark.DOUBTFUL}


async def test_an_old_copy_brings_no_matricule_back(desk: Desk) -> None:
    qualified = await desk.qualify(PATIENT, FOUND, evidence=CARD, acting=DOCTOR)
    await desk.mark(qualified, Mark.HOMONYM, acting=DOCTOR)
    edited = await desk.edit(
        qualified, msgspec.structs.replace(TRAITS, birth_name="AUTRE"), document_still_fits=False, acting=DOCTOR
    )
    assert edited.status is InsStatus.PROVISIONAL
    with pytest.raises(IdentityStale):
        await desk.datamatrix(qualified)
    with pytest.raises(IdentityStale):
        await desk.validate(qualified, evidence=CARD, acting=DOCTOR)


async def test_a_merged_file_closes_and_its_trail_is_read_with_the_one_that_was_kept(desk: Desk) -> None:
    kept = await desk.qualify(PATIENT, FOUND, evidence=CARD, acting=DOCTOR)
    await desk.mark(OTHER, Mark.HOMONYM, acting=DOCTOR)
    assert await desk.merge(kept, OTHER, acting=DOCTOR, reason="doublon") == kept
    with pytest.raises(FileMerged):
        await desk.validate(OTHER, evidence=CARD, acting=DOCTOR)
    assert sorted(one.action for one in await desk.history("P1")) == [
        "insi.mark",
        "insi.merge",
        "insi.merged",
        "insi.retrieve",
        "insi.validate",
    ]
    assert (await desk.standing("P2")).merged_into == "P1"


async def test_a_merge_qualifies_nobody(desk: Desk) -> None:
    absorbed = await desk.qualify(OTHER, FOUND, evidence=CARD, acting=DOCTOR)
    kept = await desk.merge(PATIENT, absorbed, acting=DOCTOR)
    assert (kept.status, kept.ins) == (InsStatus.PROVISIONAL, None)
    assert (await desk.standing("P2")).former == (INS,)


async def test_two_matricules_are_two_people(desk: Desk) -> None:
    kept = await desk.qualify(PATIENT, FOUND, evidence=CARD, acting=DOCTOR)
    other_ins = msgspec.structs.replace(INS, matricule="262076399830298")
    answer = msgspec.structs.replace(FOUND, ins=other_ins)
    absorbed = await desk.retrieve(OTHER, answer, acting=DOCTOR)
    before = await desk.history("P1")
    with pytest.raises(MergeRefused):
        await desk.merge(kept, absorbed, acting=DOCTOR, despite_differences=True)
    with pytest.raises(MergeRefused):
        await desk.merge(kept, kept, acting=DOCTOR)
    assert await desk.history("P1") == before


async def test_files_that_differ_are_merged_on_a_person_s_word_only(desk: Desk) -> None:
    stranger = msgspec.structs.replace(OTHER, traits=msgspec.structs.replace(TRAITS, birth_name="AUTRE"))
    with pytest.raises(MergeRefused):
        await desk.merge(PATIENT, stranger, acting=DOCTOR)
    assert await desk.merge(PATIENT, stranger, acting=DOCTOR, despite_differences=True) == PATIENT


async def test_split_files_begin_again_and_lose_no_decision(desk: Desk) -> None:
    kept = await desk.qualify(PATIENT, FOUND, evidence=CARD, acting=DOCTOR)
    await desk.merge(kept, OTHER, acting=DOCTOR)
    one, two = await desk.split(kept, OTHER, acting=DOCTOR, reason="deux sœurs")
    assert [(each.status, each.ins) for each in (one, two)] == [(InsStatus.PROVISIONAL, None)] * 2
    assert [d.action for d in await desk.decisions("P1")] == [*QUALIFIED_HISTORY, "insi.merge", "insi.split"]
    assert [d.action for d in await desk.decisions("P2")] == ["insi.merged", "insi.split"]
    assert await desk.history("P1") == await desk.decisions("P1")
    await desk.validate(two, evidence=CARD, acting=DOCTOR)


async def test_what_is_due_is_listed_with_why(desk: Desk, clock: StillClock) -> None:
    await desk.validate(msgspec.structs.replace(PATIENT, local_id="A"), evidence=CARD, acting=DOCTOR)
    await desk.retrieve(msgspec.structs.replace(PATIENT, local_id="B"), FOUND, acting=DOCTOR)
    await desk.qualify(msgspec.structs.replace(PATIENT, local_id="C"), FOUND, evidence=CARD, acting=DOCTOR)
    await desk.mark(msgspec.structs.replace(PATIENT, local_id="D"), Mark.FICTITIOUS, acting=DOCTOR)
    listed = {one.local_id: [each.need for each in one.needs] for one in await desk.due()}
    assert listed == {"A": [Need.RETRIEVE], "B": [Need.DOCUMENT], "D": [Need.DOUBT]}
    clock.days = 3 * 365
    later = {one.local_id: one.needs[-1] for one in await desk.due()}
    assert later["C"].need is Need.VERIFY
    assert "25/11/2026" in later["C"].why


async def test_a_failed_verification_takes_the_matricule_away(desk: Desk) -> None:
    qualified = await desk.qualify(PATIENT, FOUND, evidence=CARD, acting=DOCTOR)
    assert await desk.verified(qualified, coherent=True, acting=DOCTOR) == qualified
    lost = await desk.verified(qualified, coherent=False, acting=DOCTOR, reason="01")
    assert (lost.status, lost.ins) == (InsStatus.VALIDATED, None)
    assert (await desk.decisions("P1"))[-1].dropped == INS


async def test_the_decision_says_how_the_identity_was_collected(desk: Desk) -> None:
    await desk.retrieve(PATIENT, FOUND, acting=DOCTOR, mode=Collection.VITALE_CARD)
    assert (await desk.decisions("P1"))[0].mode is Collection.VITALE_CARD


async def test_decisions_of_the_first_version_are_still_read(desk: Desk, state: MemoryState) -> None:
    first = (
        b'[{"action":"insi.validate","at":"2026-01-05T08:00:00.000+00:00","actor":"doctor:x","status":"VALI",'
        b'"evidence":"CN","ins":null,"dropped":null}]'
    )
    async with state.transaction() as tx:
        await tx.put("identity", "P1", first)
    assert (await desk.standing("P1")).status is InsStatus.VALIDATED


async def test_two_decisions_at_the_same_time_never_overwrite_each_other(
    desk: Desk, clock: StillClock, state: MemoryState
) -> None:
    other = Desk(environment=Environment.SANDBOX, evidence=(CARD,), clock=clock, state=state)
    refused: list[bool] = []

    async def decide(who: Desk, mark: Mark) -> None:
        try:
            await who.mark(PATIENT, mark, acting=DOCTOR)
        except IdentityStale:
            refused.append(True)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(decide, desk, Mark.DOUBTFUL)
        tasks.start_soon(decide, other, Mark.HOMONYM)
    assert len(await desk.decisions("P1")) + len(refused) == 2
    assert (await desk.standing("P1")).marks <= {Mark.DOUBTFUL, Mark.HOMONYM}


async def test_a_trait_that_was_changed_without_a_decision_takes_the_file_out_of_use(desk: Desk) -> None:
    qualified = await desk.qualify(PATIENT, FOUND, evidence=CARD, acting=DOCTOR)
    changed = msgspec.structs.replace(qualified, traits=msgspec.structs.replace(TRAITS, birth_name="AUTRE"))
    with pytest.raises(IdentityStale):
        await desk.datamatrix(changed)
    edited = await desk.edit(qualified, changed.traits, document_still_fits=True, acting=DOCTOR)
    assert (edited.traits, edited.ins) == (changed.traits, None)


async def test_a_change_of_traits_is_told_from_the_trail_when_the_copy_bears_it_already(desk: Desk) -> None:
    qualified = await desk.qualify(PATIENT, FOUND, evidence=CARD, acting=DOCTOR)
    changed = msgspec.structs.replace(qualified, traits=msgspec.structs.replace(TRAITS, birth_name="AUTRE"))
    edited = await desk.edit(changed, changed.traits, document_still_fits=False, acting=DOCTOR)
    assert (edited.traits, edited.status, edited.ins) == (changed.traits, InsStatus.PROVISIONAL, None)
    assert (await desk.standing("P1")).former == (INS,)


async def test_an_edit_of_a_copy_with_another_number_is_refused(desk: Desk) -> None:
    qualified = await desk.qualify(PATIENT, FOUND, evidence=CARD, acting=DOCTOR)
    other = msgspec.structs.replace(qualified, ins=msgspec.structs.replace(INS, matricule="262076399830298"))
    with pytest.raises(IdentityStale):
        await desk.edit(other, TRAITS, document_still_fits=True, acting=DOCTOR)


class Killed(Exception):
    """The process ends here."""


class DyingState(MemoryState):
    """A state whose process is killed once so many decisions were written, before they are committed."""

    dies = -1

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        async with super().transaction() as tx:
            yield tx
            self.dies -= 1
            if self.dies == 0:
                raise Killed


@pytest.mark.parametrize("dies", [1, 2])
async def test_a_qualification_killed_in_the_middle_is_whole_or_never_was(clock: StillClock, dies: int) -> None:
    state = DyingState()
    state.dies = dies
    desk = Desk(environment=Environment.SANDBOX, evidence=(CARD,), clock=clock, state=state)
    try:
        await desk.qualify(PATIENT, FOUND, evidence=CARD, acting=DOCTOR)
    except Killed:
        assert (await desk.decisions("P1"), state.audit) == ((), [])
    else:
        assert (await desk.standing("P1")).status is InsStatus.QUALIFIED
    state.dies = -1
    again = await desk.qualify(PATIENT, FOUND, evidence=CARD, acting=DOCTOR)
    assert (again.status, again.ins) == (InsStatus.QUALIFIED, INS)
    assert (await desk.standing("P1")).former == ()


async def test_a_number_that_an_old_copy_leaves_out_stays_in_the_history(desk: Desk) -> None:
    await desk.qualify(PATIENT, FOUND, evidence=CARD, acting=DOCTOR)
    await desk.validate(PATIENT, evidence=CARD, acting=DOCTOR)
    standing = await desk.standing("P1")
    assert (standing.status, standing.ins, standing.former) == (InsStatus.VALIDATED, None, (INS,))


async def test_two_matricules_are_two_people_although_an_old_copy_has_none(desk: Desk) -> None:
    await desk.qualify(PATIENT, FOUND, evidence=CARD, acting=DOCTOR)
    other_ins = msgspec.structs.replace(INS, matricule="262076399830298")
    absorbed = await desk.retrieve(OTHER, msgspec.structs.replace(FOUND, ins=other_ins), acting=DOCTOR)
    with pytest.raises(MergeRefused):
        await desk.merge(PATIENT, absorbed, acting=DOCTOR)
    with pytest.raises(MergeRefused):
        await desk.merge(absorbed, PATIENT, acting=DOCTOR)


async def test_one_number_under_two_oids_is_two_people(desk: Desk) -> None:
    kept = await desk.qualify(PATIENT, FOUND, evidence=CARD, acting=DOCTOR)
    nia = msgspec.structs.replace(INS, oid=INS_NIA)
    absorbed = await desk.retrieve(OTHER, msgspec.structs.replace(FOUND, ins=nia), acting=DOCTOR)
    with pytest.raises(MergeRefused):
        await desk.merge(kept, absorbed, acting=DOCTOR)


async def test_a_file_is_parted_from_the_one_that_holds_it_only(desk: Desk) -> None:
    third = msgspec.structs.replace(PATIENT, local_id="P3")
    await desk.merge(PATIENT, OTHER, acting=DOCTOR)
    with pytest.raises(SplitRefused):
        await desk.split(third, OTHER, acting=DOCTOR)
    with pytest.raises(SplitRefused):
        await desk.split(PATIENT, PATIENT, acting=DOCTOR)
    assert (await desk.standing("P2")).merged_into == "P1"
    assert [d.action for d in await desk.decisions("P1")] == ["insi.merge"]


async def test_an_old_copy_brings_no_document_back(desk: Desk) -> None:
    validated = await desk.validate(PATIENT, evidence=CARD, acting=DOCTOR)
    doubted = await desk.mark(validated, Mark.DOUBTFUL, acting=DOCTOR)
    await desk.unmark(doubted, Mark.DOUBTFUL, acting=DOCTOR)
    with pytest.raises(IdentityStale):
        await desk.retrieve(validated, FOUND, acting=DOCTOR)
    assert (await desk.standing("P1")).status is InsStatus.PROVISIONAL


async def test_no_automaton_decides_about_an_identity(desk: Desk, state: MemoryState) -> None:
    robot = Actor.automaton("import")
    with pytest.raises(ActorRefused):
        await desk.qualify(PATIENT, FOUND, evidence=CARD, acting=robot)
    with pytest.raises(ActorRefused):
        await desk.merge(PATIENT, OTHER, acting=robot)
    assert state.audit == []
