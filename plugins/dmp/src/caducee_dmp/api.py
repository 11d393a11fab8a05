"""What callers ask the DMP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from caducee.services import ServiceKey

if TYPE_CHECKING:
    from caducee.model.patient import Patient
    from caducee.model.practice import Actor
    from caducee.wire.xds.found import FoundEntry


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


class DmpService(Protocol):
    """The DMP in DIRECTE. ``practitioner`` is the key of a ``[practitioner.KEY]`` table, ``acting`` who is asking.

    Every call is written to the audit trail before its result is given.

    Every call raises:
        InsNotQualified, RealmMixed: the identity may not leave the practice; nothing was sent.
        CredentialError: no usable certificate; nothing was sent.
        ServiceUnavailable, ServiceRejected, ProtocolViolation: with the service's own code and text.
    """

    async def exists(self, patient: Patient, *, practitioner: str, acting: Actor) -> Existence:
        """Ask whether the patient has a DMP and what the professional may do there (TD0.2)."""
        ...

    async def find(self, patient: Patient, *, practitioner: str, acting: Actor) -> tuple[FoundEntry, ...]:
        """List the approved documents that the professional may see, newest first, without set signatures (TD3.1)."""
        ...

    async def retrieve(self, patient: Patient, entry: FoundEntry, *, practitioner: str, acting: Actor) -> bytes:
        """Return the bytes of one document, compared with the hash and size of its entry (TD3.2)."""
        ...


DMP: ServiceKey[DmpService] = ServiceKey("dmp")
