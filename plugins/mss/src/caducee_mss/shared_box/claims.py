"""A shared box worked by several people: who has a mail in hand, who read, filed and answered it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from caducee.errors import CaduceeError, Retry
from caducee_mss.history import Step, What


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a received mail stands. Names are those of the actors; ``claimed_until`` is empty without a claim."""

    claimed_by: str = ""
    claimed_until: str = ""
    read_by: tuple[str, ...] = ()
    filed_by: str = ""
    answered_by: tuple[str, ...] = ()

    @property
    def is_filed(self) -> bool:
        """Whether somebody has filed it, here or at another desk."""
        return self.filed_by != ""

    def is_free_for(self, who: str) -> bool:
        """Say whether this person may take it in hand."""
        return self.claimed_by in ("", who)


class AlreadyClaimed(CaduceeError):
    """Somebody else has this mail in hand: ``by`` and ``until``."""

    code = "mss.already_claimed"
    retry = Retry.LATER
    sentence = "Ce message est déjà pris en charge par une autre personne."
    remedy = "Laissez-la terminer, ou demandez-lui de le libérer."

    def __init__(self, by: str, until: str) -> None:
        self.by, self.until = by, until
        super().__init__(f"claimed by {by} until {until}")


class AlreadyFiled(CaduceeError):
    """Somebody has filed this mail before: ``by``."""

    code = "mss.already_filed"
    retry = Retry.NEVER
    sentence = "Ce message est déjà classé."
    remedy = "Rien à faire."

    def __init__(self, by: str) -> None:
        self.by = by
        super().__init__(f"filed by {by}")


def standing(steps: Sequence[Step], now: datetime) -> Standing:
    """Fold the steps of a mail; a claim that has ended counts no more."""
    claim: Step | None = None
    read: list[str] = []
    answered: list[str] = []
    filed = ""
    for one in steps:
        if one.what is What.CLAIMED:
            claim = one
        elif one.what in (What.LET_GO, What.FILED):
            claim = None
            filed = one.by if one.what is What.FILED else filed
        elif one.what is What.READ:
            read.append(one.by)
        elif one.what is What.ANSWERED:
            answered.append(one.by)
    if claim is not None and datetime.fromisoformat(claim.until) <= now:
        claim = None
    return Standing(
        claimed_by=claim.by if claim else "",
        claimed_until=claim.until if claim else "",
        read_by=tuple(dict.fromkeys(read)),
        filed_by=filed,
        answered_by=tuple(dict.fromkeys(answered)),
    )
