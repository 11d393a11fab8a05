"""The national base as a prescriber's software sees it: a port of ours, since the real service is not public."""

from __future__ import annotations

from typing import Protocol

import msgspec

from caducee_eprescription.states import Dispensation


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What the base says it holds under a number. ``digest`` is of the content it was given (SHA-256, hexadecimal).

    ``status`` is ``registered``, ``cancelled``, ``replaced`` or ``expired``.
    """

    number: str
    digest: str
    status: str = "registered"
    registered_at: str = ""


class Executed(msgspec.Struct, frozen=True, kw_only=True):
    """What pharmacies did. ``remaining`` counts the deliveries still to come, all lines and renewals."""

    remaining: int
    dispensations: tuple[Dispensation, ...] = ()


class Register(Protocol):
    """The téléservice. ``practitioner`` is the key of a ``[practitioner.KEY]`` table: who we are.

    Every call raises:
        CredentialError: no usable certificate; nothing was sent.
        ServiceUnavailable: no connection, or the base says it is in maintenance; nothing was done.
        ProtocolViolation: an answer to a question that makes no sense.
        RegisterRefused: refused, with the base's code.
    """

    @property
    def simulated(self) -> bool:
        """Whether what it registers is registered nowhere: then every page is marked SPÉCIMEN."""
        ...

    async def ready(self, practitioner: str) -> None:
        """Find the certificate and have its card open, however long a PIN takes to be typed. Nothing is sent."""
        ...

    async def register(self, practitioner: str, content: bytes) -> Held:
        """Deposit a prescription under its own number.

        Raises:
            OutcomeUnknown: sent, and no answer: ``consult`` before anything else.
        """
        ...

    async def cancel(self, practitioner: str, number: str, *, reason: str) -> Held:
        """Cancel a prescription of this author.

        Raises:
            AlreadyDispensed: nothing was cancelled.
            OutcomeUnknown: sent, and no answer: ``consult`` before anything else.
        """
        ...

    async def consult(self, practitioner: str, number: str) -> Held | None:
        """Ask what is held under a number; ``None`` means "not there", never "could not ask". Writes nothing."""
        ...

    async def executions(self, practitioner: str, number: str) -> Executed:
        """Ask what was dispensed.

        Raises:
            FollowOpposed: the patient does not want it.
        """
        ...
