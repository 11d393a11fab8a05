"""What a configuration must not open: another realm's address, or anything assumed outside the sandbox."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from caducee.errors import ConfigError, RealmMixed
from caducee.model.environment import Environment
from caducee.testing.state import MemoryState
from caducee_insi.config import InsiConfig, Lots, RightsProfile, Verification
from caducee_insi.opening import open_batch, open_identity, open_insi

from .sandbox_process import Context
from .scripted import StillClock

pytestmark = pytest.mark.anyio


@pytest.fixture
def context(config: InsiConfig, clock: StillClock, state: MemoryState) -> Context:
    nobody: Any = None
    return Context(config, nobody, clock, state)


@pytest.mark.parametrize("environment", [Environment.INTEGRATION, Environment.PRODUCTION])
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("lots", Lots.SIMULATED),
        ("rights", RightsProfile.SIMULATED),
        ("verification", Verification.ASSUMED),
        ("apcv_url", "https://127.0.0.1:1/apcv"),
    ],
)
async def test_what_is_assumed_opens_in_the_sandbox_only(
    context: Context, environment: Environment, key: str, value: object
) -> None:
    context.environment = environment
    context.config = msgspec.structs.replace(context.config, **{key: value})
    for opening in (open_identity, open_insi) if key != "lots" else (open_identity, open_insi, open_batch):
        with pytest.raises(ConfigError) as caught:
            async with opening(context):
                pass
        assert [finding.field for finding in caught.value.findings] == [f"plugins.insi.{key}"]


async def test_the_address_of_another_realm_is_never_opened(context: Context) -> None:
    context.config = msgspec.structs.replace(context.config, url="https://services-ps.ameli.fr/lps")
    with pytest.raises(RealmMixed):
        async with open_identity(context):
            pass
