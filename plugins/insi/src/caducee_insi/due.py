"""What an identity still needs, and why: the list that the desk works through. Pure.

Source: RNIV; the cadence of the re-verification (3 to 5 years is what is usually quoted) is configuration.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec

from caducee_insi.lifecycle import allowed, asks
from caducee_insi.trail import Standing


class Need(StrEnum):
    """What is needed. INSi forbids bulk retrieval: ``RETRIEVE`` is for the next visit, ``VERIFY`` may be in a lot."""

    RETRIEVE = "retrieve"
    DOCUMENT = "document"
    VERIFY = "verify"
    DOUBT = "doubt"


class Needed(msgspec.Struct, frozen=True):
    """One need and its French reason."""

    need: Need
    why: str


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A file and what it needs."""

    local_id: str
    needs: tuple[Needed, ...]


def due(now: Standing, *, today: date, reverify_after: int) -> tuple[Needed, ...]:
    """Return what an identity needs; empty when nothing. ``reverify_after`` is in days."""
    if not asks(now.marks):
        return (Needed(Need.DOUBT, "Identité douteuse ou fictive : à lever avec le patient."),)
    wants = allowed(now.status).wants
    needs = []
    if "ins" in wants or now.ins is None:
        lost = "INS retiré" if now.former else "INS jamais récupéré"
        needs.append(Needed(Need.RETRIEVE, f"{lost} : à récupérer à la prochaine venue."))
    if "document" in wants:
        needs.append(Needed(Need.DOCUMENT, "Pièce d'identité de haut niveau de confiance jamais contrôlée."))
    if now.ins is not None and (why := _old(now.confirmed, today, reverify_after)):
        needs.append(Needed(Need.VERIFY, why))
    return tuple(needs)


def _old(confirmed: str, today: date, reverify_after: int) -> str:
    if not confirmed:
        return "INS jamais confirmé ici par INSi."
    last = datetime.fromisoformat(confirmed).date()
    if today - last < timedelta(days=reverify_after):
        return ""
    return f"Dernière confirmation par INSi le {last:%d/%m/%Y} : vérification à refaire."
