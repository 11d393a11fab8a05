"""The vaccination note (VAC-NOTE 2023.01)."""

from __future__ import annotations

import msgspec

from caducee.model.clinical import Medicine
from caducee.model.codes import Code


class Vaccination(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One injection: ``date`` is ``YYYY-MM-DD``; ``vaccine`` has its CIS, its ATC class and its lot."""

    vaccine: Medicine
    date: str
    rank: int | None = None
    route: Code | None = None
    site: Code | None = None
    booster: bool = False
    comment: str = ""


class VaccinationNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="vaccination_note"):
    """One injection made by the author."""

    vaccination: Vaccination
