"""What happened: the only thing that is kept. Each event names its cause, the file it comes from and the place in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Union

import msgspec

from caducee_paymed_tp.model.invoices import Invoice
from caducee_paymed_tp.model.links import LinkStatus, PaymentLink
from caducee_paymed_tp.model.money import Booked, Cost, Item, Match, PaymentNotice
from caducee_paymed_tp.model.parts import Part
from caducee_paymed_tp.model.sending import Transmission
from caducee_paymed_tp.model.unpaid import CaseStep, Why


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """Why an event exists: a file (SHA-256) and an offset in it, or a person, or the calendar (both empty)."""

    file: str = ""
    offset: int = 0


NO_FILE = Cause()


class _Event(msgspec.Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    cause: Cause = NO_FILE


class InvoiceTaken(_Event, frozen=True, kw_only=True):
    """The host handed an invoice over. A draft is priced but not yet signed."""

    invoice: Invoice
    draft: bool = False


class InvoiceValidated(_Event, frozen=True, kw_only=True):
    """The approved module has signed it. ``digest`` is that of the signed form."""

    invoice: str
    digest: str


class InvoiceVoided(_Event, frozen=True, kw_only=True):
    """A draft was given up."""

    invoice: str


class LotClosed(_Event, frozen=True, kw_only=True):
    """Invoices were put in a lot, and the file is on its way through the outbox; or a lot leaves again."""

    transmission: Transmission


class LotSent(_Event, frozen=True, kw_only=True):
    """The transport has accepted the file."""

    file_id: str
    at: datetime
    reference: str = ""


class ReceiptCame(_Event, frozen=True, kw_only=True):
    """The ARL of a file."""

    file_id: str
    positive: bool
    code: str = ""


class ReceiptOverdue(_Event, frozen=True, kw_only=True):
    """No ARL came within the delay."""

    file_id: str


class NoticeCame(_Event, frozen=True, kw_only=True):
    """A payer announced a wire. Its items follow as ``Answered``."""

    id: str
    notice: PaymentNotice


class Answered(_Event, frozen=True, kw_only=True):
    """A payer said what becomes of one part. ``notice`` announces the wire of a paid one."""

    invoice: str
    part: Part
    item: Item
    notice: str = ""


class Advanced(_Event, frozen=True, kw_only=True):
    """The concentrator pays a part before its payer does; a negative ``amount`` takes it back."""

    invoice: str
    part: Part
    amount: int
    notice: str


class Unplaced(_Event, frozen=True, kw_only=True):
    """Something of a file names an invoice that is not here, or cannot be true: kept for a person to look at."""

    what: str
    number: str = ""
    amount: int = 0


class MoneyBooked(_Event, frozen=True, kw_only=True):
    """A movement of an account."""

    booked: Booked


class StatementRead(_Event, frozen=True, kw_only=True):
    """A statement was read whole, between two balances."""

    account: str
    first: date | None
    last: date | None
    opening: int | None = None
    closing: int | None = None


class Matched(_Event, frozen=True, kw_only=True):
    """Notices and bank entries were confirmed to be the same money."""

    id: str
    match: Match


class MatchUndone(_Event, frozen=True, kw_only=True):
    """A confirmation was taken back; it stays in the ledger with this one."""

    id: str
    why: str


class WentLate(_Event, frozen=True, kw_only=True):
    """The due day and its grace have passed without an answer."""

    invoice: str
    part: Part


class MoneyMissing(_Event, frozen=True, kw_only=True):
    """A wire was announced and has not come."""

    notice: str


class CaseOpened(_Event, frozen=True, kw_only=True):
    """Somebody must look after a part."""

    invoice: str
    part: Part
    why: Why
    on: date


class CaseStepped(_Event, frozen=True, kw_only=True):
    """Something was done about a case."""

    invoice: str
    part: Part
    step: CaseStep


class CaseClosed(_Event, frozen=True, kw_only=True):
    """A case is over."""

    invoice: str
    part: Part
    outcome: str


class Disputed(_Event, frozen=True, kw_only=True):
    """The practice contests what was paid."""

    invoice: str
    part: Part


class LossAccepted(_Event, frozen=True, kw_only=True):
    """The practice gives up what is missing of a part. ``abandoned``: all of it, after a reject or a long wait."""

    invoice: str
    part: Part
    abandoned: bool = False


class TurnedToPatient(_Event, frozen=True, kw_only=True):
    """What a payer does not owe is asked of the patient: checked before, never a compulsory part."""

    invoice: str
    part: Part


class PatientPaid(_Event, frozen=True, kw_only=True):
    """The patient paid: ``amount`` is negative for a refund. ``part`` is the one it settles."""

    invoice: str
    part: Part
    amount: int
    how: str


class CostBooked(_Event, frozen=True, kw_only=True):
    """A fee."""

    cost: Cost


class LinkMade(_Event, frozen=True, kw_only=True):
    """A payment link was made."""

    link: PaymentLink
    part: Part


class LinkMoved(_Event, frozen=True, kw_only=True):
    """A payment link went on. ``said`` is the provider's own name of its message: the same one counts once."""

    id: str
    status: LinkStatus
    provider_reference: str = ""
    said: str = ""
    refunded: int = 0


Event = Union[  # noqa: UP007 - a name for the decoder
    InvoiceTaken,
    InvoiceValidated,
    InvoiceVoided,
    LotClosed,
    LotSent,
    ReceiptCame,
    ReceiptOverdue,
    NoticeCame,
    Answered,
    Unplaced,
    MoneyBooked,
    StatementRead,
    Matched,
    MatchUndone,
    Advanced,
    WentLate,
    MoneyMissing,
    CaseOpened,
    CaseStepped,
    CaseClosed,
    Disputed,
    LossAccepted,
    TurnedToPatient,
    PatientPaid,
    CostBooked,
    LinkMade,
    LinkMoved,
]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What became true at once. ``key`` is what made it (a file's hash, a command): the same key counts once."""

    key: str
    at: datetime
    by: str
    events: tuple[Event, ...]


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Entry)


def encode(entry: Entry) -> bytes:
    """Return an entry as the ledger stores it."""
    return _ENCODER.encode(entry)


def decode(value: bytes) -> Entry:
    """Return an entry of the ledger."""
    return _DECODER.decode(value)
