"""Rules on what a document holds, whatever its kind."""

from __future__ import annotations

from datetime import date

import msgspec

from caducee.cda.check.clinical import check_history
from caducee.cda.check.file import check_pdf, check_text
from caducee.cda.check.prescription import check_prescription
from caducee.cda.check.report import Report
from caducee.cda.check.requests import (
    check_admission,
    check_biology,
    check_care,
    check_discharge,
    check_imaging,
    check_vaccination,
)
from caducee.cda.document_types import GROUP, document_type
from caducee.model import bodies


def check_body(report: Report, body: bodies.Body, *, max_bytes: int, today: date | None) -> None:
    """Check the body of a document made on ``today`` (``None`` when that is not known)."""
    match body:
        case bodies.MedicalSummary():
            check_history(report, body)
        case bodies.Prescription():
            check_prescription(report, body, max_bytes)
        case bodies.BiologyPrescription():
            check_biology(report, body, max_bytes)
        case bodies.NursingPrescription() | bodies.PhysiotherapyPrescription():
            check_care(report, body, max_bytes)
        case bodies.ImagingRequest():
            check_imaging(report, body)
        case bodies.AdmissionLetter():
            check_admission(report, body)
        case bodies.DischargeLetter():
            check_discharge(report, body)
        case bodies.VaccinationNote():
            check_vaccination(report, body, today)
        case _:
            _file(report, body, max_bytes)


def _file(
    report: Report,
    body: bodies.PdfBody | bodies.TextBody | bodies.Annulment | bodies.OtherBody,
    max_bytes: int,
) -> None:
    match body:
        case bodies.PdfBody(content=content):
            check_pdf(report, "body.content", content, max_bytes)
        case bodies.TextBody(content=words):
            check_text(report, "body.content", words, max_bytes)
        case bodies.Annulment(reason=reason):
            report.filled("body.reason", reason)
        case bodies.OtherBody(kind=kind, content=content):
            _other(report, kind, content)


def _other(report: Report, kind: str, content: bytes) -> None:
    known = document_type(kind)
    if known is None:
        report.add("body.kind", "body.kind", "Aucun module installé n'apporte ce type de document.", GROUP)
        return
    for finding in known.check(content):
        report.findings.append(msgspec.structs.replace(finding, field=f"body.{finding.field}"))
