"""What the real service is known to do now and then, played by the simulated one."""

from __future__ import annotations

import msgspec
import pytest

from caducee.contracts.identity import InsAnswer, InsOutcome
from caducee.errors import ServiceUnavailable
from caducee.model.patient import Patient
from caducee_insi import Verdict, compare
from caducee_insi.config import InsiConfig
from caducee_insi.faults import InsiRefused, InsiUnavailable
from caducee_insi.nir import key_holds
from caducee_insi.opening import open_identity

from .conftest import Opened
from .people import ANTHONY, CLAIRE, GATIEN, JEANNE, LETIZIA, SECRETARY, TOUSSAINT
from .sandbox_process import Sandbox

pytestmark = pytest.mark.anyio


async def found(placed: Opened, patient: Patient = JEANNE, **changes: object) -> InsAnswer:
    async with placed(**changes) as context, open_identity(context) as insi:
        return await insi.search(patient.traits, local_id=patient.local_id, acting=SECRETARY)


@pytest.mark.parametrize("habit", ["prefixes", "history_first", "history_repeated"])
async def test_prefixes_and_order_change_nothing(placed: Opened, sandbox: Sandbox, habit: str) -> None:
    plain = await found(placed, CLAIRE)
    sandbox.fault(habit)
    other = await found(placed, CLAIRE)
    assert (other.ins, other.traits) == (plain.ins, plain.traits)
    assert set(plain.history) <= set(other.history)


async def test_a_key_that_does_not_hold_is_kept_as_it_came(placed: Opened, sandbox: Sandbox) -> None:
    sandbox.fault("wrong_key")
    for patient in (JEANNE, GATIEN):
        answer = await found(placed, patient)
        assert answer.ins is not None
        assert not key_holds(answer.ins.matricule)


async def test_a_history_that_repeats_the_active_number_is_read(placed: Opened) -> None:
    answer = await found(placed, ANTHONY)
    assert answer.history == (answer.ins,)


@pytest.mark.parametrize("patient", [LETIZIA, TOUSSAINT], ids=["after 1976", "before 1976"])
async def test_corsica_under_its_old_code_is_a_minor_difference(
    placed: Opened, sandbox: Sandbox, patient: Patient
) -> None:
    now = await found(placed, patient)
    assert now.ins is not None
    assert key_holds(now.ins.matricule)
    sandbox.fault("old_place")
    then = await found(placed, patient)
    assert now.traits is not None
    assert then.traits is not None
    assert then.traits.birth_place == "20990"
    assert compare(now.traits, then.traits).verdict is Verdict.MINOR


@pytest.mark.parametrize("habit", ["technical", "fatal"])
async def test_a_technical_fault_is_passing_whatever_its_severity(placed: Opened, sandbox: Sandbox, habit: str) -> None:
    sandbox.fault(habit, times=1)
    assert (await found(placed)).outcome is InsOutcome.FOUND
    sandbox.fault(habit)
    with pytest.raises(InsiUnavailable):
        await found(placed)


async def test_a_fault_that_names_no_message_is_understood(
    placed: Opened, sandbox: Sandbox, config: InsiConfig
) -> None:
    unknown = msgspec.structs.replace(config.software, authorisation="INCONNU")
    sandbox.fault("no_message_id")
    with pytest.raises(InsiRefused) as caught:
        await found(placed, software=unknown)
    assert caught.value.fault.message_id == ""


async def test_a_500_without_a_body_is_an_outage(placed: Opened, sandbox: Sandbox) -> None:
    sandbox.fault("http500")
    with pytest.raises(ServiceUnavailable):
        await found(placed)
