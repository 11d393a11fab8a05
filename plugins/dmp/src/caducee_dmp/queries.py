"""The registry's own queries, for who keeps a copy of a record: sets, links, entries by their identifiers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from caducee.model.patient import Patient
from caducee.model.practice import Actor
from caducee.wire.soap import SoapAnswer
from caducee.wire.xds.criteria import APPROVED_ONLY, DocumentFilter, Period
from caducee.wire.xds.found import FoundEntry
from caducee.wire.xds.found_sets import FoundContents, FoundLink, FoundSet
from caducee_dmp import td31_find
from caducee_dmp.access import NORMAL, Access
from caducee_dmp.asking import Asked, Asking
from caducee_dmp.exchange import Call

T = TypeVar("T")


class Queries:
    """``RegistryQueries``: what names many objects is asked by groups of ``batch``, and joined."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._find = td31_find.Find()
        self._batch = asking.config.batch

    async def references(
        self,
        patient: Patient,
        document_ids: tuple[str, ...],
        *,
        practitioner: str,
        acting: Actor,
        access: Access = NORMAL,
    ) -> tuple[str, ...]:
        """Ask TD3.1b."""
        asked = Asked(practitioner=practitioner, acting=acting, access=access, patient=patient)

        async def ask() -> tuple[str, ...]:
            found: list[str] = []
            for group in td31_find.batches(document_ids, self._batch):
                found += td31_find.references(await self._asking.call(self._find.reference(*group), asked))
            return tuple(found)

        return await self._asking.audited(asked, "TD3.1b", ask)

    async def entries(
        self,
        patient: Patient,
        document_ids: tuple[str, ...] = (),
        *,
        entry_uuids: tuple[str, ...] = (),
        practitioner: str,
        acting: Actor,
        access: Access = NORMAL,
    ) -> tuple[FoundEntry, ...]:
        """Ask GetDocuments."""
        asked = Asked(practitioner=practitioner, acting=acting, access=access, patient=patient)

        def by_uuid(group: tuple[str, ...]) -> Call:
            return self._find.entries(entry_uuids=group)

        async def ask() -> tuple[FoundEntry, ...]:
            by_id = await self._each(document_ids, self._find.entries, asked, td31_find.read)
            return (*by_id, *await self._each(entry_uuids, by_uuid, asked, td31_find.read))

        return await self._asking.audited(asked, "TD3.1 GetDocuments", ask)

    async def sets(
        self, patient: Patient, submitted: Period, *, practitioner: str, acting: Actor, access: Access = NORMAL
    ) -> tuple[FoundSet, ...]:
        """Ask FindSubmissionSets."""
        asked = Asked(practitioner=practitioner, acting=acting, access=access, patient=patient)

        async def ask() -> tuple[FoundSet, ...]:
            call = self._find.sets(self._asking.ins(patient), submitted)
            return td31_find.contents(await self._asking.call(call, asked)).sets

        return await self._asking.audited(asked, "TD3.1 FindSubmissionSets", ask)

    async def links(
        self,
        patient: Patient,
        uuids: tuple[str, ...],
        *,
        practitioner: str,
        acting: Actor,
        access: Access = NORMAL,
    ) -> tuple[FoundLink, ...]:
        """Ask GetAssociations."""
        asked = Asked(practitioner=practitioner, acting=acting, access=access, patient=patient)

        async def ask() -> tuple[FoundLink, ...]:
            return await self._each(uuids, self._find.links, asked, lambda a: td31_find.contents(a).links)

        return await self._asking.audited(asked, "TD3.1 GetAssociations", ask)

    async def entries_and_links(
        self,
        patient: Patient,
        entry_uuids: tuple[str, ...],
        *,
        practitioner: str,
        acting: Actor,
        access: Access = NORMAL,
    ) -> FoundContents:
        """Ask GetDocumentsAndAssociations."""
        asked = Asked(practitioner=practitioner, acting=acting, access=access, patient=patient)

        async def ask() -> FoundContents:
            groups = await self._each(
                entry_uuids, self._find.entries_and_links, asked, lambda a: (td31_find.contents(a),)
            )
            return FoundContents(
                entries=tuple(entry for group in groups for entry in group.entries),
                links=tuple({link.entry_uuid: link for group in groups for link in group.links}.values()),
            )

        return await self._asking.audited(asked, "TD3.1 GetDocumentsAndAssociations", ask)

    async def set_contents(
        self,
        patient: Patient,
        *,
        entry_uuid: str = "",
        unique_id: str = "",
        practitioner: str,
        acting: Actor,
        access: Access = NORMAL,
    ) -> FoundContents:
        """Ask GetSubmissionSetAndContents."""
        asked = Asked(practitioner=practitioner, acting=acting, access=access, patient=patient)

        async def ask() -> FoundContents:
            call = self._find.set_contents(entry_uuid=entry_uuid, unique_id=unique_id)
            return td31_find.contents(await self._asking.call(call, asked))

        return await self._asking.audited(asked, "TD3.1 GetSubmissionSetAndContents", ask)

    async def pages(
        self,
        patient: Patient,
        *,
        practitioner: str,
        acting: Actor,
        where: DocumentFilter = APPROVED_ONLY,
        access: Access = NORMAL,
    ) -> AsyncIterator[tuple[FoundEntry, ...]]:
        """Ask for the references first, then for the entries, one group at a time."""
        asked = Asked(practitioner=practitioner, acting=acting, access=access, patient=patient)

        async def ask() -> tuple[str, ...]:
            call = self._find.document_references(self._asking.ins(patient), where)
            return td31_find.references(await self._asking.call(call, asked))

        for group in td31_find.batches(await self._asking.audited(asked, "TD3.1", ask), self._batch):
            entries = td31_find.read(await self._asking.call(self._find.entries(entry_uuids=group), asked))
            td31_find.refuse_a_hole(group, entries)
            yield tuple(entry for entry in entries if not td31_find.is_signature(entry))

    async def _each(
        self,
        names: tuple[str, ...],
        call: Callable[[tuple[str, ...]], Call],
        asked: Asked,
        read: Callable[[SoapAnswer], tuple[T, ...]],
    ) -> tuple[T, ...]:
        found: list[T] = []
        for group in td31_find.batches(names, self._batch):
            found += read(await self._asking.call(call(group), asked))
        return tuple(found)
