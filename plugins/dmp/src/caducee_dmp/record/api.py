"""What callers ask of a record that the practice follows."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Protocol

from caducee.contracts.portability import keeper_of
from caducee.services import ServiceKey
from caducee_dmp.access import NORMAL, Access
from caducee_dmp.record.model import (
    Beyond,
    Choice,
    Fetch,
    Followed,
    Found,
    IndexedDocument,
    Notice,
    Progress,
    Synchronised,
)

if TYPE_CHECKING:
    from caducee.model.patient import Patient
    from caducee.model.practice import Actor
    from caducee_dmp.brief.model import Brief

DEFAULT = Choice()


class SharedRecord(Protocol):
    """A patient's shared record, followed at the practice for one professional.

    ``practitioner`` is the key of a ``[practitioner.KEY]`` table: each professional has an index of their own, because
    the DMP shows each what they may see. ``acting`` is who asks, ``access`` how the record is opened when not in the
    ordinary way. What is asked of the DMP, and what is read here of the content of documents, is in the audit trail.

    What asks the DMP raises:
        ActorRefused, ConsentMissing, ModeRefused, InsNotQualified, RealmMixed, CredentialError: nothing was sent.
        ServiceUnavailable, ServiceRejected, ProtocolViolation: what was done before is kept.
    """

    async def synchronise(
        self,
        patient: Patient,
        *,
        practitioner: str,
        acting: Actor,
        access: Access = NORMAL,
        choice: Choice = DEFAULT,
        fetch: Fetch = Fetch.BRIEF,
        held: Collection[str] = frozenset(),
        compare: bool = False,
        progress: Callable[[Progress], None] | None = None,
    ) -> Synchronised:
        """List the record the first time, then ask for what changed; bring home the documents that ``fetch`` names.

        ``held`` are OIDs of documents that the practice has already: they are indexed and not imported again.
        ``compare`` holds the index against the whole list, which finds what is no longer shown; without it this is done
        every seven days, and when a change names a document that is not shown. What stopped in the middle goes on.
        """
        ...

    async def search(
        self, patient: Patient, beyond: Beyond, *, practitioner: str, acting: Actor, access: Access = NORMAL
    ) -> Found:
        """List what somebody asks for without limit of date. Never to be called without a person who asked."""
        ...

    async def followed(self, patient: Patient, *, practitioner: str) -> Followed:
        """Return since when and how the record is followed."""
        ...

    async def documents(
        self, patient: Patient, *, practitioner: str, acting: Actor, class_code: str = ""
    ) -> tuple[IndexedDocument, ...]:
        """Return the index, newest date of care first; of one class (JDV_J57) when asked. Nothing is sent."""
        ...

    async def notices(self, patient: Patient, *, practitioner: str, after: int = 0) -> tuple[Notice, ...]:
        """Return what the professional was not told yet, oldest first. Nothing is sent."""
        ...

    async def told(self, patient: Patient, *, practitioner: str, through: int) -> None:
        """Say that the professional was told every notice up to this number."""
        ...

    async def open(
        self, patient: Patient, document_id: str, *, practitioner: str, acting: Actor, access: Access = NORMAL
    ) -> bytes:
        """Return the bytes of a document of the index, as they are here or else as the DMP gives them, and keep them.

        Raises:
            DocumentNotIndexed: it is not in the index of this professional.
            DocumentNotHad: the DMP does not give it, with its code.
        """
        ...

    async def brief(self, patient: Patient, *, practitioner: str, acting: Actor) -> Brief:
        """Return the record in brief, from what is here. Nothing is sent."""
        ...

    async def brief_page(self, patient: Patient, *, named: str, practitioner: str, acting: Actor) -> str:
        """Return the same as one HTML page; ``named`` is how the practice names the patient."""
        ...


SHARED_RECORD: ServiceKey[SharedRecord] = ServiceKey("dmp.record")
KEEPER = keeper_of("dmp")
