"""``[plugins.paymed_tp.delays]``: after how many days something is late, and what is done next."""

from __future__ import annotations

from typing import Annotated

import msgspec

from caducee_paymed_tp.model.parts import Part

Days = Annotated[int, msgspec.Meta(ge=0, le=1000)]


class Delays(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days, unless the name says otherwise. The values are assumed (spec, 6.2 and 7): every practice may change them."""

    receipt_hours: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 48
    amo: Days = 15
    amc: Days = 30
    wire: Days = 10
    first_reminder: Days = 15
    second_reminder: Days = 30
    patient: Days = 45
    abandon: Days = 90

    def of(self, part: Part) -> int:
        """Return after how many days a part is due."""
        return self.amo if part is Part.AMO else self.amc
