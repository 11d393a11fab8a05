"""What stands behind the ports is chosen by the configuration: a profile of ours, or an adapter of the host."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anyio
import msgspec
import pytest

from caducee.errors import CapabilityMissing
from caducee.golive import missing
from caducee.model.environment import Environment
from caducee.plugins import given_plugins, load_plugins
from caducee.plugins.registration import Registration
from caducee.testing import config_for, kernel_for
from caducee_paymed_tp import RIGHTS_AND_PRICES, TP, Adapters, PaymedTp, plugin
from caducee_paymed_tp.errors import CardFault, CardUnknown
from caducee_paymed_tp.model.parts import Part, State
from caducee_paymed_tp.payers.ports import Beneficiary
from caducee_paymed_tp.payers.simulated import SimulatedAmc

from .concentrator import HeldConcentrator, HeldProvider
from .conftest import DOCTOR
from .practice import DAY, invoice
from .test_payers import card, read_card, sealed

pytestmark = pytest.mark.anyio


def secret(folder: Path) -> dict[str, str]:
    key = folder / "link.key"
    key.write_bytes(b"k" * 32)
    key.chmod(0o600)
    return {"file": str(key)}


def table(folder: Path, **link: str) -> dict[str, Any]:
    keys = {"token_key": secret(folder), "webhook_key": secret(folder)}
    return {"link": {"address": "https://cabinet.invalid/payer", **keys, **link}}


async def refusal(folder: Path, table: dict[str, Any], adapters: Adapters | None = None) -> list[str]:
    """What is said of a configuration, before anything starts."""
    config = config_for(folder, {"paymed_tp": table})
    loading = await load_plugins(config, given_plugins({"paymed_tp": PaymedTp(adapters)}))
    return [one.message for one in loading.findings]


async def test_a_link_is_made_at_the_provider_that_the_configuration_names(tmp_path: Path) -> None:
    provider = HeldProvider()
    brought = {"paymed_tp": PaymedTp(Adapters(providers={"mine": lambda _: provider}))}
    async with (
        kernel_for(brought, folder=tmp_path, tables={"paymed_tp": table(tmp_path, provider="mine")}) as kernel,
        kernel.use(TP) as tp,
    ):
        await tp.take(invoice(1, patient=500), b"signed", acting=DOCTOR)
        opened = await tp.open_link("F1", Part.PATIENT, acting=DOCTOR)
    assert provider.created[opened.link.id][0] == 500


@pytest.mark.parametrize(
    ("chosen", "named"),
    [
        (
            {"concentrator": {"profile": "paymde"}},
            ("concentrator.profile", "« paymde »", "none ou simulated ou paymed"),
        ),
        ({"link": {"provider": "stripe"}}, ("link.provider", "« stripe »", "none ou simulated ou mine")),
        ({"amc": "real"}, ("amc", "« real »", "none ou simulated")),
        ({"card": {"profile": "SIM-AMC/2"}}, ("card.profile", "« SIM-AMC/2 »", "none ou SIM-AMC/1")),
        ({"concentrator": {"profile": "simulated"}}, ("concentrator.url",)),
        ({"link": {"provider": "simulated"}}, ("link.url",)),
        ({"concentrator": {"advance": "D+1"}}, ("concentrator.advance",)),
    ],
)
async def test_a_choice_that_cannot_be_is_refused_by_name(
    tmp_path: Path, chosen: dict[str, Any], named: tuple[str, ...]
) -> None:
    if "link" in chosen:
        chosen = {"link": table(tmp_path)["link"] | chosen["link"]}
    (said,) = await refusal(tmp_path, chosen, Adapters(providers={"mine": lambda _: HeldProvider()}))
    assert all(word in said for word in named)


@pytest.mark.parametrize("what", ["concentrators", "providers", "amc", "cards"])
def test_a_name_of_ours_is_not_taken_by_an_adapter(what: str) -> None:
    with pytest.raises(ValueError, match="none"):
        Adapters(**{what: {"none": lambda _: None}})  # type: ignore[arg-type]


async def test_without_a_provider_no_link_is_made(tmp_path: Path) -> None:
    tables = {"paymed_tp": table(tmp_path)}
    async with (
        kernel_for({"paymed_tp": plugin}, folder=tmp_path, tables=tables) as kernel,
        kernel.use(TP) as tp,
    ):
        await tp.take(invoice(1, patient=500), b"signed", acting=DOCTOR)
        with pytest.raises(CapabilityMissing):
            await tp.open_link("F1", Part.PATIENT, acting=DOCTOR)


async def test_lots_leave_to_the_concentrator_of_the_host(tmp_path: Path) -> None:
    held = HeldConcentrator()
    brought = {"paymed_tp": PaymedTp(Adapters(concentrators={"mine": lambda _: held}))}
    tables = {"paymed_tp": {"concentrator": {"profile": "mine", "advance": "D+6"}}}
    async with kernel_for(brought, folder=tmp_path, tables=tables) as kernel, kernel.use(TP) as tp:
        await tp.take(invoice(1), b"signed", acting=DOCTOR)
        (name,) = await tp.send(acting=DOCTOR)
        with anyio.fail_after(30):
            while (standing := await tp.standing("F1")) and standing.claims[0].state is State.LOTTED:
                await anyio.sleep(0.05)
    assert set(held.held) == {name}


async def test_rights_and_cards_are_those_of_the_host(tmp_path: Path) -> None:
    known = read_card(card())
    brought = Adapters(amc={"mine": lambda _: SimulatedAmc(DAY)}, cards={"mine": lambda _: known})
    tables = {"paymed_tp": {"amc": "mine", "card": {"profile": "mine"}}}
    async with (
        kernel_for({"paymed_tp": PaymedTp(brought)}, folder=tmp_path, tables=tables) as kernel,
        kernel.use(RIGHTS_AND_PRICES) as desk,
    ):
        assert desk.card(b"anything") is known
        assert (await desk.idb(known, Beneficiary(birth=DAY), on=DAY)).known


@pytest.mark.parametrize(
    ("chosen", "content", "fault"),
    [
        ({"profile": "none"}, card(), CardFault.NO_PROFILE),
        ({"key": True}, card(), CardFault.NOT_SEALED),
        ({}, sealed(card()), CardFault.NO_KEY),
    ],
)
async def test_a_card_is_held_against_the_configured_profile_and_key(
    tmp_path: Path, chosen: dict[str, Any], content: bytes, fault: CardFault
) -> None:
    if "key" in chosen:
        chosen = {"key": secret(tmp_path)}
    async with (
        kernel_for({"paymed_tp": plugin}, folder=tmp_path, tables={"paymed_tp": {"card": chosen}}) as kernel,
        kernel.use(RIGHTS_AND_PRICES) as desk,
    ):
        with pytest.raises(CardUnknown) as caught:
            desk.card(content)
        assert caught.value.fault is fault
        if "key" in chosen:
            assert desk.card(sealed(content)) == read_card(content)


@pytest.mark.parametrize("environment", [Environment.INTEGRATION, Environment.PRODUCTION])
async def test_nothing_simulated_starts_outside_the_sandbox(tmp_path: Path, environment: Environment) -> None:
    simulated = {
        "concentrator": {"profile": "paymed", "url": "https://tp.exemple"},
        "link": table(tmp_path, provider="simulated", url="https://tp.exemple")["link"],
        "amc": "simulated",
        "card": {"profile": "SIM-AMC/1"},
    }
    assert {one for one in await lacking(tmp_path, environment, simulated) if one.startswith("plugins.paymed_tp")} == {
        f"plugins.paymed_tp.{key}" for key in ("concentrator.profile", "link.provider", "amc", "card.profile")
    }


async def test_what_is_left_out_and_what_the_host_brings_starts_anywhere(tmp_path: Path) -> None:
    left_out: dict[str, Any] = {"amc": "none"}
    brought = {"concentrator": {"profile": "mine"}, "card": {"profile": "mine"}}
    for chosen in (left_out, brought):
        found = await lacking(tmp_path, Environment.PRODUCTION, chosen)
        assert [one for one in found if one.startswith("plugins.paymed_tp")] == []


async def lacking(folder: Path, environment: Environment, table: dict[str, Any]) -> list[str]:
    """What must be there before a practice may start in an environment."""
    config = config_for(folder, {"paymed_tp": table})
    kernel = msgspec.structs.replace(config.kernel, environment=environment)
    registration = Registration("paymed_tp")
    plugin.caducee_register(registrar=registration)
    wanted = {"paymed_tp": registration.prerequisites}
    return [one.field for one in missing(msgspec.structs.replace(config, kernel=kernel), wanted, lambda _: b"")]
