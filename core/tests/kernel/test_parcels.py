"""What is not a document leaves by the outbox all the same: once, and with the same doubts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import ClassVar

import anyio
import pytest

from caducee.contracts.delivery import Deliverer, Envelope, Receipt
from caducee.contracts.plugin import PluginContext, Registrar
from caducee.contracts.state import Parcel, StateSpec
from caducee.errors import IdempotencyConflict, OutcomeUnknown
from caducee.hooks import hookimpl
from caducee.kernel import Kernel
from caducee.model.destination import Destination
from caducee.outbox.policy import Policy
from caducee.services import ServiceKey
from caducee.testing import kernel_for

pytestmark = pytest.mark.anyio
SENDER: ServiceKey[PluginContext] = ServiceKey("sender")


class Concentrator(Destination, frozen=True):
    kind: ClassVar[str] = "concentrator"


class Sender:
    """Hands parcels over, and delivers them; the first answer may be lost."""

    def __init__(self, *, lost: int = 0) -> None:
        self.held: dict[str, bytes] = {}
        self.sends = 0
        self._lost = lost

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        registrar.state(StateSpec())
        registrar.service(SENDER, self._open)
        registrar.destination(Concentrator, self._deliver)

    @asynccontextmanager
    async def _open(self, context: PluginContext) -> AsyncIterator[PluginContext]:
        yield context

    @asynccontextmanager
    async def _deliver(self, context: PluginContext) -> AsyncIterator[Deliverer]:
        yield self

    async def prepare(self, envelope: Envelope) -> bytes:
        return b""

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:
        self.sends += 1
        self.held[envelope.document_id] = envelope.document
        if self._lost:
            self._lost -= 1
            raise OutcomeUnknown("concentrator", "the answer was lost")
        return Receipt(service="concentrator", at="")

    async def probe(self, envelope: Envelope, prepared: bytes) -> Receipt | None:
        return Receipt(service="concentrator", at="") if envelope.document_id in self.held else None


def parcel(key: str = "lot-1", payload: bytes = b"B2") -> Parcel:
    return Parcel(key=key, kind="concentrator", payload=payload, series="destination 1")


async def hand_over(context: PluginContext, *parcels: Parcel) -> None:
    async with context.state.transaction() as tx:
        for one in parcels:
            await tx.deliver(one)
        await tx.append("ledger", b"sent")


async def settled(kernel: Kernel, count: int) -> None:
    with anyio.fail_after(10):
        while [str(row.state) for row in await kernel._store.deliveries()] != ["delivered"] * count:
            kernel.wake()
            await anyio.sleep(0.01)


async def test_a_parcel_leaves_with_the_rest_of_its_transaction(tmp_path: Path) -> None:
    sender = Sender()
    async with kernel_for({"tp": sender}, folder=tmp_path) as kernel, kernel.use(SENDER) as context:
        await hand_over(context, parcel(), parcel("lot-2", b"B2 again"))
        await settled(kernel, 2)
        assert sorted(sender.held.values()) == [b"B2", b"B2 again"]
        assert [entry.value for entry in await context.state.read("ledger")] == [b"sent"]


async def test_the_same_parcel_twice_is_sent_once(tmp_path: Path) -> None:
    sender = Sender()
    async with kernel_for({"tp": sender}, folder=tmp_path) as kernel, kernel.use(SENDER) as context:
        await hand_over(context, parcel())
        await hand_over(context, parcel())
        await settled(kernel, 1)
    assert sender.sends == 1


async def test_the_same_key_with_another_payload_keeps_nothing(tmp_path: Path) -> None:
    async with kernel_for({"tp": Sender()}, folder=tmp_path) as kernel, kernel.use(SENDER) as context:
        await hand_over(context, parcel())
        with pytest.raises(IdempotencyConflict):
            await hand_over(context, parcel(payload=b"other"))
        assert len(await context.state.read("ledger")) == 1


async def test_a_lost_answer_is_asked_about_and_the_parcel_is_sent_once(tmp_path: Path) -> None:
    sender = Sender(lost=1)
    policy = Policy(delays=(0.01,))
    async with kernel_for({"tp": sender}, folder=tmp_path, policy=policy) as kernel, kernel.use(SENDER) as context:
        await hand_over(context, parcel())
        await settled(kernel, 1)
    assert sender.sends == 1
