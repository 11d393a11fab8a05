"""A received mail, as it says things. What it leaves out is empty or ``None``; nothing is made up."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from caducee.cda.reading.model import ReadDocument
from caducee.model.entry import EntryPatientId
from caducee.wire.xds.submitted import SubmittedEntry
from caducee_mss.reading.addresses import Address
from caducee_mss.reading.bounces import Bounce
from caducee_mss.reading.oddities import MailWarning
from caducee_mss.reading.reports import Delivered, Receipt


class MailKind(StrEnum):
    """What a mail is, for whom sorts it.

    ``PROFESSIONAL`` and ``PATIENT`` by the domain of the sender; ``ORDINARY`` from anywhere else.
    """

    PROFESSIONAL = "professional"
    PATIENT = "patient"
    DELIVERY_REPORT = "delivery_report"
    READ_RECEIPT = "read_receipt"
    INTEGRATION_RECEIPT = "integration_receipt"
    BOUNCE = "bounce"
    ORDINARY = "ordinary"


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a mail. ``part`` is its number (IMAP), which alone identifies it.

    ``label`` is the name that the sender gave, to be shown; ``name`` one that is safe to save it under. ``inside`` is
    the number of the mail that holds it, when it came in a mail inside this one.
    """

    part: str
    label: str
    name: str
    media_type: str
    content: bytes
    inline: bool = False
    inside: str = ""


class ReceivedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A clinical document of a mail, with all that was said of it.

    ``part`` and ``path`` say where it came from, ``path`` being empty for one that was attached by itself. ``read`` is
    ``None`` when it cannot be read. ``patient`` is the identifier under which the metadata send it, ``entry`` what they
    say of it. ``rendition`` is the PDF that lay beside it under the same name. ``doubts`` say why nothing may be filed
    without a person.
    """

    part: str
    path: str
    content: bytes
    sha1: str
    read: ReadDocument | None
    entry: SubmittedEntry | None = None
    patient: EntryPatientId | None = None
    rendition: bytes | None = None
    inside: str = ""
    doubts: tuple[MailWarning, ...] = ()

    @property
    def action(self) -> str:
        """``C`` when it replaces a former version, ``D`` when it must be removed, else empty."""
        return self.entry.action if self.entry else ""


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """A received mail.

    ``date`` is ISO 8601 with its zone, ``None`` when it is not a date. ``title`` is the subject as people read it,
    without its technical beginning. ``envelope_id`` and ``original_message_id`` are, in a report, those of the mail
    that it is about. ``receipt_to`` is where a receipt is asked for, ``return_path`` where the mail really came from.
    ``nil``, ``codes``, ``ins_is_qualified`` and ``closes_exchange`` are the marks of MSSanté, as they
    were claimed. ``text`` is the body in plain characters. ``attachments`` hold archives and documents too, as files.
    """

    kind: MailKind
    message_id: str
    subject: str
    title: str
    sender: Address | None
    recipients: tuple[Address, ...] = ()
    copies: tuple[Address, ...] = ()
    reply_to: Address | None = None
    date: str | None = None
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    return_path: str = ""
    receipt_to: str = ""
    is_automatic: bool = False
    is_correction: bool = False
    nil: str = ""
    codes: tuple[str, ...] = ()
    ins_is_qualified: bool | None = None
    closes_exchange: bool = False
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    documents: tuple[ReceivedDocument, ...] = ()
    receipt: Receipt | None = None
    envelope_id: str = ""
    original_message_id: str = ""
    deliveries: tuple[Delivered, ...] = ()
    bounce: Bounce | None = None
    warnings: tuple[MailWarning, ...] = ()

    def __repr__(self) -> str:
        """Say nothing of whom it is about."""
        return f"Mail({self.kind}, {len(self.documents)} documents, {len(self.warnings)} warnings)"

    @property
    def thread(self) -> tuple[str, ...]:
        """The identifiers of the mails before this one, the oldest first."""
        return tuple(dict.fromkeys((*self.references, *filter(None, (self.in_reply_to,)))))
