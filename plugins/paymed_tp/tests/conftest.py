from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

from caducee.model.environment import Environment
from caducee.model.practice import Actor
from caducee.testing import MovingClock
from caducee.testing.state import MemoryState
from caducee_paymed_tp.config import LinkConfig, TpConfig
from caducee_paymed_tp.model.parts import Part
from caducee_paymed_tp.payers.register import Payer
from caducee_paymed_tp.service import TpService

from .concentrator import HeldConcentrator, HeldProvider

KEY = b"k" * 32
DOCTOR = Actor.doctor("Dr Roux")


class FakeContext:
    """What the service asks of its context."""

    name = "paymed_tp"
    environment = Environment.SANDBOX
    log = logging.getLogger("test")

    def __init__(self, config: TpConfig, state: MemoryState, clock: MovingClock) -> None:
        self.config, self.state, self.clock = config, state, clock

    def secret(self, reference: Any, *, key: str) -> bytes:
        return KEY


CONFIG = TpConfig(
    payers={
        "CPAM751": Payer(name="CPAM de Paris", kind=Part.AMO, names=("CPAM PARIS",), address=("75000 PARIS",)),
        "0775627391": Payer(name="Mutuelle d'essai", names=("MUTUELLE ESSAI",)),
    },
    link=LinkConfig(address="https://cabinet.invalid/payer", token_key={"env": "A"}, webhook_key={"env": "B"}),  # type: ignore[arg-type]
)


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
def state() -> MemoryState:
    return MemoryState()


@pytest.fixture
def concentrator() -> HeldConcentrator:
    return HeldConcentrator()


@pytest.fixture
def provider() -> HeldProvider:
    return HeldProvider()


@pytest.fixture
def make(
    clock: MovingClock, state: MemoryState, concentrator: HeldConcentrator, provider: HeldProvider
) -> Callable[[], TpService]:
    """A new service over the same state: what a restart gives."""

    def build() -> TpService:
        context: Any = FakeContext(CONFIG, state, clock)
        return TpService(context, concentrator=concentrator, provider=provider)

    return build


@pytest.fixture
def tp(make: Callable[[], TpService]) -> TpService:
    return make()
