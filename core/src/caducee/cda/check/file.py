"""Rules on the file that a document carries."""

from __future__ import annotations

from caducee.cda.check.report import Report

_PDF = "ISO 32000-1, 7.5"
_TAIL = 1024


def check_pdf(report: Report, field: str, content: bytes, max_bytes: int) -> None:
    """Check that this is a whole PDF file and not larger than ``max_bytes`` (``documents.max_bytes``)."""
    _size(report, field, len(content), max_bytes)
    if not content.startswith(b"%PDF-"):
        report.add(field, "body.pdf", "Ce fichier n'est pas un PDF.", _PDF)
    elif b"%%EOF" not in content[-_TAIL:]:
        report.add(field, "body.pdf_end", "Ce PDF est incomplet : sa fin manque.", _PDF)


def check_text(report: Report, field: str, content: str, max_bytes: int) -> None:
    """Check that this text holds something and is not larger than ``max_bytes``."""
    report.filled(field, content)
    _size(report, field, len(content.encode(errors="replace")), max_bytes)


def _size(report: Report, field: str, size: int, max_bytes: int) -> None:
    if size > max_bytes:
        message = f"Le fichier dépasse la taille permise ({max_bytes // 1_000_000} Mo)."
        report.add(field, "body.size", message, "configuration, documents.max_bytes")
