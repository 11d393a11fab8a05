"""A service that a test scripts, and its ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import anyio

from caducee.contracts.delivery import Deliverer, Envelope, Receipt
from caducee.errors import NotReady

Step = BaseException | str | None


class ScriptedService:
    """Holds documents by identifier. Each list says, call after call, what goes wrong; nothing when it is empty.

    An exception is raised before anything happens; ``lost`` commits and then loses the answer by raising ``loss``;
    ``hang`` commits and never answers; ``swallow`` does nothing, never answers, and says that all is well when it is
    cancelled.
    """

    def __init__(self, loss: Exception | None = None) -> None:
        self.loss = loss
        self.on_prepare: list[Step] = []
        self.on_send: list[Step] = []
        self.on_probe: list[Step] = []
        self.calls: list[str] = []
        self.held: dict[str, bytes] = {}
        self.sent: list[bytes] = []
        self.arrivals: Counter[str] = Counter()
        self.ready = True
        self.hanging = anyio.Event()

    @asynccontextmanager
    async def entered(self) -> AsyncIterator[Deliverer]:
        if not self.ready:
            raise NotReady("scripted", "waiting")
        yield self

    async def prepare(self, envelope: Envelope) -> bytes:
        self.calls.append(f"prepare {envelope.document_id}")
        await self._play(self.on_prepare)
        return f"signature {len(self.calls)} of {envelope.document_id}".encode()

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:
        self.calls.append(f"send {envelope.document_id}")
        self.sent.append(prepared)
        step = self.on_send.pop(0) if self.on_send else None
        if isinstance(step, BaseException):
            raise step
        if step == "swallow":
            with suppress(anyio.get_cancelled_exc_class()):
                await anyio.sleep_forever()
            return Receipt(service="scripted", at="20261125083001")
        self.held[envelope.document_id] = envelope.sha256
        self.arrivals[envelope.document_id] += 1
        if step == "lost" and self.loss is not None:
            raise self.loss
        if step == "hang":
            self.hanging.set()
            await anyio.sleep_forever()
        return Receipt(service="scripted", at="20261125083001")

    async def probe(self, envelope: Envelope, prepared: bytes) -> Receipt | None:
        self.calls.append(f"probe {envelope.document_id}")
        await self._play(self.on_probe)
        if self.held.get(envelope.document_id) != envelope.sha256:
            return None
        return Receipt(service="scripted", at="20261125083002")

    async def _play(self, script: list[Step]) -> None:
        step = script.pop(0) if script else None
        if isinstance(step, BaseException):
            raise step
        if step == "hang":
            self.hanging.set()
            await anyio.sleep_forever()
