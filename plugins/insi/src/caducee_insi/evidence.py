"""The identity documents that a person may have checked."""

from __future__ import annotations

from enum import StrEnum


class Evidence(StrEnum):
    """A document of high trust (RNIV). The value is the code of HL7 FR Core for it.

    Nothing is preselected, and a practice may accept fewer: ``[plugins.insi] evidence``.
    """

    NATIONAL_IDENTITY_CARD = "CN"
    PASSPORT = "PA"
    RESIDENCE_PERMIT = "CS"
