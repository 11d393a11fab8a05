"""What is wrong with a mail, all at once, before a byte of it is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from caducee.errors import Finding
from caducee_mss.message.address import is_address, is_patient_address
from caducee_mss.message.mail import Mailbox, OutgoingMail
from caducee_mss.words import safe_name

_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")
_TOKEN = re.compile(r"[A-Za-z0-9._/-]{1,64}")
_LONGEST_LABEL = 200
_LONGEST_SUBJECT = 500
_LONGEST_ID = 250
_LONGEST_CODES = 900
_MOST_RECIPIENTS = 100
_CLOSES_ALL = "[FIN]"
_CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})


def findings(mail: OutgoingMail, *, patient_domain: str) -> tuple[Finding, ...]:
    """Return what keeps this mail from being written: nothing that a caller gave may open a header field."""
    return (
        *_boxes(mail),
        *_identifiers(mail),
        *_texts(mail),
        *_documents(mail),
        *_patients(mail, patient_domain),
    )


def is_message_id(text: str) -> bool:
    """Say whether a text is the identifier of a message, with its angle brackets."""
    return len(text) <= _LONGEST_ID and _MESSAGE_ID.fullmatch(text) is not None


def has_controls(text: str, allowed: str = "") -> bool:
    """Say whether a text holds a control character: NUL, CR, LF, what ends a line in Unicode, half a character."""
    return any(unicodedata.category(one) in _CONTROLS and one not in allowed for one in text)


def _found(field: str, rule: str, message: str, source: str = "RFC 5322") -> Finding:
    return Finding(field=field, rule=f"mss.{rule}", message=message, source=source)


def _boxes(mail: OutgoingMail) -> Iterator[Finding]:
    yield from _box("sender", mail.sender)
    if mail.reply_to is not None:
        yield from _box("reply_to", mail.reply_to)
    for at, one in enumerate(mail.recipients[:_MOST_RECIPIENTS]):
        yield from _box(f"recipients.{at}", one)
    if not 0 < len(mail.recipients) <= _MOST_RECIPIENTS:
        yield _found("recipients", "recipients", f"Le message doit avoir de 1 à {_MOST_RECIPIENTS} destinataires.")


def _box(field: str, box: Mailbox) -> Iterator[Finding]:
    if not is_address(box.address):
        yield _found(f"{field}.address", "address", "L'adresse n'est pas une adresse de messagerie.")
    unfit = has_controls(box.label) or any(one in box.label for one in '<>"')
    if unfit or len(box.label) > _LONGEST_LABEL or box.label.strip() != box.label:
        yield _found(f"{field}.label", "label", "Le libellé contient un caractère interdit, ou il est trop long.")


def _identifiers(mail: OutgoingMail) -> Iterator[Finding]:
    named = [("message_id", mail.message_id), *((f"references.{at}", one) for at, one in enumerate(mail.references))]
    if mail.in_reply_to is not None:
        named.append(("in_reply_to", mail.in_reply_to))
    for field, value in named:
        if not is_message_id(value):
            yield _found(field, "message_id", "L'identifiant de message n'a pas la forme <partie@domaine>.")
    if not _TOKEN.fullmatch(mail.nil):
        yield _found("nil", "nil", "La référence du logiciel (NIL) manque ou n'est pas valide.", "MSSanté, ECO.2.4.3")
    if mail.date.tzinfo is None:
        yield _found("date", "date", "La date du message n'a pas de fuseau horaire.")


def _texts(mail: OutgoingMail) -> Iterator[Finding]:
    if has_controls(mail.subject) or len(mail.subject) > _LONGEST_SUBJECT:
        yield _found("subject", "subject", "L'objet contient un caractère interdit, ou il est trop long.")
    if mail.subject == _CLOSES_ALL and not mail.closes_exchange:
        message = "L'objet « [FIN] » retire au patient le droit de répondre à tous les messages précédents."
        yield _found("subject", "subject_closes_all", message, "CNAM, Mon espace santé, messagerie")
    for field, text in (("text", mail.text), ("html", mail.html or "")):
        if has_controls(text, "\t\r\n"):
            yield _found(field, "text", "Le texte contient un caractère de contrôle.")


def _documents(mail: OutgoingMail) -> Iterator[Finding]:
    if bool(mail.documents) != (mail.archive is not None):
        yield _found("archive", "archive", "L'archive et les documents vont ensemble.", "MSSanté, ECO.2.1.1")
    for at, one in enumerate(mail.documents):
        if not _TOKEN.fullmatch(one.entry.type.code):
            yield _found(f"documents.{at}.type", "type", "Le code du type de document n'est pas valide.")
        if safe_name(one.pdf_name) != one.pdf_name:
            yield _found(f"documents.{at}.pdf_name", "pdf_name", "Le nom de la copie n'est pas un nom de fichier sûr.")
    if len(",".join({one.entry.type.code for one in mail.documents})) > _LONGEST_CODES:
        yield _found("documents", "codes", "Trop de types de documents différents pour un seul message.")
    names = [one.pdf_name.casefold() for one in mail.documents]
    if len(set(names)) != len(names):
        yield _found("documents", "pdf_names", "Deux copies portent le même nom.")
    if mail.ins_is_qualified and not all(one.entry.patient_id for one in mail.documents):
        yield _found("ins_is_qualified", "ins", "Un document ne porte pas d'INS.", "MSSanté, ECO.2.4.2")


def _patients(mail: OutgoingMail, domain: str) -> Iterator[Finding]:
    """One patient a mail; what is about a patient goes to no other patient."""
    entries = [one.entry for one in mail.documents]
    if len({(one.patient_id, one.source_patient_id) for one in entries}) > 1:
        message = "Les documents concernent plusieurs patients : un message par patient."
        yield _found("documents", "one_patient", message, "MSSanté, ECO.2.1.1")
    patients = {box.address.lower() for box in mail.recipients if is_patient_address(box.address, domain)}
    own = {f"{one.patient_id.identifier}@{domain}".lower() for one in entries if one.patient_id is not None}
    if entries and not patients <= own:
        message = "Un document est adressé à un autre patient que le sien."
        yield _found("recipients", "other_patient", message, "MSSanté, ECO.2.2.6")
    masks = {one.confidentiality.code.upper() for one in entries}
    if patients and "INVISIBLE_PATIENT" in masks:
        message = "Un document n'est pas visible par le patient : il ne peut pas lui être envoyé."
        yield _found("recipients", "invisible_patient", message, "CI-SIS, table MetaDMPMSS")
    if "MASQUE_PS" in masks and len(patients) < len({box.address.lower() for box in mail.recipients}):
        message = "Un document est masqué aux professionnels : il ne peut pas leur être envoyé."
        yield _found("recipients", "masked", message, "CI-SIS, table MetaDMPMSS")
