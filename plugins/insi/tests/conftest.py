from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from caducee.model.environment import Environment
from caducee.testing.state import MemoryState
from caducee_insi.access import ByCertificate
from caducee_insi.config import InsiConfig, Software
from caducee_insi.courier import Courier
from caducee_insi.service import InsiService

from .sandbox_process import Context, CountingSigner, OneCertificate, Sandbox, running
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


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(started: Sandbox) -> Iterator[Sandbox]:
    yield started
    started.clear()


Opened = Callable[..., AbstractAsyncContextManager[Context]]


@pytest.fixture
def placed(sandbox: Sandbox, config: InsiConfig, clock: StillClock, state: MemoryState) -> Opened:
    """The plugin's context on the sandbox: by certificate, by card (``insi_card``) or by log-in (``insi_session``)."""

    @asynccontextmanager
    async def place(door: str = "insi", *, card: str = "roux_sign", **changes: object) -> AsyncIterator[Context]:
        here = msgspec.structs.replace(config, **{"url": sandbox.described[door], "pause": 0.0, **changes})
        trusted = Path(sandbox.described["authorities"]).read_text(encoding="ascii")
        key = sandbox.credential("insi_manu") if door == "insi" else None
        credentials = OneCertificate(key, trusted, CountingSigner(sandbox.credential(card)) if card else None)
        yield Context(here, credentials, clock, state)

    return place
