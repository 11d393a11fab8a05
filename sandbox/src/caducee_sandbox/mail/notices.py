"""Mails that the network and the receivers write by themselves: delivery reports, returns, receipts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import SMTP
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
    original = _parsed(sent.content)
    subject = str(original["Subject"] or "")
    words, told = _disposition(disposition)
    if disposition in LABELS:
        subject = f"[KO Intégration système !][{disposition}] {subject}"
    report = _multipart("disposition-notification", subject=subject, to=sent.sender, sender=sent.recipient)
    report["X-MSS-NIL"] = "SANDBOX"
    fields = {
        "Reporting-UA": "bac-a-sable; Caducee",
        "Original-Recipient": f"rfc822;{sent.recipient}",
        "Final-Recipient": f"rfc822;{sent.recipient}",
        "Original-Message-ID": str(original["Message-ID"] or ""),
        "Disposition": told,
    }
    _parts(report, words, kind="disposition-notification", groups=[fields])
    report.attach(MIMEMessage(original))
    if old_form:
        for part in original.walk():
            if part.get_filename():
                report.attach(part)
    return report.as_bytes(policy=SMTP)


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
    report = _multipart("delivery-status", subject=subject, to=sent.sender, sender=f"MAILER-DAEMON@{OPERATOR}")
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
    _parts(report, words, kind="delivery-status", groups=[about, recipient])
    original = _parsed(sent.content)
    if sent.headers_only:
        report.attach(_typed("text", "rfc822-headers", "".join(f"{k}: {v}\n" for k, v in original.raw_items())))
    else:
        report.attach(MIMEMessage(original))
    return report.as_bytes(policy=SMTP)


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


def _multipart(kind: str, *, subject: str, to: str, sender: str) -> MIMEMultipart:
    report = MIMEMultipart("report", policy=SMTP)
    report.set_param("report-type", kind)
    report["From"], report["To"], report["Subject"] = sender, to, subject
    report["Date"], report["Message-ID"] = format_datetime(datetime.now(UTC)), _identifier()
    report["Auto-Submitted"] = "auto-replied"
    return report


def _parts(report: MIMEMultipart, words: str, *, kind: str, groups: list[dict[str, str]]) -> None:
    report.attach(MIMEText(words + "\n", "plain", "utf-8"))
    fields = "\n".join("".join(f"{name}: {value}\n" for name, value in group.items()) for group in groups)
    report.attach(_typed("message", kind, fields))


def _typed(main: str, sub: str, text: str) -> Message:
    part = Message(policy=SMTP)
    part["Content-Type"] = f'{main}/{sub}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "8bit"
    part.set_payload(text.encode("utf-8", "surrogateescape").decode("ascii", "surrogateescape"))
    return part


def _parsed(content: bytes) -> Message:
    from email import message_from_bytes
    from email.policy import compat32

    return message_from_bytes(content, policy=compat32)


def _identifier() -> str:
    return f"<{uuid.uuid4()}@{OPERATOR}>"
