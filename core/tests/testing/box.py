"""A good plugin as a stranger writes it, with places to break it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import msgspec

from caducee.plugin_api import (
    Destination,
    Envelope,
    Explanation,
    Facts,
    HttpClient,
    Limits,
    OutcomeUnknown,
    PluginContext,
    ProtocolViolation,
    Receipt,
    Registrar,
    Route,
    ServiceKey,
    ServiceRejected,
    State,
    StateSpec,
    hookimpl,
)
from caducee.testing import Answer, Request, ScriptedService
from caducee.testing.contract import StateSample, Subject


class Box(Destination, frozen=True):
    kind: ClassVar[str] = "box"


class BoxConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    url: str


class BoxFull(ServiceRejected):
    code = "box.full"
    sentence = "La boîte est pleine."
    remedy = "Videz la boîte, puis publiez à nouveau."


class BoxDeliverer:
    def __init__(self, context: PluginContext, http: HttpClient) -> None:
        self.context = context
        self.http = http

    async def prepare(self, envelope: Envelope) -> bytes:
        return msgspec.json.encode({"id": envelope.document_id, "content": b64encode(envelope.document).decode()})

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:
        answer = await self.http.post("box", content_type="application/json", content=[prepared], changes=True)
        if answer.status in (201, 409) and read(answer.body).get("id") == envelope.document_id:
            return RECEIPT
        raise OutcomeUnknown("box", f"HTTP {answer.status}")

    async def probe(self, envelope: Envelope, prepared: bytes) -> Receipt | None:
        answer = await self.http.get(f"box/{envelope.document_id}")
        said = read(answer.body)
        if (answer.status, said.get("error")) == (404, "unknown"):
            return None
        if said.get("id") != envelope.document_id:
            raise ProtocolViolation("box", f"HTTP {answer.status}")
        return RECEIPT


RECEIPT = Receipt(service="box", at="20260105080000")


def read(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}


class BoxPlugin:
    """Serves ``Box`` with the deliverer given."""

    deliverer: type[BoxDeliverer] = BoxDeliverer
    explanation: Explanation | None = Explanation(BoxFull.sentence, BoxFull.remedy)

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        registrar.config(BoxConfig)
        registrar.destination(Box, self.open)

    @hookimpl
    def caducee_route(self, facts: Facts) -> list[Route]:
        return [Route(destination=d) for d in facts.destinations if isinstance(d, Box)]

    @hookimpl
    def caducee_explain(self, code: str) -> Explanation | None:
        return self.explanation if code == BoxFull.code else None

    @asynccontextmanager
    async def open(self, context: PluginContext) -> AsyncIterator[BoxDeliverer]:
        async with context.http(context.config.url) as http:
            yield self.deliverer(context, http)


class FakeBox:
    """Holds what is posted; says what it holds."""

    def __init__(self) -> None:
        self.held: dict[str, object] = {}

    def answer(self, request: Request) -> Answer:
        if request.method == "POST":
            posted = request.json()["id"]
            status = 409 if posted in self.held else 201
            self.held[posted] = request.json()
            return Answer.of_json({"id": posted}, status=status)
        asked = request.path.rpartition("/")[2]
        if asked not in self.held:
            return Answer.of_json({"error": "unknown"}, status=404)
        return Answer.of_json({"id": asked})


def box_subject(plugin: object, **changes: Any) -> Subject:
    box = FakeBox()
    subject = Subject(
        plugin=plugin,
        name="box",
        table=lambda url: {"url": url},
        codes=(BoxFull.code,),
        service=ScriptedService(box.answer, writes=lambda request: request.method == "POST"),
        destination=Box(),
        held=lambda: len(box.held),
        patience=1.0,
    )
    return msgspec.structs.replace(subject, **changes)


class Counter:
    """Asks the service how many it holds, and remembers the answer."""

    def __init__(self, context: PluginContext, http: HttpClient) -> None:
        self._context = context
        self._http = http

    async def count(self) -> int:
        number = read((await self._http.get("count")).body).get("count")
        if not isinstance(number, int):
            raise ProtocolViolation("counter", "no number")
        async with self._context.state.transaction() as tx:
            await tx.put("counts", "last", str(number).encode())
        return number


COUNTER = ServiceKey("counter")


class CounterPlugin:
    """Offers ``Counter``, at version 2 of its state: version 1 kept numbers in hexadecimal."""

    counter: type[Counter] = Counter

    def upgrade(self, place: str, value: bytes) -> bytes:
        return str(int(value, 16)).encode()

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        registrar.config(BoxConfig)
        registrar.state(StateSpec(version=2, upgrades=(self.upgrade,)))
        registrar.service(COUNTER, self.open)

    @asynccontextmanager
    async def open(self, context: PluginContext) -> AsyncIterator[Counter]:
        limits = Limits(answer=0.3, whole=0.5, largest_answer=100_000)
        async with context.http(context.config.url, limits=limits) as http:
            yield self.counter(context, http)


async def _write(state: State) -> None:
    async with state.transaction() as tx:
        await tx.put("counts", "last", b"ff")


async def _check(state: State) -> None:
    assert await state.get("counts", "last") == b"255"


def counter_subject(plugin: object) -> Subject:
    return Subject(
        plugin=plugin,
        name="counter",
        table=lambda url: {"url": url},
        codes=(),
        service=ScriptedService(lambda request: Answer.of_json({"count": 3}), writes=lambda request: False),
        services={COUNTER: lambda counter: counter.count()},
        state=StateSample(version=1, write=_write, check=_check),
        patience=1.0,
    )
