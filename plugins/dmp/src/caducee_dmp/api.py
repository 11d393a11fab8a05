"""What callers ask the DMP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Protocol

import msgspec

from caducee.services import ServiceKey
from caducee.wire.xds.criteria import APPROVED_ONLY, DocumentFilter, Period
from caducee_dmp.access import NORMAL, Access

if TYPE_CHECKING:
    from caducee.model.patient import Patient
    from caducee.model.practice import Actor
    from caducee.wire.xds.found import FoundEntry
    from caducee.wire.xds.found_sets import FoundContents, FoundLink, FoundSet
    from caducee_dmp.td32_retrieve import Retrieved


class Existence(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of TD0.2. Identity traits of the answer are not kept (the software may not display them).

    ``authorisation`` is the professional's own (``VALIDE``, ``NON_EXISTE``, ``INTERDIT``, ``EXPIRE``), empty when the
    service did not say; ``attending`` says that they are the attending doctor; ``attached`` that the record belongs to
    Mon espace santé.
    """

    exists: bool
    active: bool = False
    authorisation: str = ""
    attending: bool | None = None
    attached: bool | None = None


class RegistryQueries(Protocol):
    """The registry's own queries, by its identifiers. Lists are asked by groups of ``batch`` (20) and joined.

    Signatures of submission sets are not left out here. Each call raises what ``DmpService`` says.
    """

    async def references(
        self,
        patient: Patient,
        document_ids: tuple[str, ...],
        *,
        practitioner: str,
        acting: Actor,
        access: Access = NORMAL,
    ) -> tuple[str, ...]:
        """Return the entryUUIDs of the documents that are there, by their OIDs (TD3.1b): the seal may ask this too."""
        ...

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
        """Return entries by their OIDs and by their entryUUIDs, whatever their state (GetDocuments)."""
        ...

    async def sets(
        self, patient: Patient, submitted: Period, *, practitioner: str, acting: Actor, access: Access = NORMAL
    ) -> tuple[FoundSet, ...]:
        """Return the submission sets that the registry took in a period (FindSubmissionSets)."""
        ...

    async def links(
        self,
        patient: Patient,
        uuids: tuple[str, ...],
        *,
        practitioner: str,
        acting: Actor,
        access: Access = NORMAL,
    ) -> tuple[FoundLink, ...]:
        """Return the links from and to sets or entries, by their entryUUIDs (GetAssociations)."""
        ...

    async def entries_and_links(
        self,
        patient: Patient,
        entry_uuids: tuple[str, ...],
        *,
        practitioner: str,
        acting: Actor,
        access: Access = NORMAL,
    ) -> FoundContents:
        """Return entries and their links, each once (GetDocumentsAndAssociations)."""
        ...

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
        """Return one submission set, its entries and links, by entryUUID or OID (GetSubmissionSetAndContents)."""
        ...

    def pages(
        self,
        patient: Patient,
        *,
        practitioner: str,
        acting: Actor,
        where: DocumentFilter = APPROVED_ONLY,
        access: Access = NORMAL,
    ) -> AsyncIterator[tuple[FoundEntry, ...]]:
        """Yield the documents that fit a filter, 20 at a time, as the registry orders them, without set signatures."""
        ...


class DmpService(Protocol):
    """The DMP. ``practitioner`` is the key of a ``[practitioner.KEY]`` table, ``acting`` who is asking.

    ``access`` opens the record in another way than the patient's authorisation. Every call is written to the audit
    trail before its result is given. ``registry`` asks by the registry's own identifiers.

    Every call raises:
        ActorRefused, ReasonMissing, ModeRefused: nothing was sent.
        InsNotQualified, RealmMixed: the identity may not leave the practice; nothing was sent.
        CredentialError: no usable certificate; nothing was sent.
        ServiceUnavailable, ServiceRejected, ProtocolViolation: with the service's own code and text.
    """

    @property
    def registry(self) -> RegistryQueries: ...

    async def exists(self, patient: Patient, *, practitioner: str, acting: Actor, access: Access = NORMAL) -> Existence:
        """Ask whether the patient has a DMP and what the professional may do there (TD0.2)."""
        ...

    async def find(
        self,
        patient: Patient,
        *,
        practitioner: str,
        acting: Actor,
        where: DocumentFilter = APPROVED_ONLY,
        access: Access = NORMAL,
    ) -> tuple[FoundEntry, ...]:
        """List the documents that the professional may see, newest first, without set signatures (TD3.1).

        Raises:
            TooMany: the DMP gave a part of the list only; ``registry.pages`` or a narrower filter gives it.
        """
        ...

    async def retrieve(
        self, patient: Patient, entry: FoundEntry, *, practitioner: str, acting: Actor, access: Access = NORMAL
    ) -> bytes:
        """Return the bytes of one document, compared with the hash and size of its entry (TD3.2)."""
        ...

    async def retrieve_several(
        self,
        patient: Patient,
        entries: tuple[FoundEntry, ...],
        *,
        practitioner: str,
        acting: Actor,
        access: Access = NORMAL,
    ) -> Retrieved:
        """Return the documents of several entries asked for at once, each compared; missing ones are named."""
        ...


DMP: ServiceKey[DmpService] = ServiceKey("dmp")
