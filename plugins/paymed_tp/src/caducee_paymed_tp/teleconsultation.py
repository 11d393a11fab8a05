"""The rules of teleconsultation by doctors: pure and dated. They warn, they never refuse: the doctor decides.

Every rule here is known from secondary texts on the medical convention and is marked assumed.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

import msgspec

from caducee.errors import Finding

SOURCE = "convention médicale, règles de téléconsultation (supposées, à vérifier)"
YEARLY_SHARE = 20
_YEAR = 365


class Reason(StrEnum):
    """What lifts orientation, alternation and territory."""

    DIRECT_ACCESS = "direct_access"
    UNDER_16 = "under_16"
    NO_TREATING_DOCTOR = "no_treating_doctor"
    TREATING_DOCTOR_UNAVAILABLE = "treating_doctor_unavailable"
    EMERGENCY = "emergency"
    PRISONER = "prisoner"
    EHPAD = "ehpad"
    THIN_AREA = "thin_area"


_LIFTS_TERRITORY = frozenset({Reason.THIN_AREA, Reason.EMERGENCY, Reason.PRISONER, Reason.DIRECT_ACCESS})


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One edition of the figures: ``alternation`` is within how many days the doctor must have seen the patient."""

    since: date
    alternation: int = _YEAR
    share: int = YEARLY_SHARE


RULES = (Rule(since=date(2018, 9, 15), share=100), Rule(since=date(2021, 9, 25)), Rule(since=date(2024, 6, 22)))


class Teleconsultation(msgspec.Struct, frozen=True, kw_only=True):
    """One teleconsultation, as the host knows it.

    ``seen`` is the last time in the practice. ``remote`` and ``all_acts`` count the doctor's acts of the civil year,
    tele-expertise among the remote ones, this one not yet.
    """

    on: date
    by_treating_doctor: bool
    oriented: bool
    same_territory: bool
    seen: date | None = None
    age: int | None = None
    exceptions: tuple[Reason, ...] = ()
    remote: int = 0
    all_acts: int = 0
    by_video: bool = True


def warnings(asked: Teleconsultation) -> list[Finding]:
    """Return what does not fit the rules of that day, in French; nothing when all does."""
    rule = next((one for one in reversed(RULES) if one.since <= asked.on), None)
    if rule is None:
        return [_warn("on", "date", "La téléconsultation n'était pas remboursée à cette date.")]
    lifted = set(asked.exceptions)
    if asked.age is not None and asked.age < 16:
        lifted.add(Reason.UNDER_16)
    found = []
    if not asked.by_video:
        found.append(_warn("by_video", "video", "Une téléconsultation se fait par vidéo."))
    if not lifted and not asked.by_treating_doctor and not asked.oriented:
        found.append(_warn("oriented", "orientation", "Le patient n'a pas été orienté par son médecin traitant."))
    if not lifted and (asked.seen is None or asked.on - asked.seen > timedelta(days=rule.alternation)):
        found.append(_warn("seen", "alternation", "Le patient n'a pas été vu au cabinet dans les douze derniers mois."))
    if not asked.same_territory and not lifted & _LIFTS_TERRITORY:
        found.append(_warn("same_territory", "territory", "Le patient n'est pas du territoire du cabinet."))
    if (asked.remote + 1) * 100 > rule.share * (asked.all_acts + 1):
        message = f"Plus de {rule.share} % des actes de l'année seraient à distance, télé-expertise comprise."
        found.append(_warn("remote", "share", message))
    return found


def _warn(field: str, rule: str, message: str) -> Finding:
    return Finding(field=field, rule=f"tp.teleconsultation.{rule}", message=message, source=SOURCE)
