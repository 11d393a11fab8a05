"""What a caller may do to a document that is in the DMP."""

from __future__ import annotations

from enum import StrEnum


class Change(StrEnum):
    """What becomes of a document that is in the DMP."""

    MASK = "mask"
    UNMASK = "unmask"
    SHOW_PATIENT = "show_patient"
    SHOW_REPRESENTATIVES = "show_representatives"
    DELETE = "delete"
    ARCHIVE = "archive"
    UNARCHIVE = "unarchive"
