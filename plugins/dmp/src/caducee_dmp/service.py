"""The DMP as callers see it: existence, list, retrieval. Every call is audited."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio.to_thread

from caducee.contracts.plugin import PluginContext
from caducee.errors import CaduceeError
from caducee.model.entry import EntryPatientId
from caducee.model.patient import Patient
from caducee.model.permissions import Verb, require
from caducee.model.practice import Actor
from caducee.wire.soap import SoapAnswer
from caducee.wire.xds.found import FoundEntry
from caducee.wire.xds.times import dtm
from caducee_dmp import td31_find, td32_retrieve
from caducee_dmp.api import Existence
from caducee_dmp.config import DmpConfig
from caducee_dmp.deliverer import existence_test
from caducee_dmp.exchange import Call, Exchange
from caducee_dmp.modes import Mode
from caducee_dmp.realm import qualified_ins
from caducee_dmp.td02_existence import read_existence

T = TypeVar("T")


class Consultation:
    """``DmpService``: in DIRECTE, or in INDIRECTE where documents leave by the seal alone: no list, no reading."""

    def __init__(self, context: PluginContext, exchange: Exchange) -> None:
        config: DmpConfig = context.config
        self._context = context
        self._exchange = exchange
        self._mode = Mode.INDIRECT if config.feed == "indirect" else Mode.DIRECT
        self._existence = existence_test(context)
        self._find = td31_find.Find()
        self._retrieve = td32_retrieve.Retrieve(repository=config.repository)

    async def exists(self, patient: Patient, *, practitioner: str, acting: Actor) -> Existence:
        """Ask TD0.2."""
        ins = qualified_ins(patient, self._context.environment)

        async def ask() -> Existence:
            call = self._existence.request(ins, created=dtm(self._context.clock.now(), field="creationTime"))
            return read_existence((await self._ask(call, practitioner, ins)).body)

        return await self._audited(ask, "TD0.2", patient=patient, acting=acting)

    async def find(self, patient: Patient, *, practitioner: str, acting: Actor) -> tuple[FoundEntry, ...]:
        """Ask TD3.1a."""
        ins = qualified_ins(patient, self._context.environment)

        async def ask() -> tuple[FoundEntry, ...]:
            call = self._find.documents(ins)
            answer = await self._ask(call, practitioner, ins)
            return td31_find.for_the_desk(td31_find.read(answer))

        return await self._audited(ask, "TD3.1", patient=patient, acting=acting)

    async def retrieve(self, patient: Patient, entry: FoundEntry, *, practitioner: str, acting: Actor) -> bytes:
        """Ask TD3.2."""
        ins = qualified_ins(patient, self._context.environment)

        async def ask() -> bytes:
            call = self._retrieve.request(entry)
            answer = await self._ask(call, practitioner, ins)
            return await anyio.to_thread.run_sync(td32_retrieve.read, answer, entry)

        return await self._audited(ask, f"TD3.2 {entry.document_id}", patient=patient, acting=acting)

    async def _ask(self, call: Call, practitioner: str, patient: EntryPatientId) -> SoapAnswer:
        return await self._exchange.call(call, practitioner=practitioner, patient=patient, mode=self._mode)

    async def _audited(self, ask: Callable[[], Awaitable[T]], what: str, *, patient: Patient, acting: Actor) -> T:
        require(acting, Verb.CONSULT)
        try:
            answer = await ask()
        except CaduceeError as error:
            await self._write(f"{what}: {error.code}", patient=patient, acting=acting)
            raise
        await self._write(what, patient=patient, acting=acting)
        return answer

    async def _write(self, detail: str, *, patient: Patient, acting: Actor) -> None:
        async with self._context.state.transaction() as tx:
            await tx.audit("consult", actor=acting.named, subject=patient.local_id, detail=f"dmp {detail}")
