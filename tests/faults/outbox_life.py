"""A life of the outbox alone: publishes, and delivers to a service whose memory is a file."""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import anyio
from supervisor import acknowledge

from caducee.clock import SystemClock
from caducee.contracts.delivery import Deliverer, Envelope, Failure, Receipt, Verdict
from caducee.errors import OutcomeUnknown
from caducee.outbox.contract import FINAL, AuditEntry, DeliveryState, NewDelivery, NewDocument, Store
from caducee.outbox.policy import Policy
from caducee.outbox.stores.sqlite import open_store
from caducee.outbox.worker import Lane

KEY = bytes(32)
LEDGER = "ledger.log"


class LedgerService:
    """Holds what it was sent in a file that outlives every life; loses one answer in ten."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def prepare(self, envelope: Envelope) -> bytes:
        """Sign slowly, never twice the same."""
        await anyio.sleep(random.uniform(0, 0.002))
        return uuid4().bytes.hex().encode()

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:
        """Commit one line, with time to die before and after."""
        await anyio.sleep(random.uniform(0, 0.005))
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(descriptor, f"{envelope.document_id}\n".encode())
        os.close(descriptor)
        await anyio.sleep(random.uniform(0, 0.005))
        if random.random() < 0.1:
            raise OutcomeUnknown("ledger", "the answer was lost")
        return Receipt(service="ledger", at="")

    async def probe(self, envelope: Envelope, prepared: bytes) -> Receipt | None:
        """Look into the file."""
        await anyio.sleep(random.uniform(0, 0.002))
        held = self._path.read_text().split() if self._path.exists() else []
        return Receipt(service="ledger", at="") if envelope.document_id in held else None


async def live(folder: Path, *, finish: bool) -> None:
    """Publish and deliver until killed, or deliver what is left."""
    random.seed()
    clock = SystemClock()
    async with open_store(folder / "data", tenant="cabinet", key=KEY, clock=clock) as store, store.drain():
        lane = _lane(store, folder, clock)
        async with anyio.create_task_group() as group:
            group.start_soon(lane.run)
            if finish:
                await _all_settled(store)
                group.cancel_scope.cancel()
            while not finish:
                await _publish(store, folder)
                lane.wake()
                await anyio.sleep(random.uniform(0, 0.02))


def _lane(store: Store, folder: Path, clock: SystemClock) -> Lane:
    @asynccontextmanager
    async def service() -> AsyncIterator[Deliverer]:
        yield LedgerService(folder / LEDGER)

    async def no_verdict(_kind: str, _failure: Failure) -> Verdict | None:
        return None

    policy = Policy(delays=(0.01,))
    return Lane(store, "ledger", deliverer=service, classify=no_verdict, clock=clock, policy=policy)


async def _all_settled(store: Store) -> None:
    unfinished = frozenset(DeliveryState) - FINAL
    while await store.deliveries(states=unfinished, limit=1):
        await anyio.sleep(0.02)


async def _publish(store: Store, folder: Path) -> None:
    name, body = str(uuid4()), os.urandom(20_000)
    delivery = NewDelivery(
        delivery_id=name, kind="ledger", reference="-", destination=b"{}", state=DeliveryState.PENDING
    )
    document = NewDocument(
        document_id=name,
        idempotency_key=name,
        content_hash=hashlib.sha256(body).digest(),
        local_id="P1",
        author="roux",
        series=name,
        set_id=name,
        signature_id=name,
        submission_time="20261125083000",
        model=b"{}",
        document=body,
        sha1=hashlib.sha1(body).digest(),
        sha256=hashlib.sha256(body).digest(),
        entry=b"{}",
        deliveries=(delivery,),
    )
    async with store.transaction() as tx:
        await tx.add_document(document)
        await tx.audit(AuditEntry(action="publish", actor="doctor:roux", subject="P1", detail=name))
    acknowledge(folder, name)
