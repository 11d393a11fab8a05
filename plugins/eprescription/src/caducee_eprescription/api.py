"""What the practice's software asks of the digital prescription."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

import msgspec

from caducee.errors import Finding
from caducee.model.destination import Audience
from caducee.model.document import Document
from caducee.model.practice import Actor
from caducee.services import ServiceKey
from caducee_eprescription.life import Life
from caducee_eprescription.states import Dispensation, LineDispensed, RxState

__all__ = [
    "EPRESCRIPTION",
    "Change",
    "Dispensation",
    "Draft",
    "EPrescription",
    "Issued",
    "Life",
    "LineDispensed",
    "RxState",
]


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules say of a prescription: ``refused`` stops ``issue``, ``warnings`` are for the doctor to look at.

    ``registrable`` is false where it would be handed over without a code; ``must_share`` says that it is under the duty
    to share in the DMP (a line under prior approval takes it out).
    """

    refused: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    registrable: bool
    must_share: bool


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """A prescription that can no longer be lost.

    ``number`` is empty when it carries no code (``LOCAL_ONLY``): ``local_id`` names it then. ``pdf`` is the paper, the
    same bytes as in the CDA. ``document_id`` is the publication (``kernel.documents.ticket``), empty without audience.
    """

    local_id: str
    number: str
    state: RxState
    why: str
    pdf: bytes
    document_id: str
    warnings: tuple[Finding, ...] = ()


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Something happened to a prescription. ``what`` is the kind of event (``registered``, ``dispensed``…).

    ``lines`` says what became of each line, when a pharmacy dispensed; ``cancelled`` that it took it back.
    """

    entry: int
    at: str
    what: str
    state: RxState
    pharmacy: str = ""
    lines: tuple[LineDispensed, ...] = ()
    cancelled: bool = False


class EPrescription(Protocol):
    """The digital prescription. ``reference`` is a number, typed in whatever way, or the document's ``local_id``."""

    async def check(self, document: Document, *, acting: Actor | None = None) -> Draft:
        """Check a prescription at the desk; stores and sends nothing."""
        ...

    async def issue(self, document: Document, audience: Audience, *, acting: Actor, exempt: str = "") -> Issued:
        """Number it, register it or let it be local, print it, publish it; return when nothing can be lost.

        The same ``local_id`` again goes on where it was left: it never gets a second number, paper or publication.
        ``exempt`` says why the doctor does not register it. An empty audience makes the paper alone.

        Raises:
            ActorRefused: only a doctor or a replacement prescribes.
            PrescriptionInvalid: all findings at once; nothing was stored or sent.
            NumberMalformed: the vendor's own rule of numbers made a wrong one; nothing was stored or sent.
            IdempotencyConflict: this ``local_id`` has been issued with another content.
            RegisterRefused: the base refused; correct it and issue it again under the same ``local_id``.
            CredentialError: no usable certificate; it has its number, nothing was sent.
        """
        ...

    async def standing(self, reference: str) -> Life:
        """Return where a prescription stands, as this store knows it."""
        ...

    async def paper(self, reference: str, *, duplicate: bool = False) -> bytes:
        """Return the paper that was printed, or its duplicate for the patient.

        Raises:
            UnknownPrescription, WrongState: it has no paper yet.
        """
        ...

    async def refresh(self, reference: str, *, acting: Actor) -> Life:
        """Ask the base what was dispensed, keep it, and return where the prescription stands.

        Raises:
            FollowOpposed: the patient does not want it; the base was not asked.
            WrongState: it was never registered.
            ServiceError: no answer.
        """
        ...

    def follow(self, reference: str, *, acting: Actor, after: int = 0) -> AsyncIterator[Change]:
        """Yield what happens to a prescription, from the entry that follows ``after``, until nothing more can.

        Errors as ``refresh``; a service that does not answer is asked again later.
        """
        ...

    async def receive(self, content: bytes) -> Life:
        """Read a dispensation document (eDISP-MED) back onto the prescription's lines. Twice is as good as once.

        Raises:
            DispensationUnreadable: not one, or of no prescription of this store.
        """
        ...

    async def cancel(self, reference: str, *, reason: str, acting: Actor) -> Life:
        """Cancel at the base.

        Raises:
            AlreadyDispensed: nothing was cancelled.
            WrongState: it is local, cancelled, replaced or expired.
            OutcomeUnknown: no answer; cancel again: the base is asked first.
        """
        ...

    async def replace(
        self, reference: str, document: Document, audience: Audience, *, acting: Actor, exempt: str = ""
    ) -> Issued:
        """Issue ``document`` in the place of an earlier prescription: a new number, a new paper, a next version.

        A local one is registered that way, on the doctor's order. Errors as ``issue`` and ``cancel``.
        """
        ...

    async def unfinished(self) -> tuple[str, ...]:
        """Return the ``local_id`` of what was begun and not published: issue them again."""
        ...


EPRESCRIPTION: ServiceKey[EPrescription] = ServiceKey("eprescription")
