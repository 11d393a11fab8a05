"""Receipts: what became of a received mail (CI-SIS, reception volet 1.1.3; RFC 8098)."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum

import msgspec

from caducee_mss.message.address import is_address
from caducee_mss.message.checking import is_message_id
from caducee_mss.message.errors import ReceiptRefused
from caducee_mss.message.fields import ascii_address, list_field, mailbox_field, text_field
from caducee_mss.message.mail import Mailbox
from caducee_mss.message.parts import mail_part, multipart, text_part
from caducee_mss.reading import Mail, MailKind, read_mail
from caducee_mss.receiving.receipt_codes import ReceiptCode
from caducee_mss.words import unaccented

_ANSWERED = frozenset({MailKind.PROFESSIONAL, MailKind.PATIENT, MailKind.ORDINARY})
_KO = "[KO Intégration système !]"
_MOST_REFERENCES = 20
_LONGEST_SUBJECT = 500


class Permission(StrEnum):
    """Whether a receipt may answer a mail: by a program alone, by a person, never."""

    AUTOMATIC = "automatic"
    PERSON = "person"
    NEVER = "never"


class Receiver(msgspec.Struct, frozen=True, kw_only=True):
    """Who answers: the mailbox that got the mail, with its product, and the identity of the answer.

    ``product`` is what ``Reporting-UA`` says, ``nil`` the reference of ``X-MSS-NIL``.
    """

    mailbox: Mailbox
    product: str
    nil: str
    message_id: str
    date: datetime


class IntegrationOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the documents. Without ``code`` they were integrated; ``label`` replaces the words of the code."""

    code: ReceiptCode | None = None
    label: str = ""

    @property
    def words(self) -> str:
        """What the sender reads."""
        return self.label or (self.code.label if self.code else "Le document a été intégré.")


class OutgoingReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt to send. A notification leaves with an empty return path, so that nothing answers it (RFC 8098, 3)."""

    recipient: str
    content: bytes
    is_notification: bool


def permission(mail: Mail) -> Permission:
    """Say whether a receipt may answer this mail (RFC 8098, 2.1; CI-SIS, reception volet).

    Never to a receipt, a report or an automatic answer. By a program alone only when the receipt is asked for at the
    address that the mail really came from. What asks for none may be answered by an ordinary mail.
    """
    if mail.kind not in _ANSWERED or (mail.is_automatic and not mail.receipt_to) or _recipient(mail) is None:
        return Permission.NEVER
    if mail.receipt_to and mail.receipt_to.casefold() != mail.return_path.casefold():
        return Permission.PERSON
    return Permission.AUTOMATIC


def integration_receipt(
    original: bytes, outcome: IntegrationOutcome, *, receiver: Receiver, by_person: bool = False
) -> OutgoingReceipt:
    """Return the receipt of an integration, or of its failure, with the whole original.

    A notification (MDN) when the sender asked for one, otherwise an ordinary mail under the same subject.
    ``by_person`` says that somebody agreed to answer.

    Raises:
        ReceiptRefused: nothing may answer this mail, or not without a person.
        MailUnreadable: the original is no mail.
    """
    mail = read_mail(original)
    recipient = _allowed(mail, by_person=by_person)
    subject = mail.subject if outcome.code is None else f"{_KO}[{outcome.code}] {mail.subject}"
    error = f"/Error: {outcome.code}^{_plain(outcome.words)}" if outcome.code else ""
    said = f"{outcome.code} {outcome.words}" if outcome.code else outcome.words
    parts = [text_part(said + "\n")]
    if mail.receipt_to:
        parts.append(_notification(mail, receiver, f"automatic-action/MDN-sent-automatically; processed{error}"))
    parts.append(mail_part(original))
    return _receipt(mail, parts, receiver=receiver, subject=subject, recipient=recipient)


def read_receipt(original: bytes, *, receiver: Receiver) -> OutgoingReceipt:
    """Return the receipt that says that a person read the mail; a person must have agreed to it.

    Raises:
        ReceiptRefused: nothing may answer this mail, or it asks for no receipt.
        MailUnreadable: the original is no mail.
    """
    mail = read_mail(original)
    recipient = _allowed(mail, by_person=True)
    if not mail.receipt_to:
        raise ReceiptRefused("no receipt was asked for")
    parts = [
        text_part("Le message a été lu par son destinataire.\n"),
        _notification(mail, receiver, "manual-action/MDN-sent-manually; displayed"),
    ]
    return _receipt(mail, parts, receiver=receiver, subject=f"Lu : {mail.title}", recipient=recipient)


def _allowed(mail: Mail, *, by_person: bool) -> str:
    allowed, recipient = permission(mail), _recipient(mail)
    if recipient is None or allowed is Permission.NEVER:
        raise ReceiptRefused("nothing answers a receipt, a report, or nobody")
    if allowed is Permission.PERSON and not by_person:
        raise ReceiptRefused("the receipt is asked for at another address than the sender's")
    return recipient


def _recipient(mail: Mail) -> str | None:
    asked = mail.receipt_to or (mail.sender.address if mail.sender else "")
    return asked if is_address(asked) else None


def _notification(mail: Mail, receiver: Receiver, disposition: str) -> bytes:
    address = ascii_address(receiver.mailbox.address)
    domain = address.rpartition("@")[2]
    fields = [
        text_field("Reporting-UA", f"{domain}; {_plain(receiver.product)}"),
        list_field("Original-Recipient", (f"rfc822;{address}",)),
        list_field("Final-Recipient", (f"rfc822;{address}",)),
    ]
    if is_message_id(mail.message_id):
        fields.append(list_field("Original-Message-ID", (mail.message_id,)))
    fields.append(list_field("Disposition", disposition.split(" ")))
    return b"Content-Type: message/disposition-notification\r\n\r\n" + b"".join(fields)


def _receipt(mail: Mail, parts: list[bytes], *, receiver: Receiver, subject: str, recipient: str) -> OutgoingReceipt:
    before = [one for one in mail.thread if is_message_id(one)][-_MOST_REFERENCES:]
    fields = [
        mailbox_field("From", (receiver.mailbox,)),
        mailbox_field("To", (Mailbox(recipient),)),
        text_field("Date", format_datetime(receiver.date)),
        list_field("Message-ID", (receiver.message_id,)),
    ]
    if is_message_id(mail.message_id):
        fields.append(list_field("In-Reply-To", (mail.message_id,)))
        fields.append(list_field("References", dict.fromkeys((*before, mail.message_id))))
    fields += [
        text_field("Subject", subject[:_LONGEST_SUBJECT]),
        text_field("Auto-Submitted", "auto-replied"),
        text_field("X-MSS-NIL", receiver.nil),
        b"MIME-Version: 1.0\r\n",
    ]
    asked = bool(mail.receipt_to)
    kind, more = ("report", (("report-type", "disposition-notification"),)) if asked else ("mixed", ())
    body = multipart(kind, parts, seed=receiver.message_id, parameters=more)
    return OutgoingReceipt(recipient=recipient, content=b"".join(fields) + body, is_notification=asked)


def _plain(text: str) -> str:
    """Words for a field that knows ASCII only, and no delimiter of its own."""
    return "".join(one if one.isascii() and one.isprintable() and one not in "^;" else "?" for one in unaccented(text))
