"""A process that receives and files beside others: ``python filer.py FOLDER NAME COUNT``.

Prints one line for each item that it filed.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import anyio

from caducee.clock import SystemClock
from caducee.contracts.inbox import InboxState
from caducee.contracts.state import Received
from caducee.outbox.contract import Store
from caducee.outbox.stores.sqlite import open_store
from publications import KEY

_OPEN = frozenset({InboxState.WAITING, InboxState.TAKEN})


async def main(folder: Path, name: str, count: int) -> None:
    """Receive all, each one twice and counted in a stream, and file whatever waits until nothing does."""
    opened = open_store(folder, tenant="cabinet", key=KEY, clock=SystemClock())
    async with opened as store, anyio.create_task_group() as group:
        received = anyio.Event()
        group.start_soon(_file, store, received)
        for number in range(count):
            item = Received(key=f"{name}-{number}", kind="mail", content=b"x")
            async with store.transaction() as tx:
                await tx.receive("mss", item)
                await tx.receive("mss", item)
                await tx.append("mss", "count", item.key.encode())
        received.set()


async def _file(store: Store, received: anyio.Event) -> None:
    while True:
        last = received.is_set()
        item = await store.take_item((), until=SystemClock().now() + timedelta(minutes=2))
        if item is not None:
            print(item.key, flush=True)
            await store.end_item(item, InboxState.FILED)
        elif last and not await store.items(_OPEN, limit=1):
            return
        else:
            await anyio.sleep(0.01)


if __name__ == "__main__":
    anyio.run(main, Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
