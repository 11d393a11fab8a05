"""The DMP's own service over one held record, which notes in whose name each question was asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from caducee.errors import CaduceeError
from caducee.model.patient import Patient
from caducee.wire.xds.criteria import DocumentFilter, Period
from caducee.wire.xds.found import FoundEntry
from caducee.wire.xds.found_sets import FoundContents, FoundLink, FoundSet

from .held_record import HeldRecord


class HeldDmp:
    """``DmpService`` as a followed record asks it. ``trouble`` is raised before anything is asked."""

    def __init__(self) -> None:
        self.record = HeldRecord()
        self.trouble: CaduceeError | None = None
        self.asked_by: list[tuple[Patient, dict[str, Any]]] = []
        self.registry = self

    async def find(self, patient: Patient, *, where: DocumentFilter, **who: Any) -> tuple[FoundEntry, ...]:
        self._ask(patient, who)
        return await self.record.documents(where)

    async def sets(self, patient: Patient, submitted: Period, **who: Any) -> tuple[FoundSet, ...]:
        self._ask(patient, who)
        assert isinstance(submitted.since, datetime)
        assert submitted.until is None
        return tuple(map(_set, await self.record.sets(submitted.since)))

    async def links(self, patient: Patient, uuids: tuple[str, ...], **who: Any) -> tuple[FoundLink, ...]:
        self._ask(patient, who)
        return await self.record.links(uuids)

    async def entries_and_links(self, patient: Patient, entry_uuids: tuple[str, ...], **who: Any) -> FoundContents:
        self._ask(patient, who)
        return await self.record.contents(entry_uuids)

    async def retrieve(self, patient: Patient, entry: FoundEntry, **who: Any) -> bytes:
        self._ask(patient, who)
        return await self.record.retrieve(entry)

    def _ask(self, patient: Patient, who: dict[str, Any]) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.asked_by.append((patient, who))


def _set(uuid: str) -> FoundSet:
    return FoundSet(
        entry_uuid=uuid,
        unique_id="1.2.3",
        source_id="1.2",
        submitted_utc="",
        title="",
        status="Approved",
        content_type=None,
        authors=(),
    )
