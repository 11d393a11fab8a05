"""Pro Santé Connect keeps the contract of every plugin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from caducee.clock import SystemClock
from caducee.contracts.session import PROFESSIONAL_SESSION, ProfessionalSession
from caducee.contracts.state import State
from caducee.model.practice import Actor
from caducee.testing import FakeCard
from caducee.testing.contract import ServiceContract, StateContract, StateSample, Subject
from caducee_psc.plugin import ERRORS, Psc

from .conftest import AUTHORITY, DOCTOR
from .op import CLIENT, SECRET, Browser, Op, served

ROUX = Actor.doctor("Dr Roux")
VARIABLE = "CADUCEE_PSC_ESSAI"
OP = Op(SystemClock())
OP.forgives = True


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SECRET)


def table(url: str) -> Mapping[str, Any]:
    OP.url = url
    return {
        "issuer": OP.issuer,
        "client_id": CLIENT,
        "client_secret": {"env": VARIABLE},
        "credential": "psc",
        "answer_timeout": 0.5,
        "life": {"window": 5.0},
    }


async def use(session: ProfessionalSession) -> None:
    await session.login("roux", acting=ROUX)
    await session.token("roux", acting=ROUX)
    await session.logout("roux", acting=ROUX)


async def write(state: State) -> None:
    async with state.transaction() as tx:
        await tx.put("situation", "roux", b'{"profession":"10"}')


async def check(state: State) -> None:
    assert await state.get("situation", "roux") == b'{"profession":"10"}'


class TestPsc(ServiceContract, StateContract):
    def subject(self) -> Subject:
        return Subject(
            plugin=Psc(Browser(OP)),
            name="psc",
            table=table,
            codes=tuple(error.code for error in ERRORS),
            service=served(OP, AUTHORITY),
            services={PROFESSIONAL_SESSION: use},
            state=StateSample(version=1, write=write, check=check),
            credentials=FakeCard(DOCTOR, authority=AUTHORITY),
            patience=5.0,
        )
