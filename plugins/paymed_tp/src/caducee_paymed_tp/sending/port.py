"""What a concentrator offers. No interface of a real one is public: an adapter implements this port."""

from __future__ import annotations

from typing import Protocol

import msgspec

from caducee.errors import CapabilityMissing
from caducee_paymed_tp.model.invoices import Invoice
from caducee_paymed_tp.model.sending import Lot, Receipt


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """One invoice as it leaves: the normalised form, and the signed one that nobody here has opened."""

    invoice: Invoice
    blob: bytes = b""


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """One file: the same lot sent again has the same ``digest`` and another ``file_id``."""

    file_id: str
    digest: str
    lot: Lot
    invoices: tuple[Signed, ...]


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """The transport has taken a file. ``reference`` is the concentrator's own; ``again``: it already had it."""

    file_id: str
    reference: str = ""
    again: bool = False


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """What came since ``cursor``: receipts, files of returns and statements, byte for byte. Ask again with ``next``."""

    receipts: tuple[Receipt, ...]
    files: tuple[bytes, ...]
    next: str


class TpConcentrator(Protocol):
    """A concentrator (OCT): takes lots, gives receipts and returns."""

    async def submit(self, submission: Submission) -> Accepted:
        """Hand over a file. The same ``file_id`` twice is taken once.

        Raises:
            TpSubmissionRefused: for good, with its own code.
            OutcomeUnknown: sent, no answer.
            ServiceUnavailable, ConnectFailed: nothing was taken.
        """
        ...

    async def holds(self, file_id: str) -> Accepted | None:
        """Ask whether it has a file. Writes nothing there.

        Raises:
            ServiceUnavailable: no answer.
        """
        ...

    async def collect(self, cursor: str) -> Collected:
        """Return what came since.

        Raises:
            ServiceUnavailable, ProtocolViolation.
        """
        ...


class NoConcentrator:
    """Stands where no profile is configured: what is sent waits for an operator, nothing is lost."""

    async def submit(self, submission: Submission) -> Accepted:  # noqa: ARG002 - the port's own signature
        """Refuse."""
        raise CapabilityMissing("no concentrator is configured")

    async def holds(self, file_id: str) -> Accepted | None:  # noqa: ARG002 - the port's own signature
        """Refuse."""
        raise CapabilityMissing("no concentrator is configured")

    async def collect(self, cursor: str) -> Collected:  # noqa: ARG002 - the port's own signature
        """Refuse."""
        raise CapabilityMissing("no concentrator is configured")


def encode(submission: Submission) -> bytes:
    """Return a submission as a parcel carries it."""
    return msgspec.msgpack.encode(submission)


def decode(payload: bytes) -> Submission:
    """Return the submission of a parcel."""
    return msgspec.msgpack.decode(payload, type=Submission)
