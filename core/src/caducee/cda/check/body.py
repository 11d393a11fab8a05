"""Rules on the file that a level 1 document carries."""

from __future__ import annotations

from caducee.cda.check.report import Report
from caducee.model.document import PdfBody

_FIELD = "body.content"
_PDF = "ISO 32000-1, 7.5"
_TAIL = 1024


def check_pdf(report: Report, body: PdfBody, max_bytes: int) -> None:
    """Check that the body is a whole PDF file and not larger than ``max_bytes`` (``documents.max_bytes``)."""
    content = body.content
    if len(content) > max_bytes:
        message = f"Le fichier dépasse la taille permise ({max_bytes // 1_000_000} Mo)."
        report.add(_FIELD, "body.size", message, "configuration, documents.max_bytes")
    if not content.startswith(b"%PDF-"):
        report.add(_FIELD, "body.pdf", "Ce fichier n'est pas un PDF.", _PDF)
    elif b"%%EOF" not in content[-_TAIL:]:
        report.add(_FIELD, "body.pdf_end", "Ce PDF est incomplet : sa fin manque.", _PDF)
