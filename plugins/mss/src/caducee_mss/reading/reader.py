"""Reading a mail: from bytes to what it says and carries. No network, no file, nothing run."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

import msgspec

from caducee_mss.reading.addresses import Address, read_addresses, seen
from caducee_mss.reading.bounces import Bounce, BounceCause, cause_of, is_returned
from caducee_mss.reading.claims import compare, refuse_second_senders
from caducee_mss.reading.decoding import decoded, words_decoded
from caducee_mss.reading.documents import Documents
from caducee_mss.reading.limits import Limits
from caducee_mss.reading.mail import Attachment, Mail, MailKind
from caducee_mss.reading.oddities import Oddities
from caducee_mss.reading.reports import (
    Delivered,
    Receipt,
    ReceiptKind,
    read_delivery_report,
    read_envelope_id,
    read_receipt_report,
    receipt_of_subject,
)
from caducee_mss.reading.structure import Part, Structure
from caducee_mss.reading.words_of_body import text_of_html, tidy_text
from caducee_mss.words import safe_name

_PREFIX = re.compile(r"XDM/1\.0/DDM\+\s?", re.IGNORECASE)
_CORRECTION = re.compile(r"\[\s*annule et remplace\s*\]", re.IGNORECASE)
_IDENTIFIER = re.compile(r"<[^<>\s]{1,500}>")
_HEADER_ID = re.compile(r"^message-id:\s*(<[^<>\s]{1,500}>)", re.IGNORECASE | re.MULTILINE)
_MOST_REFERENCES = 1_000
_ENDINGS = {"application/pdf": "pdf", "application/zip": "zip", "text/xml": "xml", "application/xml": "xml",
            "message/rfc822": "eml", "text/plain": "txt", "text/html": "html", "image/jpeg": "jpg",
            "image/png": "png"}  # fmt: skip


class Domains(msgspec.Struct, frozen=True, kw_only=True):
    """Whose mail is whose: ``patients`` is their domain, ``professionals`` ends those of the trusted space."""

    patients: tuple[str, ...] = ("patient.mssante.fr",)
    professionals: tuple[str, ...] = ("mssante.fr",)


def read_mail(content: bytes, *, limits: Limits = Limits(), domains: Domains = Domains()) -> Mail:  # noqa: B008
    """Return what a mail says and carries. Whatever is odd in it is a warning.

    Raises:
        MailUnreadable: no mail in these bytes, or more than ``limits.mail``.
    """
    oddities = Oddities()
    root = Structure(limits, oddities).read(content)
    refuse_second_senders(root, oddities)
    own, inner = _split(root)
    attachments = (*_attachments(own, ""), *_inner_attachments(inner))
    mail = _head(root, own)
    receipt, deliveries, bounce = _reports(own, mail)
    is_report = receipt is not None or bool(deliveries) or bounce is not None
    # What a report brings back was sent from here: it is not a document that came.
    brought = tuple(one for one in attachments if not (is_report or one.media_type == "message/rfc822"))
    documents = Documents(limits, oddities).of(brought)
    if not is_report:
        compare(mail, documents, oddities)
    return msgspec.structs.replace(
        mail,
        kind=_kind(mail.sender, receipt, deliveries, bounce=bounce, domains=domains),
        attachments=attachments,
        documents=documents,
        receipt=receipt,
        envelope_id=_envelope_id(own),
        original_message_id=_original(own, inner) if is_report else "",
        deliveries=deliveries,
        bounce=bounce,
        warnings=oddities.found,
    )


def _split(root: Part) -> tuple[list[Part], list[Part]]:
    """The parts of the mail itself, mails inside it counting as one; and these mails."""
    own: list[Part] = []
    inner: list[Part] = []
    stack = [root]
    while stack:
        one = stack.pop()
        if one.type == "message/rfc822" and one is not root:
            own.append(one)
            inner += one.parts
        elif one.parts:
            stack.extend(reversed(one.parts))
        else:
            own.append(one)
    return own, inner


def _head(root: Part, own: list[Part]) -> Mail:
    subject = _said(root, "subject")
    sender, reply_to = _addresses(root, "from"), _addresses(root, "reply-to")
    claimed = _said(root, "x-mss-ins").upper()
    automatic = root.first("auto-submitted").lower()
    return Mail(
        kind=MailKind.ORDINARY,
        message_id=_identifier(root, "message-id"),
        subject=subject,
        title=seen(_PREFIX.sub("", subject, count=1)),
        sender=sender[0] if sender else None,
        recipients=_addresses(root, "to"),
        copies=_addresses(root, "cc"),
        reply_to=reply_to[0] if reply_to else None,
        date=_date(root.first("date")),
        in_reply_to=_identifier(root, "in-reply-to"),
        references=tuple(_IDENTIFIER.findall(root.first("references"))[:_MOST_REFERENCES]),
        return_path=_one_address(root, "return-path"),
        receipt_to=_one_address(root, "disposition-notification-to"),
        is_automatic=bool(automatic) and not automatic.startswith("no"),
        is_correction=_CORRECTION.search(subject) is not None,
        nil=_said(root, "x-mss-nil"),
        codes=tuple(code for one in _said(root, "x-mss-codecda").split(",") if (code := one.strip())),
        ins_is_qualified={"O": True, "N": False}.get(claimed),
        closes_exchange=_said(root, "x-mss-mes").upper() == "FIN",
        text=_text(own),
    )


def _said(part: Part, name: str) -> str:
    return seen(words_decoded(part.first(name)))


def _addresses(part: Part, name: str) -> tuple[Address, ...]:
    return read_addresses(", ".join(part.fields.get(name, ())))


def _one_address(part: Part, name: str) -> str:
    found = _addresses(part, name)
    return found[0].address if found else ""


def _identifier(part: Part, name: str) -> str:
    found = _IDENTIFIER.search(part.first(name))
    return found[0] if found else ""


def _date(field: str) -> str | None:
    try:
        return parsedate_to_datetime(field[:200]).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _is_body(part: Part) -> bool:
    kind, said = part.disposition
    named = "filename" in said or "name" in part.parameters
    return part.type in ("text/plain", "text/html") and kind != "attachment" and not named


def _text(own: list[Part]) -> str:
    """The words of the body: the plain ones, those of the page when there are no others."""
    for kind, read in (("text/plain", tidy_text), ("text/html", text_of_html)):
        said = [decoded(one.content, one.parameters.get("charset", "")) for one in own
                if one.type == kind and _is_body(one)]  # fmt: skip
        words = "\n\n".join(filter(None, map(read, said)))
        if words:
            return words
    return ""


def _attachments(own: list[Part], inside: str) -> tuple[Attachment, ...]:
    return tuple(
        _attachment(one, inside)
        for one in own
        if not _is_body(one) and (one.content or one.whole) and not _is_report(one)
    )


def _inner_attachments(inner: list[Part]) -> tuple[Attachment, ...]:
    """What mails inside bring, however deep they lie."""
    found: list[Attachment] = []
    stack = [(one, one.number) for one in reversed(inner)]
    while stack:
        mail, number = stack.pop()
        own, further = _split(mail)
        found += _attachments(own, number)
        stack.extend((one, one.number) for one in reversed(further))
    return tuple(found)


def _attachment(part: Part, inside: str) -> Attachment:
    kind, said = part.disposition
    label = seen(
        said.get("filename") or part.parameters.get("name") or words_decoded(part.first("content-description"))
    )
    number = part.number or "1"
    ending = _ENDINGS.get(part.type, "bin")
    return Attachment(
        part=number,
        label=label[:1000],
        name=safe_name(label, otherwise=f"piece-{number}.{ending}"),
        media_type=part.type,
        content=part.whole or part.content,
        inline=kind == "inline",
        inside=inside,
    )


def _is_report(part: Part) -> bool:
    return part.type in ("message/disposition-notification", "message/delivery-status", "text/rfc822-headers")


def _reports(own: list[Part], mail: Mail) -> tuple[Receipt | None, tuple[Delivered, ...], Bounce | None]:
    by_type = {one.type: one for one in reversed(own)}
    notification = by_type.get("message/disposition-notification")
    if notification is not None:
        receipt = read_receipt_report(notification.content or notification.raw)
        known = receipt.original_message_id or mail.in_reply_to
        return msgspec.structs.replace(receipt, original_message_id=known), (), None
    status = by_type.get("message/delivery-status")
    if status is not None:
        deliveries = read_delivery_report(status.content or status.raw)
        return None, deliveries, _bounce(deliveries, mail)
    failure = receipt_of_subject(mail.subject, mail.in_reply_to)
    if failure is not None and "message/rfc822" in by_type:
        return failure, (), None
    if is_returned(mail.subject):
        return None, (), cause_of("", f"{mail.subject}\n{mail.text}")
    return _success(mail, by_type), (), None


def _envelope_id(own: list[Part]) -> str:
    status = next((one for one in own if one.type == "message/delivery-status"), None)
    return read_envelope_id(status.content or status.raw) if status is not None else ""


def _original(own: list[Part], inner: list[Part]) -> str:
    """The identifier of the mail that a report brings back, whole or its header alone."""
    if inner:
        return _identifier(inner[0], "message-id")
    header = next((one for one in own if one.type == "text/rfc822-headers"), None)
    found = _HEADER_ID.search(decoded(header.content or header.raw)[:100_000]) if header is not None else None
    return found[1] if found else ""


def _success(mail: Mail, by_type: dict[str, Part]) -> Receipt | None:
    """An integration said by an ordinary mail: an answer under the same subject that brings the original back."""
    answers = mail.in_reply_to and "message/rfc822" in by_type and _PREFIX.match(mail.subject) and not mail.codes
    if not answers or "application/zip" in by_type:
        return None
    return Receipt(
        kind=ReceiptKind.PROCESSED, original_message_id=mail.in_reply_to, automatic=mail.is_automatic, assumed=True
    )


def _bounce(deliveries: tuple[Delivered, ...], mail: Mail) -> Bounce | None:
    failed = next((one for one in deliveries if one.action == "failed" or one.status.startswith("5")), None)
    if failed is None:
        return None
    made = cause_of(failed.status, f"{failed.diagnostic}\n{mail.text}")
    return msgspec.structs.replace(made, recipient=failed.recipient)


def _kind(
    sender: Address | None,
    receipt: Receipt | None,
    deliveries: tuple[Delivered, ...],
    *,
    bounce: Bounce | None,
    domains: Domains,
) -> MailKind:
    if receipt is not None:
        read = receipt.kind in (ReceiptKind.DISPLAYED, ReceiptKind.DELETED, ReceiptKind.DISPATCHED)
        return MailKind.READ_RECEIPT if read else MailKind.INTEGRATION_RECEIPT
    if bounce is not None and bounce.cause is not BounceCause.TEMPORARY:
        return MailKind.BOUNCE
    if deliveries or bounce is not None:
        return MailKind.DELIVERY_REPORT
    domain = sender.domain if sender else ""
    if domain in domains.patients:
        return MailKind.PATIENT
    trusted = any(domain == one or domain.endswith(f".{one}") for one in domains.professionals)
    return MailKind.PROFESSIONAL if trusted else MailKind.ORDINARY
