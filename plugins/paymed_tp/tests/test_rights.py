from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest

from caducee.contracts.plugin import PluginContext, Registrar
from caducee.contracts.rights import RIGHTS, Cover, RightsAnswer
from caducee.errors import CapabilityMissing
from caducee.hooks import hookimpl
from caducee.model.practice import Actor
from caducee.testing import PATIENT, FakeRights, kernel_for
from caducee_paymed_tp import RIGHTS_AND_PRICES, plugin
from caducee_paymed_tp.payers.ports import Beneficiary

from .test_payers import card

pytestmark = pytest.mark.anyio
DAY = date(2026, 1, 5)
DESK = Actor.secretary("accueil")


async def test_without_a_plugin_that_offers_rights_it_says_so(tmp_path: Path):
    assert PATIENT.ins is not None
    async with kernel_for({"paymed_tp": plugin}, folder=tmp_path) as kernel, kernel.use(RIGHTS_AND_PRICES) as desk:
        with pytest.raises(CapabilityMissing):
            await desk.amo(PATIENT.ins, on=DAY, practitioner="roux", acting=DESK)


async def test_rights_are_those_of_the_plugin_that_offers_them(tmp_path: Path):
    answer = RightsAnswer(source="essai", on=DAY, compulsory=(Cover(regime="01", fund="751"),), assumed=True)

    @asynccontextmanager
    async def serve(context: PluginContext) -> AsyncIterator[FakeRights]:
        yield FakeRights(answer)

    class Offers:
        @hookimpl
        def caducee_register(self, registrar: Registrar) -> None:
            registrar.service(RIGHTS, serve)

    assert PATIENT.ins is not None
    plugins = {"paymed_tp": plugin, "offers": Offers()}
    async with kernel_for(plugins, folder=tmp_path) as kernel, kernel.use(RIGHTS_AND_PRICES) as desk:
        assert await desk.amo(PATIENT.ins, on=DAY, practitioner="roux", acting=DESK) == answer


async def test_without_a_profile_of_the_amc_services_it_says_so(tmp_path: Path):
    async with kernel_for({"paymed_tp": plugin}, folder=tmp_path) as kernel, kernel.use(RIGHTS_AND_PRICES) as desk:
        with pytest.raises(CapabilityMissing):
            await desk.idb(desk.card(card()), Beneficiary(birth=DAY), on=DAY)


async def test_the_simulated_profile_answers_and_says_what_it_is(tmp_path: Path):
    tables = {"paymed_tp": {"amc": "simulated"}}
    async with (
        kernel_for({"paymed_tp": plugin}, folder=tmp_path, tables=tables) as kernel,
        kernel.use(RIGHTS_AND_PRICES) as desk,
    ):
        answer = await desk.idb(desk.card(card()), Beneficiary(birth=DAY), on=DAY)
        assert (answer.known, answer.simulated) == (True, True)
