"""What happens in the life of a prescription, as it is kept: one entry of its stream each, in their order."""

from __future__ import annotations

import msgspec

from caducee_eprescription.states import Dispensation


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="what"):
    """``at`` is a UTC ISO instant, ``actor`` as the audit trail names who acts (empty: the service or the clock)."""

    at: str
    actor: str = ""


class Numbered(Event, frozen=True, kw_only=True, tag="numbered"):
    """It was checked and has its number, the only one it will ever have. ``digest`` is of what is registered."""

    number: str
    digest: str
    lines: int
    valid_until: str
    author: str
    opposed: bool = False
    replaces: str = ""


class Revised(Event, frozen=True, kw_only=True, tag="revised"):
    """The doctor corrected what the base had refused."""

    digest: str
    lines: int


class Asked(Event, frozen=True, kw_only=True, tag="asked"):
    """It is about to be sent: kept before the first byte leaves."""


class Registered(Event, frozen=True, kw_only=True, tag="registered"):
    """The base holds it. ``found`` says that it was asked for by its number after a lost answer."""

    found: bool = False


class Refused(Event, frozen=True, kw_only=True, tag="refused"):
    """The base refused to register it."""

    code: str


class Localised(Event, frozen=True, kw_only=True, tag="localised"):
    """It stays without a code, for good. ``why``: ``unavailable``, ``undecided``, ``exempt``.

    ``perhaps_held`` says that the base may have it all the same.
    """

    why: str
    perhaps_held: bool = False


class Withdrawn(Event, frozen=True, kw_only=True, tag="withdrawn"):
    """The base had it although it stayed local: it was cancelled there."""


class CancelAsked(Event, frozen=True, kw_only=True, tag="cancel_asked"):
    """The doctor cancels: kept before it is sent."""

    reason: str


class CancelRefused(Event, frozen=True, kw_only=True, tag="cancel_refused"):
    """The base refused to cancel."""

    code: str


class Cancelled(Event, frozen=True, kw_only=True, tag="cancelled"):
    """It is cancelled at the base."""


class ReplacedBy(Event, frozen=True, kw_only=True, tag="replaced_by"):
    """Another prescription of this store comes in its place."""

    local_id: str


class Dispensed(Event, frozen=True, kw_only=True, tag="dispensed"):
    """A pharmacy dispensed, or cancelled what it had. ``remaining`` counts the deliveries still to come, all lines."""

    dispensation: Dispensation
    remaining: int


class Expired(Event, frozen=True, kw_only=True, tag="expired"):
    """The end of its validity has passed."""


class Printed(Event, frozen=True, kw_only=True, tag="printed"):
    """Its paper is made, once. ``sha256`` is of the PDF."""

    sha256: str


class Published(Event, frozen=True, kw_only=True, tag="published"):
    """It was handed to the outbox, once."""

    document_id: str


AnyEvent = (
    Numbered
    | Revised
    | Asked
    | Registered
    | Refused
    | Localised
    | Withdrawn
    | CancelAsked
    | CancelRefused
    | Cancelled
    | ReplacedBy
    | Dispensed
    | Expired
    | Printed
    | Published
)
