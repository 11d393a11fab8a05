"""The plugin held against the contract that every plugin keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import anyio
import pytest

from caducee.contracts.state import State
from caducee.testing import PATIENT, Answer, FakeCard, Outage, Request, ScriptedService
from caducee.testing.contract import ServiceContract, StateContract, StateSample, Subject
from caducee.testing.contract.bench import Bench
from caducee.testing.contract.service import FAILING
from caducee.testing.service import every
from caducee_eprescription import errors, plugin
from caducee_eprescription.api import EPRESCRIPTION, EPrescription, Issued, RxState

from .desk import DOCTOR, PAPER_ALONE, prescription

CARD = FakeCard()
DOCUMENT = prescription("RX-CANARI", patient=PATIENT)


class ScriptedBase:
    """Holds what it was given, by number."""

    def __init__(self) -> None:
        self.held: dict[str, dict[str, str]] = {}

    def answer(self, request: Request) -> Answer:
        if request.method == "POST":
            number = request.json()["number"]
            if number in self.held:
                return Answer.of_json({"code": "erx.duplicate"}, status=409)
            digest = hashlib.sha256(request.body).hexdigest()
            self.held[number] = {"number": number, "digest": digest, "status": "registered"}
            return Answer.of_json(self.held[number])
        known = self.held.get(request.path.rsplit("/", 1)[-1])
        return Answer.of_json(known) if known else Answer.of_json({"code": "erx.not_found"}, status=404)


def table(url: str) -> Mapping[str, Any]:
    return {
        "url": f"{url}/erx",
        "decide_within": 0.8,
        "connect_timeout": 0.4,
        "answer_timeout": 0.3,
        "watch_every": 30.0,
    }


async def issue(rx: EPrescription) -> Issued:
    return await rx.issue(DOCUMENT, PAPER_ALONE, acting=DOCTOR)


async def write(state: State) -> None:
    async with state.transaction() as tx:
        await tx.put("prescription", "RX-1", b"{}", index={"number": "99"})
        await tx.append("life/1", b"{}")


async def check(state: State) -> None:
    assert await state.get("prescription", "RX-1") == b"{}"
    assert [entry.value for entry in await state.read("life/1")] == [b"{}"]


class TestEPrescription(ServiceContract, StateContract):
    def subject(self) -> Subject:
        return Subject(
            plugin=plugin,
            name="eprescription",
            table=table,
            codes=tuple(error.code for error in errors.OWN),
            service=ScriptedService(
                ScriptedBase().answer, writes=lambda request: request.method == "POST", tls=CARD.authority.server
            ),
            services={EPRESCRIPTION: issue},
            state=StateSample(version=1, write=write, check=check),
            credentials=CARD,
            patience=3.0,
        )

    @pytest.mark.parametrize("outage", FAILING, ids=str)
    async def test_each_outage_is_an_error_that_the_desk_understands(self, bench: Bench, outage: Outage) -> None:
        """An outage is no error here: the patient leaves with a paper, with its code or without."""
        bench.service.inflict(outage, on=every)
        async with bench.kernel() as kernel:
            await bench.ready(kernel)
            async with kernel.use(EPRESCRIPTION) as rx:
                with anyio.fail_after(bench.subject.patience):
                    issued = await issue(rx)
                life = await rx.standing(issued.local_id)
        bench.service.lift()
        assert issued.state is RxState.LOCAL_ONLY
        assert issued.pdf
        assert life.perhaps_held is (outage is not Outage.DOWN)
