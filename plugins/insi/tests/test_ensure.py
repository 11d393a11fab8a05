"""The one verb for when a record opens, against the simulated service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from caducee.errors import InsNotQualified
from caducee.model.identity import InsStatus
from caducee.model.patient import Patient
from caducee.sharing.fact_kind import FactKind
from caducee.testing.state import MemoryState
from caducee_insi import Collection, Evidence, IdentityMarked, IdentityStale, Mark, Step, Verdict
from caducee_insi.config import Verification
from caducee_insi.desk import Desk
from caducee_insi.ensure import Ensured, Insi
from caducee_insi.opening import open_desk, open_identity, open_insi

from .conftest import Opened
from .people import DOCTOR, HUGO, JEANNE, NOE, SECRETARY
from .scripted import StillClock
from .test_vitale import FAMILY, inserted

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def both(placed: Opened, **changes: object) -> AsyncIterator[tuple[Insi, Desk]]:
    async with placed(**changes) as context, open_insi(context) as insi, open_desk(context) as desk:
        yield insi, desk


async def qualified(insi: Insi, desk: Desk, patient: Patient) -> Patient:
    found = await insi.ensure(patient, acting=SECRETARY)
    assert found.answer is not None
    return await desk.qualify(patient, found.answer, evidence=Evidence.PASSPORT, acting=DOCTOR)


async def test_a_new_patient_is_searched_and_compared_and_nothing_is_accepted_by_itself(placed: Opened) -> None:
    async with both(placed) as (insi, desk):
        found = await insi.ensure(JEANNE, acting=SECRETARY)
        assert await desk.decisions("P1") == ()
    assert (found.step, found.patient) == (Step.COMPARE, JEANNE)
    assert found.comparison is not None
    assert found.comparison.verdict is Verdict.IDENTICAL


async def test_a_qualified_patient_costs_no_call(placed: Opened, state: MemoryState) -> None:
    async with both(placed) as (insi, desk):
        patient = await qualified(insi, desk, JEANNE)
        before = len(state.audit)
        again = await insi.ensure(patient, acting=SECRETARY)
    assert (again.step, again.patient, len(state.audit)) == (Step.READY, patient, before)


async def test_a_retrieved_patient_wants_a_document(placed: Opened) -> None:
    async with both(placed) as (insi, desk):
        found = await insi.ensure(HUGO, acting=SECRETARY)
        assert found.answer is not None
        retrieved = await desk.retrieve(HUGO, found.answer, acting=SECRETARY)
        again = await insi.ensure(retrieved, acting=SECRETARY)
    assert again.step is Step.DOCUMENT
    assert "Pièce" in again.why[0]


@pytest.mark.requirement("INS-MARKS")
@pytest.mark.parametrize("mark", [Mark.DOUBTFUL, Mark.FICTITIOUS])
async def test_a_doubtful_or_fictitious_patient_is_never_asked_for(
    placed: Opened, state: MemoryState, mark: Mark
) -> None:
    async with both(placed) as (insi, desk):
        await desk.mark(JEANNE, mark, acting=DOCTOR)
        before = len(state.audit)
        found = await insi.ensure(JEANNE, acting=SECRETARY)
    assert (found.step, len(state.audit)) == (Step.DOUBT, before)


async def test_a_homonym_is_asked_for(placed: Opened) -> None:
    async with both(placed) as (insi, desk):
        await desk.mark(JEANNE, Mark.HOMONYM, acting=DOCTOR)
        assert (await insi.ensure(JEANNE, acting=SECRETARY)).step is Step.COMPARE


async def test_who_is_not_found_is_told_what_to_look_at(placed: Opened) -> None:
    nobody = msgspec.structs.replace(JEANNE, traits=msgspec.structs.replace(JEANNE.traits, birth_name="MARIEE"))
    async with both(placed) as (insi, _):
        found = await insi.ensure(nobody, acting=SECRETARY)
    assert found.step is Step.CORRECT
    assert "nom de naissance" in found.why[0]


async def test_the_card_finds_the_child_of_the_holder(placed: Opened, tmp_path: object) -> None:
    async with both(placed) as (insi, _):
        reader = inserted(tmp_path, FAMILY)  # type: ignore[arg-type]
        found = await insi.ensure(NOE, Collection.VITALE_CARD, acting=SECRETARY, reader=reader, chosen=2)
    assert found.step is Step.COMPARE


@pytest.mark.parametrize("way", list(Verification))
async def test_an_old_confirmation_is_verified_again(placed: Opened, clock: StillClock, way: Verification) -> None:
    async with both(placed, verification=way) as (insi, desk):
        patient = await qualified(insi, desk, JEANNE)
        clock.days = 3 * 365
        assert [one.needs[0].need for one in await desk.due()] == ["verify"]
        again = await insi.ensure(patient, acting=SECRETARY)
        assert await desk.due() == ()
    assert (again.step, again.patient) == (Step.READY, patient)
    assert again.verified is not None
    assert again.verified.assumed is (way is Verification.ASSUMED)


async def test_a_number_that_another_software_kept_is_verified_at_the_first_opening(placed: Opened) -> None:
    async with both(placed) as (insi, desk):
        first = await insi.ensure(JEANNE, acting=SECRETARY)
        assert first.answer is not None
        brought = msgspec.structs.replace(JEANNE, ins=first.answer.ins, status=InsStatus.QUALIFIED)
        found = await insi.ensure(brought, acting=SECRETARY)
        assert [one.action for one in await desk.decisions("P1")] == ["insi.verify"]
        wrong = msgspec.structs.replace(HUGO, ins=first.answer.ins, status=InsStatus.QUALIFIED)
        assert (await insi.ensure(wrong, acting=SECRETARY)).step is Step.WITHDRAWN
    assert (found.step, found.patient) == (Step.READY, brought)


@pytest.mark.parametrize("way", list(Verification))
async def test_a_number_that_insi_no_longer_knows_is_taken_away_and_kept_as_history(
    placed: Opened, way: Verification
) -> None:
    async with both(placed, verification=way) as (insi, desk):
        first = await insi.ensure(HUGO, acting=SECRETARY)
        other = (await insi.ensure(JEANNE, acting=SECRETARY)).answer
        assert first.answer is not None
        assert other is not None
        mixed_up = msgspec.structs.replace(first.answer, ins=other.ins)
        patient = await desk.qualify(HUGO, mixed_up, evidence=Evidence.PASSPORT, acting=DOCTOR)
        found = await insi.verify(patient, acting=SECRETARY)
        standing = await desk.standing("P2")
    assert found.step is Step.WITHDRAWN
    assert (found.patient.status, found.patient.ins) == (InsStatus.VALIDATED, None)
    assert standing.former == (patient.ins,)
    assert found.why


async def test_who_has_no_number_has_nothing_to_verify(placed: Opened) -> None:
    async with both(placed) as (insi, _):
        with pytest.raises(InsNotQualified):
            await insi.verify(JEANNE, acting=SECRETARY)


async def test_an_old_copy_is_not_verified(placed: Opened, state: MemoryState) -> None:
    async with both(placed) as (insi, desk):
        old = await qualified(insi, desk, JEANNE)
        await desk.verified(old, coherent=False, acting=DOCTOR)
        before = len(state.audit)
        with pytest.raises(IdentityStale):
            await insi.verify(old, acting=SECRETARY)
    assert len(state.audit) == before


async def test_no_search_leaves_for_a_doubtful_identity_whoever_asks(
    placed: Opened, state: MemoryState, tmp_path: Path
) -> None:
    async with placed() as context, open_identity(context) as search, open_desk(context) as desk:
        await desk.mark(JEANNE, Mark.DOUBTFUL, acting=DOCTOR)
        before = len(state.audit)
        with pytest.raises(IdentityMarked):
            await search.search(JEANNE.traits, local_id=JEANNE.local_id, acting=SECRETARY)
        with pytest.raises(IdentityMarked):
            await search.search_card(inserted(tmp_path, FAMILY), local_id=JEANNE.local_id, acting=SECRETARY, chosen=0)
    assert len(state.audit) == before


async def test_a_patient_whose_record_opens_counts_as_seen_with_what_their_identity_is_worth(
    placed: Opened, state: MemoryState
) -> None:
    async with both(placed) as (insi, desk):
        await qualified(insi, desk, JEANNE)
    assert state.noted == [(FactKind.SEEN, "PROV", "P1"), (FactKind.SEEN, "QUAL", "P1")]


async def test_a_patient_counts_as_seen_also_while_nobody_may_be_asked(placed: Opened, state: MemoryState) -> None:
    async with both(placed) as (insi, desk):
        marked = await desk.mark(JEANNE, Mark.DOUBTFUL, acting=DOCTOR)
        assert (await insi.ensure(marked, acting=SECRETARY)).step is Step.DOUBT
    assert state.noted == [(FactKind.SEEN, "PROV", "P1")]


async def test_a_matricule_that_is_taken_away_as_the_record_opens_leaves_the_patient_unqualified(
    placed: Opened, state: MemoryState, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with both(placed) as (insi, desk):
        patient = await qualified(insi, desk, JEANNE)

        async def withdrawn(*args: object, **more: object) -> Ensured:
            away = msgspec.structs.replace(patient, ins=None, status=InsStatus.PROVISIONAL)
            return Ensured(step=Step.WITHDRAWN, patient=away)

        monkeypatch.setattr(insi, "_ensured", withdrawn)
        await insi.ensure(patient, acting=SECRETARY)
    assert [code for _, code, _ in state.noted] == ["PROV", "QUAL", "QUAL", "PROV"]
