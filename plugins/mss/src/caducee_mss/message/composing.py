"""The bytes of a mail (RFC 5322, 2045; MSSanté, R2 2.1 to 2.4)."""

from __future__ import annotations

from email.utils import format_datetime

from caducee.wire import xdm
from caducee_mss.message.address import is_patient_address
from caducee_mss.message.checking import findings
from caducee_mss.message.errors import MailInvalid, MssTooLarge
from caducee_mss.message.fields import ascii_address, list_field, mailbox_field, text_field
from caducee_mss.message.mail import OutgoingMail, SizeLimits
from caducee_mss.message.parts import file_part, multipart, text_part
from caducee_mss.words import ascii_name


def compose(mail: OutgoingMail, *, limits: SizeLimits = SizeLimits()) -> bytes:  # noqa: B008 (frozen)
    """Return the message: ASCII, lines of at most 998 that end with CRLF, the same bytes for the same mail.

    Raises:
        MailInvalid: a text or an address could change the message, two patients, a document for another patient.
        MssTooLarge: beyond what the operator, or Mon espace santé, takes.
    """
    found = findings(mail, patient_domain=limits.patient_domain)
    if found:
        raise MailInvalid(found)
    content = b"".join(_head(mail)) + b"MIME-Version: 1.0\r\n" + _body(mail)
    limit = _limit(mail, limits)
    if limit is not None and len(content) > limit:
        raise MssTooLarge(limit, len(content))
    return content


def _head(mail: OutgoingMail) -> list[bytes]:
    fields = [
        mailbox_field("From", (mail.sender,)),
        mailbox_field("To", mail.recipients),
        text_field("Date", format_datetime(mail.date)),
        list_field("Message-ID", (mail.message_id,)),
    ]
    if mail.in_reply_to:
        fields.append(list_field("In-Reply-To", (mail.in_reply_to,)))
    if mail.references:
        fields.append(list_field("References", mail.references))
    if mail.reply_to is not None:
        fields.append(mailbox_field("Reply-To", (mail.reply_to,)))
    if mail.read_receipt:
        fields.append(list_field("Disposition-Notification-To", (ascii_address(mail.sender.address),)))
    return [*fields, text_field("Subject", mail.subject), *_marks(mail)]


def _marks(mail: OutgoingMail) -> list[bytes]:
    marks = [text_field("X-MSS-NIL", mail.nil)]
    if mail.documents:
        codes = dict.fromkeys(one.entry.type.code for one in mail.documents)
        marks.append(list_field("X-MSS-CODECDA", (",".join(codes),)))
        marks.append(text_field("X-MSS-INS", "O" if mail.ins_is_qualified else "N"))
    if mail.closes_exchange:
        marks.append(text_field("X-MSS-MES", "FIN"))
    return marks


def _body(mail: OutgoingMail) -> bytes:
    said = text_part(mail.text)
    if mail.html is not None:
        said = multipart("alternative", [said, text_part(mail.html, "html")], seed=mail.message_id)
    if mail.archive is None:
        return said if said.endswith(b"\r\n") else said + b"\r\n"
    archive = file_part(mail.archive, "application/zip", name=xdm.NAME, fallback=xdm.NAME)
    copies = [
        file_part(one.pdf, "application/pdf", name=one.pdf_name, fallback=ascii_name(one.pdf_name))
        for one in mail.documents
    ]
    return multipart("mixed", [said, archive, *copies], seed=mail.message_id)


def _limit(mail: OutgoingMail, limits: SizeLimits) -> int | None:
    to_patient = any(is_patient_address(one.address, limits.patient_domain) for one in mail.recipients)
    known = [one for one in (limits.server, limits.patient if to_patient else None) if one is not None]
    return min(known, default=None)
