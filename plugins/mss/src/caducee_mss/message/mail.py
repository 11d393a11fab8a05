"""A mail to send, as data."""

from __future__ import annotations

from datetime import datetime

import msgspec

from caducee.model.entry import DocumentEntry

PATIENT_DOMAIN = "patient.mssante.fr"


class Mailbox(msgspec.Struct, frozen=True):
    """An address and the label that a reader sees in its place."""

    address: str
    label: str = ""


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """A document of the mail: its CDA, what the metadata say of it, its copy for people under the exact name."""

    cda: bytes
    entry: DocumentEntry
    pdf: bytes
    pdf_name: str


class SizeLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How large a message may be, in bytes as sent.

    ``server`` is what the operator announced (SMTP SIZE), ``None`` while unknown. ``patient`` holds as soon as one
    recipient is a patient: 25 MB in total, counted in millions because no public text says which megabyte is meant.
    """

    server: int | None = None
    patient: int = 25_000_000
    patient_domain: str = PATIENT_DOMAIN


class OutgoingMail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail to send. The same values give the same bytes.

    ``nil`` is the reference of the product (``X-MSS-NIL``), on every mail. ``message_id`` stands between angle
    brackets, as do ``in_reply_to`` and ``references``. ``date`` has a zone. ``archive`` is the IHE_XDM.zip of
    ``documents``: both or none. ``ins_is_qualified`` says that the archive holds a qualified INS with its traits.
    ``read_receipt`` asks for a receipt at the sender's address; ``closes_exchange`` ends it for a patient
    (``X-MSS-MES: FIN``).
    """

    sender: Mailbox
    recipients: tuple[Mailbox, ...]
    subject: str
    text: str
    nil: str
    message_id: str
    date: datetime
    html: str | None = None
    documents: tuple[Carried, ...] = ()
    archive: bytes | None = None
    ins_is_qualified: bool = False
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    reply_to: Mailbox | None = None
    read_receipt: bool = False
    closes_exchange: bool = False

    def __repr__(self) -> str:
        """Say nothing of whom it is about."""
        return f"OutgoingMail({self.message_id}, {len(self.documents)} documents)"
