"""A practice that follows one record."""

from __future__ import annotations

from typing import Any

from caducee.testing.state import MemoryState
from caducee_dmp.record.index import RecordIndex
from caducee_dmp.record.model import Choice, News, Progress, Standing, Synchronised
from caducee_dmp.record.synchronisation import Synchronisation

from .held_record import HeldRecord


class Desk:
    """A practice that follows one record."""

    def __init__(self) -> None:
        self.dmp = HeldRecord()
        self.state = MemoryState()
        self.index = RecordIndex(self.state, practitioner="roux", local_id="P1")
        self.progress: list[Progress] = []

    async def synchronise(
        self, choice: Choice | None = None, *, fetch: bool = False, held: frozenset[str] = frozenset(), **how: Any
    ) -> Synchronised:
        async def wanted(index: RecordIndex) -> tuple[str, ...]:
            return tuple(one.document_id for one in await index.documents() if fetch and not one.kept)

        synchronisation = Synchronisation(
            self.state, self.index, self.dmp, now=self.dmp.now, held=held, progress=self.progress.append
        )
        return await synchronisation.run(choice or Choice(), wanted=wanted, **how)

    async def standing(self) -> dict[str, Standing]:
        return {document.document_id: document.standing for document in await self.index.documents()}

    async def news(self) -> list[tuple[News, str]]:
        return [(notice.news, notice.document_id) for notice in await self.index.notices()]
