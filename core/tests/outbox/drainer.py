"""A process that publishes and drains beside others: ``python drainer.py FOLDER NAME COUNT``.

Prints one line for each delivery that it settled.
"""

from __future__ import annotations

import sys
from pathlib import Path

import anyio

from caducee.clock import SystemClock
from caducee.contracts.delivery import Receipt
from caducee.errors import DrainedElsewhere
from caducee.outbox.contract import DeliveryState, Store
from caducee.outbox.stores.sqlite import open_store
from publications import KEY, publication, publish

_IDLE_LOOKS = 40


async def main(folder: Path, name: str, count: int) -> None:
    """Publish all, and drain whenever nobody else does, until nothing is left to drain."""
    opened = open_store(folder, tenant="cabinet", key=KEY, clock=SystemClock())
    async with opened as store, anyio.create_task_group() as group:
        group.start_soon(_drain, store)
        for number in range(count):
            await publish(store, publication(f"{name}-{number}"))


async def _drain(store: Store) -> None:
    idle = 0
    while idle < _IDLE_LOOKS:
        try:
            async with store.drain():
                settled = await _settle_some(store)
        except DrainedElsewhere:
            settled = 0
        idle = 0 if settled else idle + 1
        await anyio.sleep(0.01)


async def _settle_some(store: Store) -> int:
    settled = 0
    while settled < 20:
        leased = await store.lease("dmp", SystemClock().now())
        if leased is None:
            break
        await store.begin_send(leased)
        print(leased.envelope.document_id, flush=True)
        await store.settle(leased, DeliveryState.DELIVERED, receipt=Receipt(service="dmp", at=""))
        settled += 1
    return settled


if __name__ == "__main__":
    anyio.run(main, Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
