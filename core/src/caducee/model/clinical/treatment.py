"""A treatment that a patient takes."""

from __future__ import annotations

import msgspec

from caducee.model.clinical.medicine import Medicine
from caducee.model.clinical.posology import Posology


class Treatment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A medicine, how it is taken and since when; ``since`` and ``until`` as far as they are known."""

    medicine: Medicine
    posology: Posology = Posology()
    since: str | None = None
    until: str | None = None
    reason: str = ""
