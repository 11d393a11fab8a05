"""What the compulsory insurance withholds from other refunds: flat participations and franchises, with their ceilings.

It is not billed here. Amounts, ceilings and who is exempt are assumed from secondary texts and dated in the tables.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Annotated

import msgspec

from caducee_paymed_tp.estimate.exonerations import Fact
from caducee_paymed_tp.estimate.tables import Tables

EXEMPT = frozenset({Fact.MINOR, Fact.MATERNITY, Fact.C2S, Fact.AME})
_PARTICIPATION, _FRANCHISE = "flat_participation", "franchise"
_DAY, _YEAR = "_day", "_year"

Cents = Annotated[int, msgspec.Meta(ge=0)]


class Taken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was withheld from the patient before, of the same sort, in cents: by this professional today, this year."""

    today: Cents = 0
    this_year: Cents = 0


def taken_later(
    tables: Tables, *, on: date, kind: str, acts: int, facts: Collection[Fact], taken: Taken
) -> tuple[int, str]:
    """Return what is withheld for some acts of a day, and in French the ceiling that has lowered it."""
    if EXEMPT.intersection(facts):
        return 0, ""
    sort = _FRANCHISE if kind == "auxiliary" else _PARTICIPATION
    wanted = tables.amount(sort, on) * acts
    left = [
        (max(0, ceiling - before), f"plafond {name} de {ceiling // 100} €")
        for ceiling, before, name in (
            (tables.amount(sort + _DAY, on), taken.today, "du jour"),
            (tables.amount(sort + _YEAR, on), taken.this_year, "de l'année"),
        )
        if ceiling
    ]
    least, why = min(left, default=(wanted, ""))
    return (wanted, "") if wanted <= least else (least, why)
