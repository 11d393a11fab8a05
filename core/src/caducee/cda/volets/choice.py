"""Which template renders a document: decided by its body."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from caducee.cda.document_types import document_type
from caducee.cda.header import Header
from caducee.cda.oids import PDF_FORMAT, TEXT_FORMAT
from caducee.errors import CapabilityMissing
from caducee.model import bodies
from caducee.model.codes import Code
from caducee.model.document import Document
from caducee.model.practice import Practitioner
from caducee.rendering import Template


class Copyist(Protocol):
    """Prints what the patient is given: a prescription whose PDF the practice's software did not make."""

    def copy(self, document: Document, author: Practitioner) -> bytes:
        """Return a PDF/A-1 file; the same document gives the same bytes.

        Raises:
            PaperInvalid: a value that cannot be printed.
            CapabilityMissing: the printing engine is not installed.
        """
        ...


class Made(NamedTuple):
    """What to render, with what, and the format of the document in the metadata: a code of JDV_J60, or its own."""

    model: Header
    template: Template
    format: str | Code


def make(header: Header, document: Document, author: Practitioner, copyist: Copyist) -> Made:
    """Return the document of a checked body. Each volet is loaded when it is first needed."""
    body = document.body
    match body:
        case bodies.PdfBody(content=content):
            return _n1(header, content)
        case bodies.TextBody():
            from caducee.cda.volets import n1

            return Made(n1.text(header, body), n1.template(), TEXT_FORMAT)
        case bodies.BiologyPrescription() | bodies.NursingPrescription() | bodies.PhysiotherapyPrescription():
            return _n1(header, body.pdf or copyist.copy(document, author))
        case bodies.Annulment():
            return _n1(header, copyist.copy(document, author))
        case bodies.Prescription():
            from caducee.cda.volets import prescription

            copy = body.pdf or copyist.copy(document, author)
            return Made(prescription.build(header, body, copy), prescription.template(), "urn:ihe:pharm:pre:2010")
        case bodies.OtherBody(kind=kind, content=content):
            return _other(header, kind, content)
    return _structured(header, body)


def _other(header: Header, kind: str, content: bytes) -> Made:
    known = document_type(kind)
    if known is None:
        raise CapabilityMissing(f"no installed package brings the document type {kind!r}")
    model, template = known.make(header, content)
    return Made(model, template, known.format)


def _n1(header: Header, content: bytes) -> Made:
    from caducee.cda.volets import n1

    return Made(n1.pdf(header, content), n1.template(), PDF_FORMAT)


def _structured(
    header: Header,
    body: (
        bodies.MedicalSummary
        | bodies.AdmissionLetter
        | bodies.DischargeLetter
        | bodies.ImagingRequest
        | bodies.VaccinationNote
    ),
) -> Made:
    match body:
        case bodies.MedicalSummary():
            from caducee.cda.volets import summary

            return Made(summary.build(header, body), summary.template(), "urn:asip:ci-sis:vsm:2012")
        case bodies.AdmissionLetter():
            from caducee.cda.volets import admission_letter

            made = admission_letter.build(header, body)
            return Made(made, admission_letter.template(), "urn:asip:ci-sis:ldl-ees:2017")
        case bodies.DischargeLetter():
            from caducee.cda.volets import discharge_letter

            letter = discharge_letter.build(header, body)
            return Made(letter, discharge_letter.template(), "urn:asip:ci-sis:ldl-ses:2017")
        case bodies.ImagingRequest():
            from caducee.cda.volets import imaging_request

            made_request = imaging_request.build(header, body)
            return Made(made_request, imaging_request.template(), "urn:ans:ci-sis:img-da:2022")
        case bodies.VaccinationNote():
            from caducee.cda.volets import vaccination_note

            note = vaccination_note.build(header, body)
            return Made(note, vaccination_note.template(), "urn:asip:ci-sis:vac-note:2021")
