"""The registry of one record, asked through the DMP's own service: rights, modes and audit are those of every call."""

from __future__ import annotations

from datetime import datetime

from caducee.model.patient import Patient
from caducee.model.practice import Actor
from caducee.wire.xds.criteria import DocumentFilter, Period
from caducee.wire.xds.found import FoundEntry
from caducee.wire.xds.found_sets import FoundContents, FoundLink
from caducee_dmp.access import Access
from caducee_dmp.api import DmpService


class AskedRecord:
    """``RecordRegistry`` for one patient, in one professional's name."""

    def __init__(self, dmp: DmpService, patient: Patient, *, practitioner: str, acting: Actor, access: Access) -> None:
        self._dmp, self._patient = dmp, patient
        self._practitioner, self._acting, self._access = practitioner, acting, access

    async def documents(self, where: DocumentFilter) -> tuple[FoundEntry, ...]:
        """Ask FindDocuments."""
        return await self._dmp.find(
            self._patient, practitioner=self._practitioner, acting=self._acting, access=self._access, where=where
        )

    async def sets(self, since: datetime) -> tuple[str, ...]:
        """Ask FindSubmissionSets."""
        found = await self._dmp.registry.sets(
            self._patient,
            Period(since),
            practitioner=self._practitioner,
            acting=self._acting,
            access=self._access,
        )
        return tuple(one.entry_uuid for one in found)

    async def links(self, uuids: tuple[str, ...]) -> tuple[FoundLink, ...]:
        """Ask GetAssociations."""
        return await self._dmp.registry.links(
            self._patient, uuids, practitioner=self._practitioner, acting=self._acting, access=self._access
        )

    async def contents(self, entry_uuids: tuple[str, ...]) -> FoundContents:
        """Ask GetDocumentsAndAssociations."""
        return await self._dmp.registry.entries_and_links(
            self._patient, entry_uuids, practitioner=self._practitioner, acting=self._acting, access=self._access
        )

    async def retrieve(self, entry: FoundEntry) -> bytes:
        """Ask TD3.2."""
        return await self._dmp.retrieve(
            self._patient, entry, practitioner=self._practitioner, acting=self._acting, access=self._access
        )
