"""Level 1: a file in the document."""

from __future__ import annotations

import msgspec


class PdfBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="pdf"):
    """A PDF/A-1 file, carried as it is in the body of a CDA R2 level 1. Other files: ``caducee.to_pdfa``."""

    content: bytes


class TextBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="text"):
    """A plain text, carried as it is in the body of a CDA R2 level 1."""

    content: str
