"""What a doctor reads of a record before a first visit: as data, and as one page."""

from __future__ import annotations

from caducee_dmp.brief.model import (
    Answer,
    Brief,
    Part,
    PartName,
    Passage,
    Piece,
    TreatmentLine,
    Writer,
    WriterKind,
)
from caducee_dmp.brief.page import to_page

__all__ = [
    "Answer",
    "Brief",
    "Part",
    "PartName",
    "Passage",
    "Piece",
    "TreatmentLine",
    "Writer",
    "WriterKind",
    "to_page",
]
