"""A life of the inbox and of a stream: receives, keeps count, and files in a file that outlives every life."""

from __future__ import annotations

import os
import random
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import anyio
from supervisor import acknowledge

from caducee.clock import SystemClock
from caducee.contracts.inbox import InboxItem, InboxState
from caducee.contracts.state import Received
from caducee.events import Bell
from caducee.inbox import DeskInbox, desk
from caducee.model.practice import Actor
from caducee.outbox.contract import Store
from caducee.outbox.stores.sqlite import open_store
from caducee.plugins.state import PluginState

KEY = bytes(32)
FILED = "filed.log"


async def live(folder: Path, *, finish: bool) -> None:
    """Receive and file until killed, or file what is left."""
    random.seed()
    desk.LEASE = timedelta(milliseconds=200)
    clock = SystemClock()
    async with open_store(folder / "data", tenant="cabinet", key=KEY, clock=clock) as store:
        inbox = DeskInbox(store, clock=clock, bell=Bell(), pace=100)
        async with anyio.create_task_group() as group:
            group.start_soon(partial(inbox.serve, acting=Actor.automaton("lgc")), _filer(folder))
            if finish:
                await _all_filed(store)
                group.cancel_scope.cancel()
            while not finish:
                await _receive(store, folder)
                await anyio.sleep(random.uniform(0, 0.01))


async def _receive(store: Store, folder: Path) -> None:
    """What a service gives twice is kept once; each one is counted in a stream, in the same transaction."""
    name = str(uuid4())
    state = PluginState(store, "mss")
    entries = await state.read("count", after=0, limit=100_000)
    async with state.transaction() as tx:
        await tx.receive(Received(key=name, kind="mail", content=name.encode()))
        await tx.receive(Received(key=name, kind="mail", content=b"again"))
        await tx.append("count", name.encode(), expected=len(entries))
    acknowledge(folder, name)


def _filer(folder: Path):
    async def file(item: InboxItem) -> None:
        await anyio.sleep(random.uniform(0, 0.003))
        descriptor = os.open(folder / FILED, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(descriptor, f"{item.item_id} {item.key} {item.content.decode()}\n".encode())
        os.close(descriptor)
        await anyio.sleep(random.uniform(0, 0.003))
        if random.random() < 0.05:
            raise ValueError

    return file


async def _all_filed(store: Store) -> None:
    open_states = frozenset({InboxState.WAITING, InboxState.TAKEN})
    while await store.items(open_states, limit=1):
        await anyio.sleep(0.02)
