"""Invented documents of every type: minimal, full and awkward."""

from __future__ import annotations

from .documents import IDENTIFIERS, OID_ROOT, documents, identifiers_of
from .people import ROUX

__all__ = ["IDENTIFIERS", "OID_ROOT", "ROUX", "documents", "identifiers_of"]
