"""Writes the store that later versions must still open: ``python first_store.py VERSION``.

Run once for each released version of the schema, by that version; the fixture then never changes.
"""

from __future__ import annotations

import gzip
import sys
import tempfile
from pathlib import Path

import anyio

FIXTURES = Path(__file__).parent / "fixtures"


async def write(folder: Path) -> None:
    """Fill a store with one publication of each kind of fate."""
    from caducee.contracts.delivery import Receipt
    from caducee.outbox.contract import AuditEntry, DeliveryState
    from publications import ManualClock, delivery, opened, publication, publish

    clock = ManualClock()
    async with opened(folder, clock) as store, store.drain():
        waiting = delivery("C/dmp", state=DeliveryState.BLOCKED, why="identity")
        await publish(store, publication("A"), publication("B"), publication("C", waiting, sealed=False, local_id="P3"))
        first = await store.lease("dmp", clock.now())
        assert first is not None
        await store.keep_prepared(first, b"signed")
        await store.begin_send(first)
        await store.settle(first, DeliveryState.DELIVERED, receipt=Receipt(service="dmp", at="20261125083001"))
        second = await store.lease("dmp", clock.now())
        assert second is not None
        await store.keep_prepared(second, b"signed too")
        await store.begin_send(second)
        async with store.transaction() as tx:
            await tx.put("insi", "answers", "key", b"value")
            await tx.audit(AuditEntry(action="insi.search", actor="doctor:roux", subject="P3"))


def main(version: str) -> None:
    """Write the fixture of this version of the schema."""
    with tempfile.TemporaryDirectory() as folder:
        anyio.run(write, Path(folder))
        content = (Path(folder) / "caducee.db").read_bytes()
    (FIXTURES / f"store-version-{version}.db.gz").write_bytes(gzip.compress(content, mtime=0))


if __name__ == "__main__":
    main(sys.argv[1])
