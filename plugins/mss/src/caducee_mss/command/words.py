"""What the command says of a mail, in French, for people."""

from __future__ import annotations

from collections.abc import Iterator

from caducee_mss.command.summary import DocumentSummary, MailSummary
from caducee_mss.reading import Address, BounceCause, MailKind, Outcome, ReceiptKind

_KINDS = {
    MailKind.PROFESSIONAL: "Message d'un professionnel",
    MailKind.PATIENT: "Message d'un patient",
    MailKind.DELIVERY_REPORT: "Rapport de distribution",
    MailKind.READ_RECEIPT: "Accusé de lecture",
    MailKind.INTEGRATION_RECEIPT: "Accusé d'intégration",
    MailKind.BOUNCE: "Message non distribué",
    MailKind.ORDINARY: "Message hors de l'espace de confiance",
}
_OUTCOMES = {
    Outcome.FILE: "à classer dans le dossier",
    Outcome.REPLACEMENT: "remplace la version précédente dans le dossier",
    Outcome.PERSON: "à classer par une personne",
    Outcome.DUPLICATE: "déjà reçu",
    Outcome.DELETION: "suppression demandée",
    Outcome.REFUSE: "à refuser",
}
_RECEIPTS = {
    ReceiptKind.PROCESSED: "document intégré par le destinataire",
    ReceiptKind.FAILED: "document non intégré par le destinataire",
    ReceiptKind.DISPLAYED: "message lu",
    ReceiptKind.DELETED: "message supprimé sans être lu",
    ReceiptKind.DISPATCHED: "message transmis",
    ReceiptKind.OTHER: "réponse d'une forme inconnue",
}
_CAUSES = {
    BounceCause.NO_MAILBOX: "le destinataire n'a pas de messagerie",
    BounceCause.CLOSED: "la messagerie du destinataire est fermée",
    BounceCause.UNKNOWN_RECIPIENT: "le destinataire est inconnu",
    BounceCause.INVALID_ADDRESS: "l'adresse n'est pas valide",
    BounceCause.TOO_LARGE: "le message est trop volumineux",
    BounceCause.FULL: "la messagerie du destinataire est pleine",
    BounceCause.REFUSED: "le message est refusé",
    BounceCause.TEMPORARY: "la distribution est retardée",
    BounceCause.OTHER: "la cause n'est pas dite",
}


def said(summary: MailSummary) -> str:
    """Return what a person reads of one mail. No character of it moves the cursor of a terminal."""
    lines = [summary.file, *(f"  {line}" for line in _lines(summary))]
    return "\n".join("".join(one if one.isprintable() else " " for one in line) for line in lines)


def _lines(summary: MailSummary) -> Iterator[str]:
    if summary.error or summary.kind is None:
        yield f"{summary.message} ({summary.error})"
        return
    yield f"{_KINDS[summary.kind]}{_dated(summary)}"
    yield f"De : {_address(summary.sender)}"
    yield f"À : {', '.join(map(_address, summary.recipients)) or 'personne'}"
    yield f"Objet : {summary.title or '(sans objet)'}"
    yield from _reports(summary)
    for at, one in enumerate(summary.documents, start=1):
        yield from _document(at, one)
    for file in summary.attachments:
        saved = f", enregistrée sous {file.saved}" if file.saved else ""
        yield f"Pièce {file.part} : {file.label or file.name} ({file.media_type}, {file.size} octets){saved}"
    for warning in summary.warnings:
        where = " ".join(filter(None, (f"pièce {warning.part}" if warning.part else "", warning.place)))
        yield f"{'Doute' if warning.doubt else 'Remarque'} : {warning.message}{f' ({where})' if where else ''}"


def _dated(summary: MailSummary) -> str:
    return f" du {summary.date}" if summary.date else ""


def _address(one: Address | None) -> str:
    if one is None:
        return "inconnu"
    return f"{one.label} <{one.address}>" if one.label else one.address


def _reports(summary: MailSummary) -> Iterator[str]:
    if summary.receipt is not None:
        code = " ".join(filter(None, (summary.receipt.code, summary.receipt.label)))
        yield f"Accusé : {_RECEIPTS[summary.receipt.kind]}{f' ({code})' if code else ''}"
    for one in summary.deliveries:
        yield f"Distribution : {one.recipient} {'arrivé' if one.arrived else one.action} ({one.status})"
    if summary.bounce is not None:
        assumed = ", d'après les mots du rapport" if summary.bounce.assumed else ""
        yield f"Retour : {_CAUSES[summary.bounce.cause]}{assumed}"


def _document(at: int, one: DocumentSummary) -> Iterator[str]:
    kind = one.type.display if one.type else "type inconnu"
    yield f"Document {at} : {one.title or kind} ({kind}), {one.author or 'auteur inconnu'}, {one.organisation}".rstrip(
        ", "
    )
    if one.patient is not None:
        known = one.patient
        yield f"  Patient : {known.birth_name} {known.given_names}, {known.birth_date or 'date inconnue'}, {known.sex}"
        yield f"  Identifiants : {', '.join(known.identifiers) or 'aucun'}"
    record = f" {one.filing.local_id}" if one.filing.local_id else ""
    yield f"  Classement : {_OUTCOMES[one.filing.outcome]}{record}"
    for reason in one.filing.reasons:
        yield f"    {reason.sentence}"
    for candidate in one.filing.candidates:
        against = " ".join(reason.sentence for reason in candidate.reasons)
        yield f"    Dossier possible : {candidate.local_id} {against}".rstrip()
    if one.filing.receipt is not None:
        yield f"  Accusé à renvoyer : {one.filing.receipt} {one.filing.receipt.label}"
