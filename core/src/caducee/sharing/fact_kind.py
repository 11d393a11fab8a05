"""What may be noted of a practice for its figures."""

from __future__ import annotations

from enum import StrEnum


class FactKind(StrEnum):
    """The kind of a fact is the kind of its event."""

    MADE = "document.made"
    """A document was made in the practice's software. ``code``: its type."""
    PUBLISHED = "document.published"
    """A document was handed over. ``code``: its type; ``why``: ``prior_approval`` or ``at_distance``."""
    AUTHORED = "document.authored"
    """Who made a document. ``code``: the profession (TRE_G15) and the sector (SAxx) of its author, ``10/SA07``."""
    SUMMARY = "summary.published"
    """A VSM was handed over. ``code``: how many of its entries are coded, of how many (``7/9``); empty for a PDF."""
    SEEN = "patient.seen"
    """A patient came, or was met at a distance. ``code``: the status of their INS (``QUAL``, ``VALI``…)."""
    CARE_SHEET = "care_sheet.sent"
    """A care sheet left. ``code``: ``electronic`` or ``paper``; said twice of the same sheet, it counts once."""
    ACT = "act.done"
    """An act was done. ``code``: ``distance`` or ``present``."""
    ATTENDING = "attending.noted"
    """The practice is a patient's médecin traitant."""
    ATTENDING_ENDED = "attending.ended"
    """It no longer is."""
    MAIL = "mail.sent"
    """A secure mail without a document left: a letter or an answer. ``code``: to a ``professional`` or ``patient``;
    said twice of the same mail, it counts once."""
    MAILBOX = "mailbox.alive"
    """The secure mailbox was read without fault."""
    OPENING_HOURS = "directory.hours"
    """The opening hours in the directory. ``code``: ``filled`` or ``missing``."""
