from __future__ import annotations

from collections.abc import Callable

import pytest

from caducee.model.environment import Environment
from caducee.testing.state import MemoryState
from caducee_insi.access import ByCertificate
from caducee_insi.config import InsiConfig, Software
from caducee_insi.courier import Courier
from caducee_insi.service import InsiService

from .scripted import ScriptedChannel, StillClock

INSTANCE = "0b819c7c-f7b4-4e4b-a220-000000000001"


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def state() -> MemoryState:
    return MemoryState()


@pytest.fixture
def config() -> InsiConfig:
    software = Software(name="DEMOLGC", version="1.0", authorisation="NUMAUTOSIMU1", instance=INSTANCE)
    return InsiConfig(url="https://127.0.0.1:1/lps", credential="org_insi", software=software)


@pytest.fixture
def insi(clock: StillClock, state: MemoryState, config: InsiConfig) -> Callable[[ScriptedChannel], InsiService]:
    def build(channel: ScriptedChannel, environment: Environment = Environment.SANDBOX) -> InsiService:
        courier = Courier(
            config=config,
            channel=channel,
            clock=clock,
            state=state,
            authenticator=ByCertificate("10B0000001"),
        )
        return InsiService(config=config, environment=environment, courier=courier, clock=clock, state=state)

    return build
