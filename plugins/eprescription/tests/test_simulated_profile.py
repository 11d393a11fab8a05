from __future__ import annotations

from typing import Any

import pytest

from caducee.errors import CardAbsent, CredentialError, OtherCard, PinRequired, ServiceUnavailable
from caducee.testing.state import MemoryState
from caducee.wire.http import HttpClient
from caducee_eprescription.profiles.simulated import SimulatedRegister

from .fakes import CountingPublisher, Surroundings

pytestmark = pytest.mark.anyio


class Around(Surroundings):
    """The practice, whose card says ``answer`` when it is to be opened."""

    def __init__(self, answer: CredentialError | None) -> None:
        super().__init__(MemoryState(), CountingPublisher())
        self._answer = answer
        self.asked: list[str] = []

    def http(self, base_url: str, **_: Any) -> HttpClient:
        return HttpClient(service="eprescription", base_url=base_url, tls=None)

    async def unlock(self, practitioner: str) -> None:
        self.asked.append(practitioner)
        if self._answer is not None:
            raise self._answer


async def test_the_card_of_the_prescriber_is_opened_before_anything_is_timed() -> None:
    around = Around(None)
    async with SimulatedRegister(around) as register:  # type: ignore[arg-type]
        await register.ready("roux")
    assert around.asked == ["roux"]


@pytest.mark.parametrize("absent", [CardAbsent(), OtherCard()])
async def test_without_the_card_it_is_the_base_that_says_whether_it_is_there(absent: CredentialError) -> None:
    async with SimulatedRegister(Around(absent)) as register:  # type: ignore[arg-type]
        await register.ready("roux")
        with pytest.raises(ServiceUnavailable):
            await register.consult("roux", "99S2TBPZ2JCNZZYGXX")


async def test_a_pin_that_nobody_types_is_said_at_once() -> None:
    async with SimulatedRegister(Around(PinRequired())) as register:  # type: ignore[arg-type]
        with pytest.raises(PinRequired):
            await register.ready("roux")
