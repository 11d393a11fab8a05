"""A service whose calls last, and a plugin that dies while it is used."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio

from caducee.contracts.plugin import PluginContext
from caducee.services import ServiceKey


class Patient:
    def __init__(self) -> None:
        self._called = anyio.Event()

    @classmethod
    @asynccontextmanager
    async def served(cls, context: PluginContext) -> AsyncIterator[Patient]:
        yield cls()

    async def wait_for_ever(self) -> None:
        self._called.set()
        await anyio.sleep_forever()

    async def wait_until_called(self) -> None:
        await self._called.wait()


PATIENT: ServiceKey[Patient] = ServiceKey("patient")


@asynccontextmanager
async def dying(context: PluginContext) -> AsyncIterator[Patient]:
    service = Patient()

    async def die() -> None:
        await service.wait_until_called()
        raise ValueError

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(die)
        yield service
