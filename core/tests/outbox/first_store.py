"""Writes the store that later versions must still open: ``python first_store.py VERSION``.

Run once for each released version of the schema, with the program of that version; the fixture then never changes.
"""

from __future__ import annotations

import gzip
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio

FIXTURES = Path(__file__).parent / "fixtures"


async def write(folder: Path, version: int) -> None:
    """Fill a store with publications of every fate, and with what later versions added."""
    from caducee.contracts.delivery import Receipt
    from caducee.outbox.contract import AuditEntry, DeliveryState
    from publications import ManualClock, delivery, opened, publication, publish

    clock = ManualClock()
    async with opened(folder, clock) as store, store.drain():
        waiting = delivery("C/dmp", state=DeliveryState.BLOCKED, why="identity")
        await publish(store, publication("A"), publication("B"), publication("C", waiting, sealed=False, local_id="P3"))
        first = await store.lease("dmp", clock.now())
        assert first is not None
        await store.begin_send(first, b"signed")
        await store.settle(first, DeliveryState.DELIVERED, receipt=Receipt(service="dmp", at="20261125083001"))
        second = await store.lease("dmp", clock.now())
        assert second is not None
        await store.begin_send(second, b"signed too")
        await _more_fates(store, clock)
        await publish(store, publication("B2", series="series-B"))
        async with store.transaction() as tx:
            await tx.put("insi", "answers", "key", b"value")
            await tx.audit(AuditEntry(action="insi.search", actor="doctor:roux", subject="P3"))
        if version >= 2:
            await _since_2(store, clock)
        if version >= 3:
            await _since_3(store, clock)


async def _more_fates(store: Any, clock: Any) -> None:
    from caducee.outbox.contract import DeliveryState
    from publications import publication, publish

    fates = (
        (DeliveryState.REJECTED, ""),
        (DeliveryState.UNKNOWN, ""),
        (DeliveryState.BLOCKED, "card"),
        (DeliveryState.NOT_APPLICABLE, "no_dmp"),
        (DeliveryState.PENDING, ""),
    )
    for state, why in fates:
        await publish(store, publication(f"{state}-{why}"))
        leased = await store.lease("dmp", clock.now())
        assert leased is not None
        await store.begin_send(leased, b"signed")
        due = clock.now() + timedelta(days=1) if state in (DeliveryState.PENDING, DeliveryState.UNKNOWN) else None
        await store.settle(leased, state, why=why, due=due, code="service.x", service_text="parti")
        await clock.advance(1)


async def _since_2(store: Any, clock: Any) -> None:
    from caducee.contracts.inbox import InboxState
    from caducee.contracts.state import Received

    async with store.transaction() as tx:
        await tx.put("mss", "threads", "t1", b"thread", index={"patient": "P3"})
        await tx.append("tp", "ledger", b"one")
        await tx.append("tp", "ledger", b"two")
        await tx.receive("mss", Received(key="<1@exemple>", kind="mail", content=b"first", subject="P3"))
        await tx.receive("mss", Received(key="<2@exemple>", kind="mail", content=b"second"))
    item = await store.take_item((), until=clock.now() + timedelta(minutes=1))
    await store.end_item(item, InboxState.FILED)


async def _since_3(store: Any, clock: Any) -> None:
    from caducee.contracts.state import StateSpec
    from caducee.outbox.contract import DeliveryState, Returned
    from publications import delivery, publication, publish

    await store.upgrade_state("mss", StateSpec(version=2, upgrades=(lambda place, value: value,)))
    for name in ("R", "R2"):
        mail = delivery(f"{name}/mss", kind="mss")
        await publish(store, publication(name, mail, series="series-R"))
    leased = await store.lease("mss", clock.now())
    await store.begin_send(leased)
    await store.settle(leased, DeliveryState.DELIVERED)
    async with store.transaction() as tx:
        await tx.returned("mss", "R/mss", Returned(why="operator", code="mss.returned"))


def main(version: str) -> None:
    """Write the fixture of this version of the schema."""
    with tempfile.TemporaryDirectory() as folder:
        anyio.run(write, Path(folder), int(version))
        content = (Path(folder) / "caducee.db").read_bytes()
    (FIXTURES / f"store-version-{version}.db.gz").write_bytes(gzip.compress(content, mtime=0))


if __name__ == "__main__":
    main(sys.argv[1])
