"""A practice on disk for the commands: a configuration, a store key, a published letter."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio

from caducee.assembly import open_store
from caducee.config import load_config
from caducee.contracts.inbox import InboxState
from caducee.contracts.state import Received
from caducee.outbox.contract import AuditEntry, DeliveryState, NewDelivery, NewDocument

CONFIG = """\
[kernel]
environment = "sandbox"
data_dir = "data"
tenant = "cabinet"
plugins = []
store_key = { file = "store.key" }

[documents]
oid_root = "1.2.250.1.999.1"
"""


def set_up(folder: Path) -> Path:
    """Write the configuration and its key; return the path of the first."""
    key = folder / "store.key"
    key.write_bytes(base64.b64encode(bytes(32)))
    key.chmod(0o600)
    file = folder / "caducee.toml"
    file.write_text(CONFIG, encoding="utf-8")
    return file


def in_store(config: Path, work: Callable[[Any], Any]) -> Any:
    """Run something on the practice's store."""

    async def run() -> Any:
        async with open_store(load_config(config)) as store:
            return await work(store)

    return anyio.run(run)


def publish(config: Path, *, state: DeliveryState = DeliveryState.BLOCKED, why: str = "operator") -> str:
    """Store a letter with one delivery; return the delivery's identifier."""
    delivery = NewDelivery(delivery_id="d-1", kind="box", reference="-", destination=b"{}", state=state, why=why)
    document = NewDocument(
        document_id="1.2.250.1.999.1.1",
        idempotency_key="L1",
        content_hash=b"h",
        local_id="P1",
        author="roux",
        series="1.2.250.1.999.1.2",
        set_id="1.2.250.1.999.1.3",
        signature_id="1.2.250.1.999.1.4",
        submission_time=datetime.now(UTC).strftime("%Y%m%d%H%M%S"),
        model=b"{}",
        document=b"<x/>",
        sha1=b"1" * 20,
        sha256=b"2" * 32,
        entry=b"{}",
        deliveries=(delivery,),
    )

    async def work(store: Any) -> None:
        async with store.transaction() as tx:
            await tx.add_document(document)
            await tx.audit(AuditEntry(action="publish", actor="secretary:x", subject="P1"))

    in_store(config, work)
    return delivery.delivery_id


def set_aside(config: Path, subject: str) -> str:
    """Receive an item and set it aside; return its identifier."""

    async def work(store: Any) -> str:
        async with store.transaction() as tx:
            await tx.receive("mss", Received(key="k1", kind="mail", content=subject.encode(), subject=subject))
        item = await store.take_item((), until=datetime.now(UTC))
        await store.end_item(item, InboxState.ASIDE, reason="ValueError")
        return str(item.item_id)

    return str(in_store(config, work))
