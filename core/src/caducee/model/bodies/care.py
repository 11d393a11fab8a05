"""Acts asked of a nurse or a physiotherapist: no structured national model, printed and carried as a file."""

from __future__ import annotations

import msgspec

from caducee.model.bodies.prescription import Line
from caducee.model.clinical import Duration
from caducee.model.codes import Code


class CareAct(Line, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One act: ``count`` is how many sessions or passages, ``rhythm`` how often, in words (« un jour sur deux »)."""

    label: str
    code: Code | None = None
    count: int | None = None
    rhythm: str = ""
    duration: Duration | None = None


class CareOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What both orders hold. ``pdf`` is printed from the rest when it is absent.

    ``number`` is the national one, when the service gave one. ``follow_opposed`` says that the patient does not want
    the prescriber to see what is executed. ``valid_until`` is ``YYYY-MM-DD``.
    """

    acts: tuple[CareAct, ...]
    at_home: bool = False
    urgent: bool = False
    number: str = ""
    valid_until: str | None = None
    follow_opposed: bool = False
    comment: str = ""
    pdf: bytes = b""


class NursingPrescription(CareOrder, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="nursing_prescription"):
    """Acts asked of a nurse (``PRESC-INF``), level 1."""


class PhysiotherapyPrescription(
    CareOrder, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="physiotherapy_prescription"
):
    """Sessions asked of a physiotherapist (``PRESC-KINE``), level 1."""
