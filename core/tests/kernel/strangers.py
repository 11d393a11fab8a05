"""Plugins as strangers write them, good and bad, and a letter."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import anyio

from caducee.contracts.delivery import Envelope, Receipt
from caducee.contracts.plugin import PluginContext, Registrar
from caducee.contracts.state import StateSpec
from caducee.hooks import Facts, Route, hookimpl
from caducee.model.destination import Destination
from caducee.model.document import CONSULTATION_REPORT, Document, PdfBody
from caducee.model.identity import Sex, Traits
from caducee.model.patient import Patient
from caducee.services import ServiceKey


class Box(Destination, frozen=True):
    """Where the tests' letters go."""

    kind: ClassVar[str] = "box"


class Greeter:
    def greet(self) -> str:
        return "bonjour"


GREETER: ServiceKey[Greeter] = ServiceKey("greeter")
Factory = Callable[[PluginContext], Any]


@asynccontextmanager
async def good(context: PluginContext) -> AsyncIterator[Greeter]:
    yield Greeter()


class Offering:
    """A plugin that offers one service with the factory given."""

    def __init__(self, factory: Factory = good, key: ServiceKey[Any] = GREETER) -> None:
        self._factory = factory
        self._key = key

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        registrar.state(StateSpec())
        registrar.service(self._key, self._factory)


class BoxDeliverer:
    def __init__(self, received: list[str]) -> None:
        self._received = received

    async def prepare(self, envelope: Envelope) -> bytes:
        return b"ready"

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:
        self._received.append(envelope.document_id)
        return Receipt(service="box", at="20260105080000")

    async def probe(self, envelope: Envelope, prepared: bytes) -> Receipt | None:
        return None


class BoxPlugin:
    """Serves ``Box`` and keeps what it received."""

    def __init__(self) -> None:
        self.received: list[str] = []

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        registrar.destination(Box, self._open)

    @hookimpl
    def caducee_route(self, document: Document, facts: Facts) -> list[Route]:
        return [Route(destination=d) for d in facts.destinations if isinstance(d, Box)]

    @asynccontextmanager
    async def _open(self, context: PluginContext) -> AsyncIterator[BoxDeliverer]:
        yield BoxDeliverer(self.received)


def a_letter(local_id: str = "L1") -> Document:
    traits = Traits(birth_name="NESSI-TEST", given_names=("JEANNE",), sex=Sex.FEMALE, birth_date="1975-03-12")
    return Document(
        local_id=local_id,
        patient=Patient(local_id="P1", traits=traits),
        author="roux",
        type=CONSULTATION_REPORT,
        title="Compte rendu",
        body=PdfBody(b"%PDF-1.4"),
        created="20260105080000+0100",
        service_start="20260105080000+0100",
    )


async def until(holds: Callable[[], bool], seconds: float = 5.0) -> None:
    with anyio.fail_after(seconds):
        while not holds():
            await anyio.sleep(0.005)
