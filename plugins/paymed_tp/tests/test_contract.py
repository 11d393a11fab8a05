"""Third-party payment held against the contract that every plugin keeps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from caducee.contracts.state import State
from caducee.model.practice import Actor
from caducee.testing import Answer, Request, ScriptedService
from caducee.testing.contract import ServiceContract, StateContract, StateSample, Subject
from caducee.testing.contract.bench import Bench
from caducee_paymed_tp import errors, plugin
from caducee_paymed_tp.api import TP, ThirdPartyPayment
from caducee_paymed_tp.ledger import events as e
from caducee_paymed_tp.ledger.events import Entry, decode, encode
from caducee_paymed_tp.ledger.store import STREAM
from caducee_paymed_tp.payers.desk import RIGHTS_AND_PRICES
from caducee_paymed_tp.sending.destination import Concentrator

from .practice import invoice

ENTRY = Entry(
    key="take:F1",
    at=datetime(2026, 1, 5, 8, tzinfo=UTC),
    by="doctor:Dr Roux",
    events=(e.InvoiceTaken(invoice=invoice(1)),),
)


def table(url: str) -> Mapping[str, Any]:
    return {"concentrator": {"profile": "simulated", "url": url, "answer_timeout": 1.0}}


def nothing_new(request: Request) -> Answer:
    return Answer.of_json({"receipts": [], "files": [], "next": "0"})


async def collect(tp: ThirdPartyPayment) -> object:
    return await tp.collect(acting=Actor.secretary("accueil"))


async def write(state: State) -> None:
    async with state.transaction() as tx:
        await tx.append(STREAM, encode(ENTRY))


async def check(state: State) -> None:
    (entry,) = await state.read(STREAM)
    assert decode(entry.value) == ENTRY


class TestThirdPartyPayment(ServiceContract, StateContract):
    def subject(self) -> Subject:
        return Subject(
            plugin=plugin,
            name="paymed_tp",
            table=table,
            codes=tuple(error.code for error in errors.ALL),
            service=ScriptedService(nothing_new, writes=lambda request: False),
            services={TP: collect, RIGHTS_AND_PRICES: None},
            state=StateSample(version=1, write=write, check=check),
            patience=8.0,
        )

    async def test_what_it_offers_is_what_is_tried(self, bench: Bench) -> None:
        """Its lane carries parcels only: no document is ever routed there, so ``DestinationContract`` does not fit."""
        offered = bench.registration()
        assert set(offered.destinations) == {Concentrator.kind}
        assert set(offered.services) == {TP.name, RIGHTS_AND_PRICES.name}
        assert offered.state_spec is not None
