"""The health directory, as other plugins see it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from caducee.services import ServiceKey


class MailboxKind(StrEnum):
    """Whose mailbox: one person's, an organisation's, an application's, or a cabinet's.

    The shared box of a cabinet (``CAB``) is still being specified. ``UNKNOWN`` is a box whose kind the directory does
    not say, or says with a code that is not of this list.
    """

    PERSONAL = "PER"
    ORGANISATION = "ORG"
    APPLICATION = "APP"
    CABINET = "CAB"
    UNKNOWN = ""


class DirectorySource(StrEnum):
    """Where an entry was read: the directory itself, or the public extraction imported on this machine."""

    FHIR = "fhir"
    EXTRACTION = "extraction"


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """Where an entry comes from and when it was true there; ``stale``: too old, but nothing fresher came."""

    source: DirectorySource
    at: datetime
    stale: bool = False


class Mailbox(msgspec.Struct, frozen=True, kw_only=True):
    """A secure mailbox. ``owner`` is the identifier of the person or organisation.

    ``listed`` is false for one that its owner keeps out of lists. ``digitization`` says whether it takes documents
    instead of paper; ``None`` when the directory does not say. ``rank`` orders the boxes of one owner, the preferred
    one first (1); 0 when there is no order.
    """

    address: str
    kind: MailboxKind
    owner: str
    listed: bool = True
    description: str = ""
    service: str = ""
    digitization: bool | None = None
    rank: int = 0


class DirectoryEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A professional in one place of practice. ``identifier`` is the PS_IdNat, codes as in TRE_G15 and TRE_R01.

    Names are never blank in an active entry: when the person's own resource has none, they are those of the place of
    practice. Of one who no longer practises the directory keeps the identifier only: ``active`` is false.
    """

    identifier: str
    family_name: str
    given_name: str
    profession: str
    specialty: str = ""
    structure: str = ""
    structure_name: str = ""
    mailboxes: tuple[Mailbox, ...] = ()
    profession_words: str = ""
    specialty_words: str = ""
    title: str = ""
    postal_code: str = ""
    city: str = ""
    active: bool = True
    provenance: Provenance | None = None

    @property
    def display_name(self) -> str:
        """Given and family name as a person reads them; the identifier when there is no name."""
        return " ".join(part for part in (self.given_name, self.family_name) if part) or self.identifier


class DirectoryOrganisation(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation. ``identifier`` is the FINESS or the other national number, without its system."""

    identifier: str
    name: str
    mailboxes: tuple[Mailbox, ...] = ()
    sector: str = ""
    postal_code: str = ""
    city: str = ""
    active: bool = True
    provenance: Provenance | None = None


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a type-ahead: a mailbox and whose it is, in words that can be shown as they are."""

    mailbox: Mailbox
    name: str
    profession: str = ""
    specialty: str = ""
    structure: str = ""
    structure_name: str = ""
    postal_code: str = ""
    city: str = ""
    provenance: Provenance | None = None


class Reach(StrEnum):
    """Whether an address may be written to from a box of the secure mail."""

    ALLOWED = "allowed"
    REWRITTEN = "rewritten"
    REFUSED = "refused"


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of an address that somebody wants to write to.

    ``address`` is what is written in the mail (empty when refused), ``original`` what the person chose and is shown.
    Two addresses of one correspondent have the same ``address``: a reply that comes from a gateway is threaded by it.
    ``why`` is a stable word (``trusted``, ``patient``, ``gateway``, ``outside``, ``invalid``), ``rule`` the dated rule
    that decided, ``sentence`` and ``suggestion`` what the person at the desk reads, in French.
    """

    reach: Reach
    original: str
    address: str
    why: str
    rule: str = ""
    sentence: str = ""
    suggestion: str = ""


class Directory(Protocol):
    """Ask the directory. What is returned is whole: a result that is cut short is an error, never a shorter list."""

    async def professional(self, identifier: str) -> tuple[DirectoryEntry, ...]:
        """Return every place of practice of one professional (PS_IdNat or RPPS); empty when unknown.

        Raises:
            ServiceUnavailable: the directory does not answer, and nothing recent enough is kept.
            ServiceRejected: it refuses the question, or there is more than may be read.
            ProtocolViolation: its answer cannot be understood.
        """
        ...

    async def search(self, name: str, *, profession: str = "", postal_code: str = "") -> tuple[DirectoryEntry, ...]:
        """Search by the words of a name; ``profession`` is a code, ``postal_code`` may be the beginning of one.

        Raises:
            ServiceUnavailable, ServiceRejected, ProtocolViolation: as ``professional``.
        """
        ...

    async def organisation(self, identifier: str) -> DirectoryOrganisation | None:
        """Return one organisation by its national identifier; ``None`` when unknown.

        Raises:
            ServiceUnavailable, ServiceRejected, ProtocolViolation: as ``professional``.
        """
        ...

    async def mailbox(self, address: str) -> tuple[DirectoryEntry | DirectoryOrganisation, ...]:
        """Return whose mailbox an address is; empty when the directory does not list it.

        A patient's address is never looked up: nothing is sent, nothing is found.

        Raises:
            ServiceUnavailable, ServiceRejected, ProtocolViolation: as ``professional``.
        """
        ...

    async def suggest(self, prefix: str, *, limit: int = 20) -> tuple[Suggestion, ...]:
        """Return the first boxes, in display order, that the beginnings of words typed so far lead to.

        Answered from this machine only, for use at each key; empty when no extraction is configured.

        Raises:
            CaduceeError: the one that is configured is not there, or cannot be read.
        """
        ...

    async def recipient(self, address: str) -> Recipient:
        """Say whether an address may be written to, and as what. Asks nobody."""
        ...


class TrustSpace(Protocol):
    """Who knows the domains that the secure mail reaches: a vendor's own white list, offered under ``TRUST_SPACE``."""

    def trusts(self, domain: str) -> bool:
        """Say whether a domain (ASCII, lower case) is of the trust space. Asks nobody."""
        ...


DIRECTORY: ServiceKey[Directory] = ServiceKey("directory")
TRUST_SPACE: ServiceKey[TrustSpace] = ServiceKey("trust_space")
