"""A record that hides, a patient's mailbox, a colleague; what each received is in a file that outlives the process."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import ClassVar, Literal

import anyio
import msgspec

from caducee.contracts.delivery import Deliverer, Envelope, Receipt
from caducee.contracts.plugin import PluginContext, Registrar
from caducee.errors import ConnectFailed
from caducee.hooks import Facts, Route, UntilTold, hookimpl
from caducee.model.destination import Destination
from caducee.model.document import Document
from caducee.sharing.opposition import Scope


class Record(Destination, frozen=True):
    kind: ClassVar[str] = "record"
    stopped_by: ClassVar[str] = Scope.FEED
    step: Literal["feed", "hidden", "show"] = "feed"


class Mailbox(Destination, frozen=True):
    kind: ClassVar[str] = "mailbox"
    stopped_by: ClassVar[str] = Scope.PATIENT_MAIL


class Colleague(Destination, frozen=True):
    kind: ClassVar[str] = "colleague"


KINDS = (Record, Mailbox, Colleague)


class Ledger:
    """One line for each thing that arrived, durable before it is answered."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def lines(self) -> list[str]:
        if not self.path.exists():
            return []
        return [json.loads(line) for line in self.path.read_text().splitlines()]

    def write(self, line: str) -> None:
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())


class _Receiving:
    def __init__(self, places: Places) -> None:
        self._places = places

    async def prepare(self, envelope: Envelope) -> bytes:
        return b"ready"

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:
        if envelope.kind in self._places.down:
            raise ConnectFailed("place", "down")
        await anyio.sleep(self._places.slow)
        self._places.ledger.write(what(envelope))
        await anyio.sleep(self._places.slow)
        return Receipt(service=envelope.kind, at="")

    async def probe(self, envelope: Envelope, prepared: bytes) -> Receipt | None:
        arrived = what(envelope) in self._places.ledger.lines()
        return Receipt(service=envelope.kind, at="") if arrived else None


def what(envelope: Envelope) -> str:
    step = msgspec.json.decode(envelope.destination).get("step", "") if envelope.kind == Record.kind else ""
    return f"{envelope.kind} {step}".strip()


class Places:
    """A plugin that serves all three. ``down`` are kinds that do not answer; ``slow`` is in seconds."""

    def __init__(self, folder: Path, *, slow: float = 0.0) -> None:
        self.ledger = Ledger(folder / "arrived.jsonl")
        self.down: set[str] = set()
        self.slow = slow

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        @asynccontextmanager
        async def receives(context: PluginContext) -> AsyncIterator[Deliverer]:
            yield _Receiving(self)

        for kind in KINDS:
            registrar.destination(kind, receives)

    @hookimpl
    def caducee_route(self, document: Document, facts: Facts) -> list[Route]:
        return [_route(one) for one in facts.destinations if isinstance(one, KINDS)]


def _route(one: Destination) -> Route:
    hides = UntilTold(hidden=Record("hidden"), shown=Record("show")) if isinstance(one, Record) else None
    theirs = isinstance(one, Record | Mailbox)
    return Route(destination=one, needs_qualified_ins=theirs, waits_for_announcement=theirs, until_told=hides)
