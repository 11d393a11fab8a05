"""A patient's shared record, followed at the practice: its index, its synchronisation, what is kept of it."""

from __future__ import annotations

from caducee_dmp.record.api import SHARED_RECORD, SharedRecord
from caducee_dmp.record.model import (
    Beyond,
    Choice,
    Fetch,
    Followed,
    Found,
    IndexedDocument,
    News,
    Notice,
    Progress,
    Standing,
    Step,
    Synchronised,
)

__all__ = [
    "SHARED_RECORD",
    "Beyond",
    "Choice",
    "Fetch",
    "Followed",
    "Found",
    "IndexedDocument",
    "News",
    "Notice",
    "Progress",
    "SharedRecord",
    "Standing",
    "Step",
    "Synchronised",
]
