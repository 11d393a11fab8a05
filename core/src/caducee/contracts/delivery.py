"""The seam between the outbox and the plugin that serves a kind of destination."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

import msgspec

from caducee.errors import CaduceeError


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """One sealed document on its way to one destination. Everything here was fixed when it was sealed.

    ``document`` is the CDA, byte for byte what was hashed. ``entry`` is the XDS document entry derived from its
    header, as JSON of ``caducee.wire.xds.DocumentEntry``. ``set_id`` and ``signature_id`` are the OIDs that the
    submission set and its signature will carry, deterministic, so that a resend is recognisable.
    ``destination`` is the JSON of the destination. Times are UTC, ``YYYYMMDDhhmmss``.
    """

    delivery_id: str
    kind: str
    reference: str
    destination: bytes
    author: str
    document_id: str
    set_id: str
    signature_id: str
    submission_time: str
    document: bytes
    sha1: bytes
    sha256: bytes
    entry: bytes


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What the service answered. ``mode`` says how we were authenticated (``DIRECTE``).

    ``reference`` is the service's own identifier of what it holds, when it gave one. ``found_by_probe`` is true
    when the answer was lost and the service, asked again, said it holds the very same bytes.
    """

    service: str
    at: str
    mode: str = ""
    reference: str = ""
    found_by_probe: bool = False
    warnings: tuple[str, ...] = ()


class Deliverer(Protocol):
    """How one kind of destination is served. Given to the registrar by a plugin.

    The outbox calls ``prepare`` once and keeps its result, then ``send`` with these very bytes, as often as
    needed; after an unknown outcome it calls ``probe`` before any other ``send``. Registered with ``at_once`` above 1,
    it is called for several deliveries at the same time.
    """

    async def prepare(self, envelope: Envelope) -> bytes:
        """Do what needs a key (sign the submission set) and return what ``send`` needs, to be stored.

        Raises:
            CredentialError: waits for the card as ``blocked(card)``.
            CaduceeError: classified by ``caducee_classify``.
        """
        ...

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:
        """Send. An error after the first byte left, without an answer, is ``OutcomeUnknown``."""
        ...

    async def probe(self, envelope: Envelope, prepared: bytes) -> Receipt | None:
        """Ask the service whether it already holds this envelope.

        Called before any retry of a delivery whose outcome is unknown. Writes nothing at the service. ``None``
        means "not there", never "could not ask".

        Raises:
            ServiceUnavailable: no answer; the outcome stays unknown.
        """
        ...


class VerdictKind(StrEnum):
    """What becomes of a delivery after a failure."""

    RETRY = "retry"
    REJECT = "reject"
    UNKNOWN = "unknown"
    BLOCKED = "blocked"
    NOT_APPLICABLE = "not_applicable"


class Verdict(msgspec.Struct, frozen=True):
    """The answer of ``caducee_classify``.

    ``why`` is, when blocked, one of ``identity card login announcement operator``; when not applicable, one of
    ``no_dmp closed opposed no_mailbox exempt superseded``; empty otherwise.
    """

    kind: VerdictKind
    why: str = ""


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """A failure as the hooks see it: no patient data. ``during`` is ``prepare``, ``send`` or ``probe``."""

    code: str
    retry: str
    during: str
    service_code: str = ""

    @classmethod
    def of(cls, error: CaduceeError, during: str) -> Failure:
        """Describe an error."""
        return cls(
            code=error.code,
            retry=error.retry,
            during=during,
            service_code=getattr(error, "service_code", ""),
        )
