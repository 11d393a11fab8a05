from __future__ import annotations

import anyio
import msgspec
import pytest

from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST, Ins, InsStatus
from caducee.testing.state import MemoryState
from caducee_insi import Evidence, IdentityStale
from caducee_insi.trail import Decision, Trail, standing

INS = Ins(matricule="275036399900137", oid=INS_NIR_TEST, environment=Environment.SANDBOX)
QUALIFIED = Decision(
    action="insi.acquire",
    at="2026-11-25T08:30:15.125+00:00",
    actor="doctor:x",
    status=InsStatus.QUALIFIED,
    evidence=Evidence.VITALE_APP,
    ins=INS,
)
UNDONE = Decision(
    action="insi.mark", at="2026-11-26T08:30:15.125+00:00", actor="doctor:x", status=InsStatus.PROVISIONAL, dropped=INS
)


def test_what_is_undone_was_neither_confirmed_nor_checked() -> None:
    now = standing((QUALIFIED, UNDONE))
    assert (now.confirmed, now.checked, now.evidence, now.former) == ("", "", None, (INS,))


def test_a_decision_without_a_document_keeps_the_one_that_was_seen() -> None:
    verified = msgspec.structs.replace(QUALIFIED, action="insi.verify", at=UNDONE.at, evidence=None)
    now = standing((QUALIFIED, verified))
    assert (now.confirmed, now.checked, now.evidence) == (UNDONE.at, QUALIFIED.at, Evidence.VITALE_APP)


@pytest.mark.anyio
async def test_a_decision_taken_on_what_is_no_longer_so_is_refused(state: MemoryState) -> None:
    trail = Trail(state)
    async with trail.writing() as tx:
        await trail.add(tx, "P1", QUALIFIED, after=0)
    with pytest.raises(IdentityStale):
        async with trail.writing() as tx:
            await trail.add(tx, "P1", UNDONE, after=0)
    assert await trail.decisions("P1") == (QUALIFIED,)


@pytest.mark.anyio
async def test_two_writers_of_one_state_wait_for_each_other(state: MemoryState) -> None:
    order: list[str] = []

    async def second() -> None:
        async with Trail(state).writing():
            order.append("second")

    async with anyio.create_task_group() as tasks, Trail(state).writing():
        tasks.start_soon(second)
        await anyio.wait_all_tasks_blocked()
        order.append("first")
    assert order == ["first", "second"]


@pytest.mark.anyio
async def test_a_number_found_under_the_index_of_another_is_not_taken_for_it(state: MemoryState) -> None:
    trail = Trail(state)
    async with trail.writing() as tx:
        await trail.add(tx, "P1", QUALIFIED, after=0)
    assert [one.ins for one in await trail.by_matricule(INS.matricule)] == [INS]
    state.indexes["identity", "P1"] = {"matricule": "262076399830298"}
    assert await trail.by_matricule("262076399830298") == ()
