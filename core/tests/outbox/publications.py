"""Invented publications, and a clock that the test moves."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import anyio

from caducee.outbox.contract import DeliveryState, NewDelivery, NewDocument, Store
from caducee.outbox.stores.sqlite import open_store
from caducee.testing.clock import MovingClock

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
START = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
CANARY = "NESSI-TEST-CANARY"


class ManualClock(MovingClock):
    """Stands still until it is moved, also until something holds."""

    def __init__(self) -> None:
        super().__init__(START)

    async def until(self, holds: Callable[[], Awaitable[bool]], *, step: float = 1.0) -> None:
        """Move in steps until something holds."""
        with anyio.fail_after(20):
            while not await holds():
                await self.advance(step)
                await anyio.sleep(0.002)


def delivery(
    name: str, *, kind: str = "dmp", reference: str = "-", state: DeliveryState = DeliveryState.PENDING, why: str = ""
) -> NewDelivery:
    return NewDelivery(
        delivery_id=name,
        kind=kind,
        reference=reference,
        destination=f'{{"to":"{CANARY}"}}'.encode(),
        state=state,
        why=why,
    )


def publication(
    name: str,
    *deliveries: NewDelivery,
    sealed: bool = True,
    local_id: str = f"IPP-{CANARY}",
    series: str = "",
    size: int = 200,
) -> NewDocument:
    body = f"<ClinicalDocument>{CANARY} {name}</ClinicalDocument>".encode().ljust(size, b" ")
    return NewDocument(
        document_id=name,
        idempotency_key=f"key of {name} {CANARY}",
        content_hash=hashlib.sha256(name.encode()).digest(),
        local_id=local_id,
        author="roux",
        series=series or f"series-{name}",
        set_id=f"set-{name}",
        signature_id=f"signature-{name}",
        submission_time="20261125083000",
        model=f'{{"patient":"{CANARY}"}}'.encode(),
        document=body if sealed else None,
        sha1=hashlib.sha1(body).digest() if sealed else None,
        sha256=hashlib.sha256(body).digest() if sealed else None,
        entry=f'{{"title":"{CANARY}"}}'.encode() if sealed else None,
        deliveries=deliveries or (delivery(f"{name}/dmp"),),
    )


async def publish(store: Store, *documents: NewDocument) -> None:
    for document in documents:
        async with store.transaction() as tx:
            await tx.add_document(document)


@asynccontextmanager
async def opened(
    folder: Path, clock: ManualClock, *, tenant: str = "cabinet", key: bytes = KEY
) -> AsyncIterator[Store]:
    async with open_store(folder, tenant=tenant, key=key, clock=clock) as store:
        yield store
