"""Mails that the network and the receivers write by themselves: delivery reports, returns, receipts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime

OPERATOR = "operateur.test.mssante.fr"
LABELS = {
    "900": "Document remplacé ou supprimé qui n'est pas la dernière version connue",
    "901": "Auteur non habilité à remplacer ou supprimer",
    "902": "Patient inconnu",
    "903": "INS absente du document",
    "904": "INS ou traits différents de ceux connus",
    "905": "Traits absents du document",
    "906": "Autre erreur",
}
RETURNS = {
    "none": ("5.1.1", "Patient introuvable : aucune messagerie pour cette adresse."),
    "closed": ("5.2.1", "La messagerie de ce destinataire est fermée."),
    "invalid": ("5.1.3", "Adresse invalide."),
    "large": ("5.3.4", "La taille totale du message dépasse 25 Mo."),
}


@dataclass(frozen=True, kw_only=True)
class Sent:
    """The mail that a notice is about."""

    sender: str
    recipient: str
    content: bytes
    envelope_id: str = ""
    headers_only: bool = True


def returned(sent: Sent, why: str) -> bytes:
    """Return the notice that a mail could not be given to its recipient."""
    status, words = RETURNS[why]
    subject = "Undelivered Mail Returned to Sender" if why == "large" else "Message non distribué"
    return _report(sent, subject=subject, words=words, action="failed", status=status)


def relayed(sent: Sent) -> bytes:
    """Return the delivery report of a mail that arrived."""
    words = "Votre message a été remis au service du destinataire."
    return _report(sent, subject="Successful Mail Delivery Report", words=words, action="relayed", status="2.0.0")


def receipt(sent: Sent, disposition: str, *, old_form: bool = False) -> bytes:
    """Return a receipt: ``processed``, ``displayed``, or an integration error by its code (900 to 906).

    ``old_form`` also attaches the files of the mail again, as version 1.1.2 of the reception guide wanted.
    """
    original = message_from_bytes(sent.content, policy=default)
    subject = str(original["Subject"] or "")
    words, told = _disposition(disposition)
    if disposition in LABELS:
        subject = f"[KO Intégration système !][{disposition}] {subject}"
    fields = {
        "Reporting-UA": "bac-a-sable; Caducee",
        "Original-Recipient": f"rfc822;{sent.recipient}",
        "Final-Recipient": f"rfc822;{sent.recipient}",
        "Original-Message-ID": str(original["Message-ID"] or ""),
        "Disposition": told,
    }
    files = [p.as_bytes(policy=SMTP) for p in original.walk() if p.get_filename()] if old_form else []
    parts = [_words(words), _fields("disposition-notification", [fields]), _whole(sent.content), *files]
    headers = _headers(subject, to=sent.sender, sender=sent.recipient)
    return _multipart("disposition-notification", headers, parts)


def ordinary(
    *, sender: str, to: str, subject: str, text: str, answers: str = "", attachment: tuple[str, bytes] | None = None
) -> bytes:
    """Return a mail that a person writes."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"], message["Message-ID"] = format_datetime(datetime.now(UTC)), _identifier()
    message["X-MSS-NIL"] = "SANDBOX"
    if answers:
        message["In-Reply-To"] = message["References"] = answers
    message.set_content(text, charset="utf-8")
    if attachment is not None:
        name, content = attachment
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def _report(sent: Sent, *, subject: str, words: str, action: str, status: str) -> bytes:
    about = {"Reporting-MTA": f"dns; smtp.{OPERATOR}"}
    if sent.envelope_id:
        about["Original-Envelope-Id"] = sent.envelope_id
    recipient = {
        "Final-Recipient": f"rfc822; {sent.recipient}",
        "Original-Recipient": f"rfc822;{sent.recipient}",
        "Action": action,
        "Status": status,
        "Diagnostic-Code": f"smtp; {'250' if action == 'relayed' else '550'} {status}",
    }
    header = sent.content.partition(b"\r\n\r\n")[0]
    original = b"Content-Type: text/rfc822-headers\r\n\r\n" + header + b"\r\n"
    parts = [
        _words(words),
        _fields("delivery-status", [about, recipient]),
        original if sent.headers_only else _whole(sent.content),
    ]
    headers = _headers(subject, to=sent.sender, sender=f"MAILER-DAEMON@{OPERATOR}")
    return _multipart("delivery-status", headers, parts)


def _disposition(disposition: str) -> tuple[str, str]:
    if disposition in LABELS:
        words = f"{disposition} {LABELS[disposition]}"
        told = f"automatic-action/MDN-sent-automatically; processed/Error: {disposition}^{LABELS[disposition]}"
        return words, told
    if disposition == "displayed":
        return "Le message a été affiché.", "manual-action/MDN-sent-manually; displayed"
    if disposition == "processed":
        return "Le document a été intégré.", "automatic-action/MDN-sent-automatically; processed"
    raise ValueError("receipt: processed, displayed, or a code from 900 to 906")


def _headers(subject: str, *, to: str, sender: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"], message["Message-ID"] = format_datetime(datetime.now(UTC)), _identifier()
    message["Auto-Submitted"] = "auto-replied"
    message["X-MSS-NIL"] = "SANDBOX"
    return message


def _multipart(kind: str, headers: EmailMessage, parts: list[bytes]) -> bytes:
    """Put a report together by hand: what it quotes stays as it was, byte for byte."""
    boundary = uuid.uuid4().hex
    head = headers.as_bytes().partition(b"\r\n\r\n")[0]
    head += (
        f'\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type={kind}; boundary="{boundary}"'.encode()
    )
    mark = f"--{boundary}".encode()
    body = b"".join(mark + b"\r\n" + part.removesuffix(b"\r\n") + b"\r\n" for part in parts)
    return head + b"\r\n\r\n" + body + mark + b"--\r\n"


def _words(words: str) -> bytes:
    kind = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit"
    return f"{kind}\r\n\r\n{words}\r\n".encode()


def _fields(kind: str, groups: list[dict[str, str]]) -> bytes:
    fields = "\r\n".join("".join(f"{name}: {value}\r\n" for name, value in group.items()) for group in groups)
    return f"Content-Type: message/{kind}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{fields}".encode()


def _whole(content: bytes) -> bytes:
    return b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + content


def _identifier() -> str:
    return f"<{uuid.uuid4()}@{OPERATOR}>"
