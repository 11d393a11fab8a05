"""Why a mail came back: the status of the report says it first, its words then (RFC 3463; Mon espace santé)."""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

from caducee_mss.words import unaccented

_MOST_WORDS = 20_000


class BounceCause(StrEnum):
    """Why a mail came back."""

    NO_MAILBOX = "no_mailbox"
    CLOSED = "closed"
    UNKNOWN_RECIPIENT = "unknown_recipient"
    INVALID_ADDRESS = "invalid_address"
    TOO_LARGE = "too_large"
    FULL = "full"
    REFUSED = "refused"
    TEMPORARY = "temporary"
    OTHER = "other"


class Bounce(msgspec.Struct, frozen=True, kw_only=True):
    """A mail that came back. ``assumed`` says that the cause was read in words that no public text gives."""

    cause: BounceCause
    recipient: str = ""
    status: str = ""
    assumed: bool = False


STATUSES: tuple[tuple[str, BounceCause], ...] = (
    ("5.1.1", BounceCause.UNKNOWN_RECIPIENT),
    ("5.1.2", BounceCause.INVALID_ADDRESS),
    ("5.1.3", BounceCause.INVALID_ADDRESS),
    ("5.1.6", BounceCause.UNKNOWN_RECIPIENT),
    ("5.1.10", BounceCause.NO_MAILBOX),
    ("5.2.1", BounceCause.CLOSED),
    ("5.2.2", BounceCause.FULL),
    ("5.2.3", BounceCause.TOO_LARGE),
    ("5.3.4", BounceCause.TOO_LARGE),
    ("5.7.", BounceCause.REFUSED),
    ("4.", BounceCause.TEMPORARY),
)
"""Enhanced status codes, the longer ones before those that begin alike."""

WORDS: tuple[tuple[str, BounceCause], ...] = (
    (
        r"(?:messagerie|boite|compte|espace)\b.{0,60}\b(?:fermee?|cloturee?|desactivee?|closed|disabled)",
        BounceCause.CLOSED,
    ),
    (r"(?:mailbox|account)\b.{0,60}\b(?:closed|disabled|deactivated)", BounceCause.CLOSED),
    (r"(?:pas|aucune|sans)\b.{0,40}\b(?:messagerie|boite)|messagerie non activee|no mailbox", BounceCause.NO_MAILBOX),
    (
        r"adresse\b.{0,60}\b(?:invalide|erronee|incorrecte|non valide)|invalid address|bad address",
        BounceCause.INVALID_ADDRESS,
    ),
    (
        r"(?:patient|destinataire|usager)\b.{0,60}\b(?:introuvable|inconnu|non trouve|inexistant)",
        BounceCause.UNKNOWN_RECIPIENT,
    ),
    (
        r"(?:user|recipient|mailbox)\b.{0,60}\b(?:unknown|not found|does not exist)|unknown user",
        BounceCause.UNKNOWN_RECIPIENT,
    ),
    (
        r"trop volumineu|taille\b.{0,60}\b(?:depasse|maximale|superieure)|too (?:big|large)|exceeds",
        BounceCause.TOO_LARGE,
    ),
    (r"boite\b.{0,40}\bpleine|over quota|mailbox full|quota exceeded", BounceCause.FULL),
)
"""Words of a report, without accents, in lower case. Those of patients' mailboxes are assumed."""

RETURNED_SUBJECTS = (
    "message non distribue",
    "undelivered mail returned to sender",
    "delivery status notification (failure)",
)
"""Subjects of a mail that came back without a report of the standard form."""


def cause_of(status: str, words: str) -> Bounce:
    """Return why: a status that says it is believed, words only where it says nothing precise."""
    for known, cause in STATUSES:
        if status == known or (known.endswith(".") and status.startswith(known)):
            said = _said(words) if cause is BounceCause.REFUSED else None
            return Bounce(cause=said or cause, status=status, assumed=said is not None)
    said = _said(words)
    return Bounce(cause=said or BounceCause.OTHER, status=status, assumed=said is not None)


def is_returned(subject: str) -> bool:
    """Say whether a subject is that of a mail that came back."""
    return unaccented(subject).lower().strip().startswith(RETURNED_SUBJECTS)


def _said(words: str) -> BounceCause | None:
    plain = " ".join(unaccented(words[:_MOST_WORDS]).lower().split())
    return next((cause for pattern, cause in WORDS if re.search(pattern, plain)), None)
