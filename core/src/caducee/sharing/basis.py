"""On what ground a professional opens a patient's shared record. Values that the practice's software gives."""

from __future__ import annotations

from datetime import datetime

import msgspec

from caducee.errors import ConsentMissing


class CareTeam(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="care_team"):
    """The professional is of the care team of an episode: consent is presumed once the patient was informed.

    ``episode`` is the practice's own name of it; the patient is informed again at each new one. ``informed_by`` says
    who informed them, ``when`` (aware) and with which ``text`` (``Information.key``).
    """

    episode: str
    informed_by: str
    when: datetime
    text: str

    @property
    def named(self) -> str:
        """The basis as the audit trail keeps it."""
        return f"care_team {self.episode}: {self.text} by {self.informed_by} on {self.when.isoformat()}"

    def check(self) -> None:
        """Refuse a basis that says nothing.

        Raises:
            ConsentMissing: the episode, who informed the patient or what they were told is empty, or the time has no
                zone.
        """
        if not all(part.strip() for part in (self.episode, self.informed_by, self.text)):
            raise ConsentMissing("a care team without episode, informer or text")
        if self.when.tzinfo is None:
            raise ConsentMissing("the information has a time without zone")


class ExplicitConsent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="explicit_consent"):
    """The patient said yes, for this consultation only. ``how``: by word, on paper…, as the practice says it."""

    consultation: str
    how: str

    @property
    def named(self) -> str:
        """The basis as the audit trail keeps it."""
        return f"explicit_consent {self.consultation}: {self.how}"

    def check(self) -> None:
        """Refuse a basis that says nothing.

        Raises:
            ConsentMissing: the consultation, or how consent was given, is empty.
        """
        if not self.consultation.strip() or not self.how.strip():
            raise ConsentMissing("a consent without consultation or manner")


AccessBasis = CareTeam | ExplicitConsent


def require_basis(basis: AccessBasis | None) -> AccessBasis:
    """Return the basis of an ordinary access.

    Raises:
        ConsentMissing: there is none, or it says nothing.
    """
    if basis is None:
        raise ConsentMissing("no access basis was given")
    basis.check()
    return basis
