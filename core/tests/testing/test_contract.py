"""The contract suite lets a good plugin pass and names what is wrong with a bad one."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import anyio
import msgspec
import pytest

from caducee.plugin_api import (
    Envelope,
    Explanation,
    Facts,
    PluginContext,
    Receipt,
    Registrar,
    Route,
    ServiceRejected,
    hookimpl,
)
from caducee.testing import Outage
from caducee.testing.contract import DestinationContract, PluginContract, ServiceContract, StateContract, Subject
from caducee.testing.contract.bench import Bench
from caducee.testing.contract.destination import FIRST_STATES

from .box import (
    COUNTER,
    RECEIPT,
    BoxDeliverer,
    BoxPlugin,
    Counter,
    CounterPlugin,
    box_subject,
    counter_subject,
    read,
)

pytestmark = pytest.mark.anyio


class TestBox(DestinationContract):
    """A good destination."""

    def subject(self) -> Subject:
        return box_subject(BoxPlugin())


class TestCounter(ServiceContract, StateContract):
    """A good service that keeps state."""

    def subject(self) -> Subject:
        return counter_subject(CounterPlugin())


class Blind(BoxDeliverer):
    """Never asks."""

    async def probe(self, envelope: Envelope, prepared: bytes) -> Receipt | None:
        return None


class Credulous(BoxDeliverer):
    """Takes every doubt for a success."""

    async def probe(self, envelope: Envelope, prepared: bytes) -> Receipt | None:
        return RECEIPT


class Trusting(BoxDeliverer):
    """Takes any 2xx for an answer of the service."""

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:
        answer = await self.http.post("box", content_type="application/json", content=[prepared], changes=True)
        return RECEIPT if answer.status < 300 else await super().send(envelope, prepared)


class Hasty(BoxDeliverer):
    """Takes any other answer for a refusal."""

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:
        answer = await self.http.post("box", content_type="application/json", content=[prepared], changes=True)
        if read(answer.body).get("id") != envelope.document_id:
            raise ServiceRejected("box", service_code=str(answer.status))
        return RECEIPT


class Forgetful(BoxDeliverer):
    """Takes an answer to its question that it cannot read for "not there"."""

    async def probe(self, envelope: Envelope, prepared: bytes) -> Receipt | None:
        said = read((await self.http.get(f"box/{envelope.document_id}")).body)
        return RECEIPT if said.get("id") == envelope.document_id else None


class Renaming(BoxDeliverer):
    """Sends under a name of its own, which it keeps in memory only."""

    name = ""

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:
        self.name = str(uuid4())
        content = [msgspec.json.encode({"id": self.name})]
        await self.http.post("box", content_type="application/json", content=content, changes=True)
        return RECEIPT

    async def probe(self, envelope: Envelope, prepared: bytes) -> Receipt | None:
        said = read((await self.http.get(f"box/{self.name or envelope.document_id}")).body)
        return RECEIPT if said.get("id") == self.name else None


class Chatty(BoxDeliverer):
    """Logs the document."""

    async def prepare(self, envelope: Envelope) -> bytes:
        self.context.log.warning("sending %s", envelope.document.decode())
        return await super().prepare(envelope)


class Careless(BoxDeliverer):
    """Repeats what it received in an error."""

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:
        answer = await self.http.post("box", content_type="application/json", content=[prepared], changes=True)
        if answer.status != 201:
            raise ServiceRejected("box", service_code=answer.body.decode()[:400])
        return RECEIPT


class Secretive(BoxDeliverer):
    """Raises a code that nobody was told of."""

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:
        class Odd(ServiceRejected):
            code = "box.odd"

        raise Odd("box")


def with_deliverer(deliverer: type[BoxDeliverer]) -> BoxPlugin:
    plugin = BoxPlugin()
    plugin.deliverer = deliverer
    return plugin


class SlowToRegister(BoxPlugin):
    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        time.sleep(0.3)
        super().caducee_register(registrar)


class OffersMore(BoxPlugin):
    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        super().caducee_register(registrar)
        registrar.service(COUNTER, self.open)  # type: ignore[arg-type]


class SlowToStop(BoxPlugin):
    @asynccontextmanager
    async def open(self, context: PluginContext) -> AsyncIterator[BoxDeliverer]:
        async with super().open(context) as deliverer:
            yield deliverer
        await anyio.sleep(30)


class TakesAll(BoxPlugin):
    @hookimpl
    def caducee_route(self, facts: Facts) -> list[Route]:
        return [Route(destination=d) for d in facts.destinations]


class Mute(BoxPlugin):
    explanation = None


class Vague(BoxPlugin):
    explanation = Explanation("Une erreur est survenue.", "Appelez-nous.")


class Helpless(BoxPlugin):
    explanation = Explanation("La boîte est pleine.", " ")


OUTAGE = DestinationContract.test_after_each_outage_the_document_is_there_once
QUESTION = DestinationContract.test_a_question_without_an_answer_settles_nothing
ASKED = DestinationContract.test_after_a_lost_answer_the_service_is_asked_before_anything_is_sent_again
ONCE = DestinationContract.test_a_document_is_delivered_once_with_a_receipt
CUT = DestinationContract.test_it_survives_a_cancel_at_every_await_of_a_delivery
CODES = PluginContract.test_each_of_its_codes_is_explained_in_french


@pytest.mark.parametrize(
    ("plugin", "test", "arguments", "sentence"),
    [
        (with_deliverer(Blind), ASKED, (), "does not come from a probe"),
        (with_deliverer(Blind), QUESTION, (Outage.HTML,), "sent again although nobody had said"),
        (with_deliverer(Credulous), OUTAGE, (Outage.DROPPED,), "the service holds 0"),
        (with_deliverer(Trusting), OUTAGE, (Outage.HTML,), "expected first"),
        (with_deliverer(Hasty), OUTAGE, (Outage.ERROR_500,), "rejected"),
        (with_deliverer(Forgetful), QUESTION, (Outage.ERROR_500,), "sent again although nobody had said"),
        (with_deliverer(Renaming), CUT, (), "holds it 2 times"),
        (with_deliverer(Chatty), ONCE, (), "leaked: .*NESSI-CANARI"),
        (with_deliverer(Careless), OUTAGE, (Outage.ERROR_500,), "NESSI-CANARI|rejected"),
        (with_deliverer(Secretive), OUTAGE, (Outage.DUPLICATE,), "box.odd is not declared"),
        (SlowToRegister(), PluginContract.test_it_registers_within_the_deadline_of_a_hook, (), "caducee_register took"),
        (OffersMore(), PluginContract.test_what_it_offers_is_what_is_tried, (), "services registered"),
        (SlowToStop(), PluginContract.test_it_starts_and_stops_in_time, (), "to stop"),
        (TakesAll(), DestinationContract.test_the_destinations_of_others_are_left_to_them, (), "not its own"),
        (Mute(), CODES, (), "box.full is not explained"),
        (Vague(), CODES, (), "default sentence"),
        (Helpless(), CODES, (), "empty remedy"),
    ],
)
async def test_what_is_wrong_with_a_plugin_is_named(
    plugin: object, test: Any, arguments: tuple[Any, ...], sentence: str, tmp_path: Path
) -> None:
    refused = pytest.raises(AssertionError, match=sentence)
    with refused, Bench.opened(box_subject(plugin), tmp_path / "practice") as bench:
        await test(TestBox(), bench, *arguments)


class Raw(Counter):
    """Lets the error of a library through."""

    async def count(self) -> int:
        answer = await self._http.get("count")
        return int(answer.body.decode().partition(":")[2].rstrip("}"))


class Patient(Counter):
    """Waits for ever."""

    async def count(self) -> int:
        try:
            return await super().count()
        except Exception:
            await anyio.sleep_forever()
        return 0


class LosesState(CounterPlugin):
    def upgrade(self, place: str, value: bytes) -> bytes:
        return b""


def with_counter(counter: type[Counter]) -> CounterPlugin:
    plugin = CounterPlugin()
    plugin.counter = counter
    return plugin


FAILED_CALL = ServiceContract.test_each_outage_is_an_error_that_the_desk_understands
UPGRADE = StateContract.test_what_an_earlier_version_wrote_is_still_there_after_the_upgrade


@pytest.mark.parametrize(
    ("plugin", "test", "arguments", "error"),
    [
        (with_counter(Raw), FAILED_CALL, (Outage.HTML,), ValueError),
        (with_counter(Patient), FAILED_CALL, (Outage.LOST,), AssertionError),
        (LosesState(), UPGRADE, (), AssertionError),
    ],
)
async def test_what_is_wrong_with_a_service_fails_its_test(
    plugin: CounterPlugin, test: Any, arguments: tuple[Any, ...], error: type[Exception], tmp_path: Path
) -> None:
    with pytest.raises(error), Bench.opened(counter_subject(plugin), tmp_path / "practice") as bench:
        await test(TestCounter(), bench, *arguments)


async def test_an_offer_without_its_contract_fails_the_suite(tmp_path: Path) -> None:
    class Forgotten(ServiceContract):
        def subject(self) -> Subject:
            return counter_subject(CounterPlugin())

    missing = pytest.raises(AssertionError, match="StateContract")
    with missing, Bench.opened(Forgotten().subject(), tmp_path / "practice") as bench:
        await Forgotten().test_what_it_offers_is_what_is_tried(bench)


async def test_the_suite_leaves_the_host_s_logging_as_it_was(tmp_path: Path) -> None:
    before = [(logger.level, list(logger.handlers)) for logger in (logging.getLogger(), logging.getLogger("caducee"))]
    with Bench.opened(box_subject(BoxPlugin()), tmp_path / "practice"):
        pass
    after = [(logger.level, list(logger.handlers)) for logger in (logging.getLogger(), logging.getLogger("caducee"))]
    assert before == after


def test_the_reference_says_what_each_failure_may_leave() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "contract-suite.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (?:no|yes|twice) \| (.*) \|$", page, re.MULTILINE))
    told = {failure: set(re.findall(r"`(\w+)`", states)) for failure, states in rows.items()}
    assert told == {str(outage): {str(state) for state in states} for outage, states in FIRST_STATES.items()}
