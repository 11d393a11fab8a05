from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import msgspec
import pytest

from caducee.config import Secret
from caducee.contracts.http import Limits
from caducee.model.environment import Environment
from caducee.redaction import RedactingLogger
from caducee.testing import AUTHOR, FakeCard, InventedAuthority, MovingClock, ScriptedService
from caducee.testing.state import MemoryState
from caducee.wire.http import HttpClient
from caducee_psc.config import Life, PscConfig
from caducee_psc.plugin import open_session
from caducee_psc.service import PscService

from .op import CABINET, CLIENT, ROUX, SECRET, Browser, Op, served

AUTHORITY = InventedAuthority()
DOCTOR = msgspec.structs.replace(
    AUTHOR, identifier=ROUX, organisation=msgspec.structs.replace(AUTHOR.organisation, identifier=CABINET)
)


class Context:
    """The plugin's context, on the scripted provider."""

    name = "psc"
    environment = Environment.SANDBOX
    log: logging.Logger = RedactingLogger("caducee.plugins.psc")

    def __init__(self, config: PscConfig, clock: MovingClock, state: MemoryState, card: FakeCard) -> None:
        self.config: Any = config
        self.clock = clock
        self.state = state
        self.credentials: Any = card

    def http(self, base_url: str, *, credential: str = "", limits: Limits | None = None, **more: Any) -> HttpClient:
        tls = self.credentials.tls(credential)
        return HttpClient(service="psc", base_url=base_url, tls=tls, limits=limits)

    def secret(self, reference: Secret, *, key: str) -> bytes:
        return SECRET.encode()

    def use(self, key: Any) -> Any:
        raise NotImplementedError


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
def state() -> MemoryState:
    return MemoryState()


@pytest.fixture
def card() -> FakeCard:
    return FakeCard(DOCTOR, authority=AUTHORITY)


@pytest.fixture
def op(clock: MovingClock) -> Op:
    return Op(clock)


@pytest.fixture
def provider(op: Op) -> Iterator[ScriptedService]:
    with served(op, AUTHORITY) as service:
        op.url = service.url
        yield service


@pytest.fixture
def browser(op: Op) -> Browser:
    return Browser(op)


Opening = Callable[..., AbstractAsyncContextManager[PscService]]


@pytest.fixture
def psc(
    provider: ScriptedService, op: Op, browser: Browser, clock: MovingClock, state: MemoryState, card: FakeCard
) -> Opening:
    """Open the service as the kernel does; keywords change its table."""

    @asynccontextmanager
    async def opening(**changes: Any) -> AsyncIterator[PscService]:
        table: dict[str, Any] = {"client_secret": Secret(env="UNUSED"), "life": Life(window=20.0), **changes}
        config = PscConfig(issuer=op.issuer, client_id=CLIENT, credential="psc", answer_timeout=5.0, **table)
        async with open_session(Context(config, clock, state, card), browser) as service:
            yield service

    return opening
