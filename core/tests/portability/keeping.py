"""A plugin that receives: it keeps documents, an item of the inbox, and gives them with the record."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from caducee.contracts.plugin import PluginContext, Registrar
from caducee.contracts.portability import KeptDocument, KeptRecord, RecordKeeper, keeper_of
from caducee.contracts.state import Received, State, StateSpec
from caducee.errors import RecordUnreadable
from caducee.hooks import hookimpl

_KEPT = "kept"


class ShelfKeeper:
    def __init__(self, state: State) -> None:
        self._state = state

    async def give(self, local_id: str) -> KeptRecord:
        kept = await self._state.get(_KEPT, local_id)
        return KeptRecord() if kept is None else msgspec.json.decode(kept, type=KeptRecord)

    async def take(self, local_id: str, kept: KeptRecord) -> None:
        if kept.state == "later":
            raise RecordUnreadable("a later shelf")
        async with self._state.transaction() as tx:
            await tx.put(_KEPT, local_id, msgspec.json.encode(kept))


class Shelf:
    """A plugin that has received ``documents`` about the patient ``P1``, and one item."""

    def __init__(self, *documents: KeptDocument) -> None:
        self._documents = documents

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        registrar.state(StateSpec())
        registrar.service(keeper_of("shelf"), self._open)

    @asynccontextmanager
    async def _open(self, context: PluginContext) -> AsyncIterator[RecordKeeper]:
        keeper = ShelfKeeper(context.state)
        if self._documents:
            await keeper.take("P1", KeptRecord(documents=self._documents, state="3"))
            async with context.state.transaction() as tx:
                await tx.receive(Received(key="m1", kind="mail", content=b"a mail", subject="P1"))
                await tx.receive(Received(key="m2", kind="mail", content=b"of another", subject="P2"))
        yield keeper
