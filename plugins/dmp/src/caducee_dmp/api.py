"""What callers ask the DMP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Protocol

from caducee.services import ServiceKey
from caducee.wire.xds.criteria import APPROVED_ONLY, DocumentFilter, Period
from caducee_dmp.access import NORMAL, Access

if TYPE_CHECKING:
    from datetime import datetime

    from caducee.model.patient import Patient
    from caducee.model.practice import Actor
    from caducee.wire.xds.found import FoundEntry
    from caducee.wire.xds.found_sets import FoundContents, FoundLink, FoundSet
    from caducee_dmp.changes import Change
    from caducee_dmp.existence import Existence, RecordData
    from caducee_dmp.submissions import NewFolder, SubmissionReceipt, Submitted
    from caducee_dmp.td03_authorise import Authorised, Listed
    from caducee_dmp.td04_patients import AuthorisedRecord, Since
    from caducee_dmp.td05_search import Search, SearchedTraits
    from caducee_dmp.td09_web import Page, WebAccess
    from caducee_dmp.td32_retrieve import Retrieved


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


class RecordAuthorisations(Protocol):
    """Who may open a record. Each call raises what ``DmpService`` says; a refusal keeps the service's status."""

    async def add(self, patient: Patient, *, practitioner: str, acting: Actor, attending: bool = False) -> str:
        """Declare that the patient lets the professional consult, or is their attending doctor (TD0.3).

        Returns what the service adds: that it was so already; mostly nothing.
        """
        ...

    async def remove(self, patient: Patient, *, practitioner: str, acting: Actor, attending: bool = False) -> str:
        """Take the professional's own authorisation back; with ``attending`` only stop being the attending doctor."""
        ...

    async def list(
        self, patient: Patient, *, practitioner: str, acting: Actor, listed: Listed = ...
    ) -> tuple[Authorised, ...]:
        """List the professionals whom the patient authorised or blocked (TD1.6)."""
        ...

    async def mine(
        self,
        since: datetime,
        *,
        practitioner: str,
        acting: Actor,
        by: Since = ...,
        owner: str = "",
    ) -> tuple[AuthorisedRecord, ...]:
        """List the records that the professional is authorised on since a time (TD0.4).

        ``by`` counts from the authorisation or from the last document; ``owner`` is a colleague of the structure.

        Raises:
            DocumentInvalid: the time has no zone.
        """
        ...

    async def search(self, traits: SearchedTraits, *, practitioner: str, acting: Actor, access: Access) -> Search:
        """Look for a record without INS, ten answers at most (TD0.5): medical regulation only.

        Raises:
            ModeRefused: another access mode than ``CENTRE_15``; nothing was sent.
        """
        ...

    async def web(
        self,
        page: Page,
        patient: Patient | None = None,
        *,
        practitioner: str,
        acting: Actor,
        access: Access = NORMAL,
    ) -> WebAccess:
        """Return what opens a page of the DMP's own site in a browser (TD0.9 with a card, TD0.10 in AIR).

        Raises:
            ValueError: a page about a patient without one, or the reverse.
            WebAddressMissing: the configuration does not say where the site is.
        """
        ...


class DmpService(Protocol):
    """The DMP. ``practitioner`` is the key of a ``[practitioner.KEY]`` table, ``acting`` who is asking.

    ``access`` brings the basis on which the record is read (``Access(basis=CareTeam(…))``), or the reason of an
    emergency. Every call is written to the audit trail before its result is given. ``registry`` asks by the registry's
    own identifiers, ``authorisations`` says who may open a record.

    Every call raises:
        ActorRefused, ReasonMissing, ModeRefused: nothing was sent.
        SecretRefused: a secret connection, and the patient is not known to be a minor; nothing was sent.
        ConsentMissing, PatientOpposed: whatever reads the record (all but ``exists``); nothing was sent.
        InsNotQualified, RealmMixed: the identity may not leave the practice; nothing was sent.
        CredentialError: no usable certificate; nothing was sent.
        ServiceUnavailable, ServiceRejected, ProtocolViolation: with the service's own code and text.
    """

    @property
    def registry(self) -> RegistryQueries: ...

    @property
    def authorisations(self) -> RecordAuthorisations: ...

    async def exists(self, patient: Patient, *, practitioner: str, acting: Actor, access: Access = NORMAL) -> Existence:
        """Ask whether the patient has a DMP and what the professional may do there (TD0.2)."""
        ...

    async def record_data(
        self, patient: Patient, *, practitioner: str, acting: Actor, access: Access = NORMAL
    ) -> RecordData:
        """Ask what the record says beside its documents: oppositions, account, representative (TD1.3a)."""
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

    async def update(
        self,
        patient: Patient,
        document_id: str,
        change: Change,
        *,
        practitioner: str,
        acting: Actor,
        access: Access = NORMAL,
    ) -> bool:
        """Mask, unmask, show, delete, archive or bring back a document, by its OID (TD3.3).

        The registry is asked for the document's present version first. False means that it was already so and nothing
        was sent: after ``OutcomeUnknown`` the same call may be made again. In INDIRECTE a document of the structure can
        be deleted, nothing else.

        Raises:
            DocumentMissing: it is not there, or may not be seen; nothing was changed.
            OutcomeUnknown: sent, and no intelligible answer.
        """
        ...

    async def submit(
        self,
        patient: Patient,
        documents: tuple[Submitted, ...],
        *,
        practitioner: str,
        acting: Actor,
        idempotency_key: str,
        folder: NewFolder | None = None,
    ) -> SubmissionReceipt:
        """Send several sealed documents in one signed set and wait for the answer (TD2.1).

        Nothing tries again by itself: not after an error, not when the process is killed meanwhile. The caller keeps
        the documents and calls again under the same key until a receipt has come back. Who wants them kept and sent
        again uses ``kernel.documents.publish``, one document at a time.

        The set is of whoever opens the connection: the professional, or an employee of the practice with a card of
        theirs (TD2.2). Under one key one set is signed and kept; after ``OutcomeUnknown`` the same call sends the same
        bytes, or finds them there. ``replaces`` of an entry names the document that it takes the place of; it opens
        ``folder`` when the configuration says ``folders``.

        Raises:
            DocumentInvalid: no document, or not all of this patient; nothing was signed.
            PatientOpposed: the patient is against one of them; nothing was signed.
            IdempotencyConflict: another set under this key, or bytes that are not those of their entry.
            NoDmp, DmpClosed, ReplacedMissing: nothing was signed.
            OutcomeUnknown: sent, and no intelligible answer.
        """
        ...


DMP: ServiceKey[DmpService] = ServiceKey("dmp")
