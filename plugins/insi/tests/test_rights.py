"""The patient's rights, by ADRi, against the simulated service."""

from __future__ import annotations

from datetime import date

import pytest

from caducee.contracts.rights import Rights
from caducee.errors import CapabilityMissing, ConfigError
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST, Ins
from caducee.testing.state import MemoryState
from caducee_insi import Evidence
from caducee_insi.config import RightsProfile
from caducee_insi.faults import InsiUnavailable
from caducee_insi.opening import open_desk, open_identity, open_rights
from caducee_insi.rights import RightsUnaskable
from caducee_insi.vitale import Beneficiary, VitaleCard

from .conftest import Opened
from .people import DOCTOR, FATIMA, NUMBERS, SECRETARY
from .test_vitale import FAMILY

pytestmark = pytest.mark.anyio
TODAY = date(2026, 11, 25)
SIMULATED = {"rights": RightsProfile.SIMULATED}


async def test_the_rights_of_a_patient_are_asked_by_their_ins_and_told_as_assumed(placed: Opened) -> None:
    async with placed(**SIMULATED) as context, open_identity(context) as insi, open_desk(context) as desk:
        answer = await insi.search(FATIMA.traits, local_id="P9", acting=SECRETARY)
        patient = await desk.qualify(FATIMA, answer, evidence=Evidence.PASSPORT, acting=DOCTOR)
        assert patient.ins is not None
        async with open_rights(context) as rights:
            held: Rights = rights
            told = await held.of(patient.ins, on=TODAY, practitioner="roux", acting=SECRETARY)
    assert (told.source, told.on, told.assumed) == ("ADRi", TODAY, True)
    (compulsory,) = told.compulsory
    assert (compulsory.regime, compulsory.fund, compulsory.since) == ("01", "349", date(2024, 1, 1))
    assert compulsory.exemption == "4"
    assert [cover.until for cover in told.complementary] == [date(2026, 12, 31)]


async def test_a_child_is_asked_for_on_the_card_of_the_holder(placed: Opened) -> None:
    child = Beneficiary(birth_date="2016-05-05", rank=2, number=NUMBERS["P8"])
    async with placed(**SIMULATED) as context, open_rights(context) as rights:
        told = await rights.of_card(FAMILY, child, on=TODAY, acting=SECRETARY)
    assert told.compulsory[0].exemption == ""


async def test_rights_of_who_is_not_known_here_are_not_asked(placed: Opened, state: MemoryState) -> None:
    ins = Ins(matricule="275036399930197", oid=INS_NIR_TEST, environment=Environment.SANDBOX)
    async with placed(**SIMULATED) as context, open_rights(context) as rights:
        with pytest.raises(RightsUnaskable):
            await rights.of(ins, on=TODAY, practitioner="roux", acting=SECRETARY)
    assert state.audit == []


async def test_a_fund_that_does_not_answer_is_told_in_its_own_words(placed: Opened) -> None:
    card = VitaleCard(serial="", holder=NUMBERS["P1"], beneficiaries=FAMILY.beneficiaries)
    stranger = Beneficiary(birth_date="1999-09-09", number=NUMBERS["P1"])
    async with placed(**SIMULATED) as context, open_rights(context) as rights:
        with pytest.raises(InsiUnavailable, match="FASIBEN") as caught:
            await rights.of_card(card, stranger, on=TODAY, acting=SECRETARY)
    assert "caisse" in caught.value.explain().sentence


async def test_without_a_form_of_the_answer_nothing_is_asked(placed: Opened, state: MemoryState) -> None:
    async with placed() as context, open_rights(context) as rights:
        with pytest.raises(CapabilityMissing):
            await rights.of_card(FAMILY, FAMILY.beneficiaries[0], on=TODAY, acting=SECRETARY)
    assert state.audit == []


async def test_what_is_simulated_speaks_to_the_sandbox_only(placed: Opened) -> None:
    async with placed(**SIMULATED) as context:
        context.environment = Environment.INTEGRATION
        with pytest.raises(ConfigError, match="rights"):
            async with open_rights(context):
                raise AssertionError("opened")
