"""From sealed documents to a mail: archive, copies for people, subject (MSSanté, ECO.2.1)."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from caducee.cda.reading import ReadDocument, read_document
from caducee.cda.view import to_pdf
from caducee.errors import Finding
from caducee.model.codes import Code
from caducee.model.entry import DocumentEntry
from caducee.model.environment import Environment
from caducee.model.practice import Practitioner
from caducee.wire import xdm
from caducee.wire.xds.entry import WithoutIns, patient_of
from caducee.wire.xds.submission import SubmissionSet
from caducee_mss.message.errors import MailInvalid
from caducee_mss.message.labels import CorrectionMark, pdf_name, subject_of
from caducee_mss.message.mail import Carried, Mailbox, OutgoingMail
from caducee_mss.realm import counts_as_qualified


class SealedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed document: its CDA and the entry of its metadata. ``pdf`` is its PDF/A copy when it is made already."""

    cda: bytes
    entry: DocumentEntry
    pdf: bytes | None = None


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What the mail is beside its documents. ``record`` is the number of the record, for the names of the copies.

    ``correction`` marks the subject of a next version. The other fields are those of ``OutgoingMail``.
    """

    sender: Mailbox
    recipients: tuple[Mailbox, ...]
    text: str
    nil: str
    message_id: str
    date: datetime
    html: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    reply_to: Mailbox | None = None
    read_receipt: bool = False
    closes_exchange: bool = False
    correction: CorrectionMark | None = None
    record: str = ""


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """What the archive says of itself: who made it, with what, under which identifiers (OID).

    ``content_type`` is a code of 1.2.250.1.213.2.2. ``without_ins`` says what names the patient of documents sealed
    without an INS: no public text does.
    """

    unique_id: str
    source_id: str
    author: Practitioner
    application: xdm.Application
    content_type: Code
    environment: Environment
    without_ins: WithoutIns = WithoutIns.LOCAL


def mail_of(documents: tuple[SealedDocument, ...], letter: Letter, submission: Submission) -> OutgoingMail:
    """Return the mail of the documents of one patient.

    Each comes with a copy for people: the PDF that a level 1 document is, the print of any other. A document sealed
    without an INS leaves under the identifier of the practice, and the mail says ``X-MSS-INS: N``.

    Raises:
        MailInvalid: no document, or several patients.
        InsNotQualified: a document without an INS that ``submission.without_ins`` refuses.
        DocumentInvalid: a text that XML cannot carry.
        DocumentUnreadable: not a CDA.
        CapabilityMissing, PaperInvalid: a copy cannot be printed.
    """
    _refuse(documents)
    first = documents[0].entry
    read = tuple(read_document(one.cda) for one in documents)
    return OutgoingMail(
        sender=letter.sender,
        recipients=letter.recipients,
        subject=subject_of(
            tuple(one.entry.type.display for one in documents), first.source_patient_info, correction=letter.correction
        ),
        text=letter.text,
        html=letter.html,
        nil=letter.nil,
        message_id=letter.message_id,
        date=letter.date,
        documents=_carried(documents, read, record=letter.record),
        archive=_archive(documents, letter, submission),
        ins_is_qualified=all(_is_qualified(one.entry, submission.environment) for one in documents),
        in_reply_to=letter.in_reply_to,
        references=letter.references,
        reply_to=letter.reply_to,
        read_receipt=letter.read_receipt,
        closes_exchange=letter.closes_exchange,
    )


def _refuse(documents: tuple[SealedDocument, ...]) -> None:
    patients = {(one.entry.patient_id, one.entry.source_patient_id) for one in documents}
    if len(patients) == 1:
        return
    message = "Les documents concernent plusieurs patients." if patients else "Le message n'a pas de document."
    rule = "mss.one_patient" if patients else "mss.no_document"
    raise MailInvalid((Finding(field="documents", rule=rule, message=message, source="MSSanté, ECO.2.1.1"),))


def _archive(documents: tuple[SealedDocument, ...], letter: Letter, submission: Submission) -> bytes:
    made = SubmissionSet(
        unique_id=submission.unique_id,
        source_id=submission.source_id,
        submission_time=letter.date.astimezone(UTC).strftime("%Y%m%d%H%M%S"),
        patient=patient_of(documents[0].entry, submission.without_ins),
        author=submission.author,
        content_type=submission.content_type,
        title=documents[0].entry.title if len(documents) == 1 else None,
    )
    pairs = tuple((one.entry, one.cda) for one in documents)
    return xdm.write(made, pairs, application=submission.application, without_ins=submission.without_ins)


def _carried(
    documents: tuple[SealedDocument, ...], read: tuple[ReadDocument, ...], *, record: str
) -> tuple[Carried, ...]:
    taken: set[str] = set()
    made = []
    for one, document in zip(documents, read, strict=True):
        name = _free(
            pdf_name(
                one.entry.type.display, one.entry.source_patient_info, day=_day(one.entry, document), record=record
            ),
            taken,
        )
        pdf = to_pdf(document) if one.pdf is None else one.pdf
        made.append(Carried(cda=one.cda, entry=one.entry, pdf=pdf, pdf_name=name))
    return tuple(made)


def _day(entry: DocumentEntry, document: ReadDocument) -> str:
    """The day of the act where it took place; the metadata hold it in universal time, which may be another day."""
    times = [event.time.low for event in document.header.events if event.time and event.time.low]
    return (times[0] if times else entry.service_start_utc)[:8]


def _free(name: str, taken: set[str]) -> str:
    """Two documents of one kind on one day are told apart by a number."""
    stem, number, free = name.removesuffix(".pdf"), 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{stem}-{number}.pdf"
    taken.add(free.casefold())
    return free


def _is_qualified(entry: DocumentEntry, environment: Environment) -> bool:
    """The INS of an entry was qualified when it was sealed; the mark also wants the four traits (ECO.2.4.2)."""
    traits = entry.source_patient_info
    whole = traits.birth_name and traits.given_name and traits.birth_date and traits.sex in ("M", "F")
    return bool(whole) and entry.patient_id is not None and counts_as_qualified(entry.patient_id.oid, environment)
