"""What the command says of a mail, as data: a stable form for programs."""

from __future__ import annotations

from pathlib import Path

import msgspec

from caducee.model.codes import Code
from caducee.model.entry import EntryPatientId
from caducee.model.environment import Environment
from caducee_mss.reading import (
    Address,
    Bounce,
    Delivered,
    Filing,
    Mail,
    MailKind,
    MailWarning,
    Outcome,
    PatientIndex,
    Receipt,
    ReceivedDocument,
    propose,
)
from caducee_mss.reading.matching import birth_date


class PatientSummary(msgspec.Struct, frozen=True, kw_only=True):
    """The patient as the document names them."""

    birth_name: str
    given_names: str
    birth_date: str
    sex: str
    identifiers: tuple[str, ...]


class DocumentSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A document: what its header says, where it would go and why."""

    part: str
    path: str
    document_id: str
    title: str
    type: Code | None
    created: str
    author: str
    organisation: str
    version: int | None
    patient: PatientSummary | None
    metadata_patient: EntryPatientId | None
    has_pdf: bool
    sha1: str
    size: int
    filing: Filing


class AttachmentSummary(msgspec.Struct, frozen=True, kw_only=True):
    """An attachment; ``saved`` is the name of its file when it was saved."""

    part: str
    label: str
    name: str
    media_type: str
    size: int
    inside: str
    saved: str = ""


class MailSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A mail. ``error`` is the code of what kept it from being read; then the rest is empty."""

    file: str
    error: str = ""
    message: str = ""
    kind: MailKind | None = None
    subject: str = ""
    title: str = ""
    sender: Address | None = None
    recipients: tuple[Address, ...] = ()
    date: str | None = None
    message_id: str = ""
    thread: tuple[str, ...] = ()
    receipt_to: str = ""
    is_correction: bool = False
    text: str = ""
    receipt: Receipt | None = None
    deliveries: tuple[Delivered, ...] = ()
    bounce: Bounce | None = None
    documents: tuple[DocumentSummary, ...] = ()
    attachments: tuple[AttachmentSummary, ...] = ()
    warnings: tuple[MailWarning, ...] = ()

    @property
    def needs_a_person(self) -> bool:
        """Whether a document of it would not be filed by itself, or something of it is doubtful."""
        alone = (Outcome.FILE, Outcome.REPLACEMENT, Outcome.DUPLICATE)
        return any(one.filing.outcome not in alone for one in self.documents) or any(one.doubt for one in self.warnings)


def summarise(
    file: Path, mail: Mail, *, known: PatientIndex, environment: Environment, saved: dict[str, str]
) -> MailSummary:
    """Return what the command says of one mail."""
    proposal = propose(mail, known=known, environment=environment)
    attachments = tuple(
        AttachmentSummary(
            part=one.part,
            label=one.label,
            name=one.name,
            media_type=one.media_type,
            size=len(one.content),
            inside=one.inside,
            saved=saved.get(one.part, ""),
        )
        for one in mail.attachments
    )
    return MailSummary(
        file=str(file),
        kind=mail.kind,
        subject=mail.subject,
        title=mail.title,
        sender=mail.sender,
        recipients=mail.recipients,
        date=mail.date,
        message_id=mail.message_id,
        thread=mail.thread,
        receipt_to=mail.receipt_to,
        is_correction=mail.is_correction,
        text=mail.text,
        receipt=mail.receipt,
        deliveries=mail.deliveries,
        bounce=mail.bounce,
        documents=tuple(map(_document, mail.documents, proposal.documents)),
        attachments=attachments,
        warnings=mail.warnings,
    )


def unreadable(file: Path, code: str, message: str) -> MailSummary:
    """Return what is said of a file that is no mail."""
    return MailSummary(file=str(file), error=code, message=message)


def _document(document: ReceivedDocument, filing: Filing) -> DocumentSummary:
    read = document.read
    author = read.header.authors[0] if read and read.header.authors else None
    return DocumentSummary(
        part=document.part,
        path=document.path,
        document_id=read.document_id if read else "",
        title=(read.title or "") if read else "",
        type=read.type if read else None,
        created=(read.header.created or "") if read else "",
        author=(author.name or author.device) if author else "",
        organisation=author.organisation if author else "",
        version=read.version if read else None,
        patient=_patient(document),
        metadata_patient=document.patient,
        has_pdf=document.rendition is not None or bool(read and read.body and read.media_type == "application/pdf"),
        sha1=document.sha1,
        size=len(document.content),
        filing=filing,
    )


def _patient(document: ReceivedDocument) -> PatientSummary | None:
    if document.read is None:
        return None
    known = document.read.header.patient
    return PatientSummary(
        birth_name=known.birth_name,
        given_names=known.given_names or known.first_given_name,
        birth_date=birth_date(known),
        sex=known.sex.code if known.sex else "",
        identifiers=known.identifiers,
    )
