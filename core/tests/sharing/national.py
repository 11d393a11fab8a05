"""Destinations of the national kinds that accept or refuse at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

from caducee.contracts.delivery import Deliverer, Envelope, Receipt
from caducee.contracts.plugin import PluginContext, Registrar
from caducee.errors import ServiceRejected
from caducee.hooks import Facts, Route, hookimpl
from caducee.model.destination import Destination
from caducee.model.document import Document
from caducee.sharing.opposition import Scope


class SharedRecord(Destination, frozen=True):
    kind: ClassVar[str] = "dmp"
    stopped_by: ClassVar[str] = Scope.FEED


class Correspondents(Destination, frozen=True):
    kind: ClassVar[str] = "mss"


class Mail(Destination, frozen=True):
    kind: ClassVar[str] = "patient_mail"
    stopped_by: ClassVar[str] = Scope.PATIENT_MAIL


KINDS = (SharedRecord, Correspondents, Mail)


class National:
    """A plugin that serves all three; ``refused`` are kinds that say no."""

    def __init__(self) -> None:
        self.refused: set[str] = set()

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        @asynccontextmanager
        async def answers(context: PluginContext) -> AsyncIterator[Deliverer]:
            yield _Answers(self)

        for kind in KINDS:
            registrar.destination(kind, answers)

    @hookimpl
    def caducee_route(self, document: Document, facts: Facts) -> list[Route]:
        return [
            Route(destination=one, waits_for_announcement=not isinstance(one, Correspondents))
            for one in facts.destinations
            if isinstance(one, KINDS)
        ]


class _Answers:
    def __init__(self, national: National) -> None:
        self._national = national

    async def prepare(self, envelope: Envelope) -> bytes:
        return b"ready"

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:
        if envelope.kind in self._national.refused:
            raise ServiceRejected(envelope.kind, "no", service_code="NO")
        return Receipt(service=envelope.kind, at="")

    async def probe(self, envelope: Envelope, prepared: bytes) -> Receipt | None:
        return None
