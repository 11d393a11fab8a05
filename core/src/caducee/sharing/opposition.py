"""What a patient is against: a value that the practice's software gives."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec


class Scope(StrEnum):
    """What an opposition stops, and nothing else."""

    CONSULT = "consult"
    """Reading the shared record."""
    FEED = "feed"
    """Putting documents into the shared record."""
    PATIENT_MAIL = "patient_mail"
    """Mail to the patient's box in Mon espace santé."""
    DISPENSATION_FOLLOW = "dispensation_follow"
    """Following what a pharmacy dispensed of a digital prescription."""


class Opposition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One opposition, as somebody of the practice noted it.

    ``documents`` are codes of document types (``57833-6``), all of them when empty; only ``FEED`` and ``PATIENT_MAIL``
    look at it. It stands from the day ``since`` to the day before ``lifted``.
    """

    scope: Scope
    motive: str
    noted_by: str
    since: date
    documents: tuple[str, ...] = ()
    lifted: date | None = None

    def stands(self, on: date) -> bool:
        """Say whether it holds on that day."""
        return self.since <= on and (self.lifted is None or on < self.lifted)

    def names(self, scope: Scope, document_type: str = "") -> bool:
        """Say whether it is about that route, and about documents of that type."""
        return self.scope is scope and (not self.documents or document_type in self.documents)
