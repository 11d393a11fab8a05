"""A plugin whose state cannot be brought to its version is refused by name; the others go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from caducee.contracts.plugin import Registrar
from caducee.contracts.state import StateSpec
from caducee.errors import CapabilityMissing
from caducee.hooks import hookimpl
from caducee.services import ServiceKey
from caducee.supervisor import PluginState
from caducee.testing import kernel_for

from .strangers import GREETER, Offering, good

pytestmark = pytest.mark.anyio
KEEPER: ServiceKey[object] = ServiceKey("keeper")


class Keeper:
    """A plugin with state at a version; its upgrades may raise."""

    def __init__(self, *, version: int = 1, fails: bool = False) -> None:
        self._version = version
        self._fails = fails

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        registrar.state(StateSpec(version=self._version, upgrades=(self._upgrade,) * (self._version - 1)))
        registrar.service(KEEPER, good)

    def _upgrade(self, place: str, value: bytes) -> bytes:
        if self._fails:
            raise ValueError("NESSI-TEST")
        return value


async def keep(folder: Path, keeper: Keeper) -> None:
    """Run a life of the plugin that leaves one value behind."""
    async with kernel_for({"keeper": keeper}, folder=folder) as kernel, kernel.transaction() as tx:
        await tx.put("keeper", "letters", "one", b"value", index={})


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (Keeper(), Keeper(version=2, fails=True), "the upgrade of its state from version 1 failed: ValueError"),
        (Keeper(version=2), Keeper(), "its state is of version 2, this program knows 1"),
    ],
    ids=["an upgrade that raises", "a newer state"],
)
async def test_a_state_that_cannot_be_used_stops_that_plugin_alone(
    tmp_path: Path, before: Keeper, after: Keeper, why: str
) -> None:
    await keep(tmp_path, before)
    async with kernel_for({"keeper": after, "greeter": Offering()}, folder=tmp_path) as kernel:
        async with kernel.use(GREETER):
            pass
        with pytest.raises(CapabilityMissing, match="refused: keeper"):
            async with kernel.use(KEEPER):
                pass
        (status,) = [plugin for plugin in kernel.plugins() if plugin.name == "keeper"]
    assert (status.state, status.why) == (PluginState.REFUSED, why)
