"""The prescription of medicines and devices (eP-MED-DM 2024.01)."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from caducee.model.clinical import Device, Duration, Medicine, Posology, Quantity
from caducee.model.codes import Code
from caducee.model.practice import Practitioner


class Substitution(StrEnum):
    """Whether a generic may be given. The reasons are those that the law knows (CSS, L. 162-16)."""

    ALLOWED = "allowed"
    NARROW_MARGIN = "MTE"
    CHILD_FORM = "EFG"
    EXCIPIENT = "CIF"
    FORBIDDEN = "forbidden"


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What medicines and devices have in common.

    ``renewals`` counts the times after the first. ``ald`` puts the line in the upper zone of a two-zone form;
    ``work_accident`` says AT/MP. ``prior_approval`` says that the health insurance must agree first: such a document is
    not under the duty to share. The instructions are in words.
    """

    renewals: int = 0
    ald: bool = False
    work_accident: bool = False
    not_reimbursed: bool = False
    prevention: bool = False
    prior_approval: bool = False
    patient_instructions: str = ""
    dispenser_instructions: str = ""


class MedicinePrescription(Line, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One medicine. ``start`` and ``end`` are ``YYYY-MM-DD``; ``quantity`` is what is delivered at once (EDQM unit)."""

    medicine: Medicine
    posology: Posology = Posology()
    start: str | None = None
    end: str | None = None
    duration: Duration | None = None
    quantity: Quantity | None = None
    substitution: Substitution = Substitution.ALLOWED
    off_label: bool = False
    condition: str = ""
    reason: Code | None = None


class DevicePrescription(Line, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One device: ``quantity`` is a count, ``use`` for how long."""

    device: Device
    quantity: int = 1
    start: str | None = None
    end: str | None = None
    use: Duration | None = None


class FreeLine(Line, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A line in the doctor's own words. The structured document carries it in its comment."""

    text: str


class Prescription(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="prescription"):
    """A prescription. ``pdf`` is the copy that the patient is given; one is printed when it is absent.

    ``number`` is the national one (root and extension), when the service gave one. ``valid_until`` is ``YYYY-MM-DD``, a
    year after the prescription unless said. ``kinds`` are of the set ``prescription_kind`` (``MED-1096`` bizone…).
    ``weight_kg`` and ``height_cm`` matter for a child. ``follow_opposed`` says that the patient does not want the
    prescriber to see what is dispensed (CSP, R. 4071-1 s.). ``execution_date`` and ``executant`` are the wished day
    (``YYYY-MM-DD``) and the professional who is to execute it, obligatory for an opiate substitution.
    """

    medicines: tuple[MedicinePrescription, ...] = ()
    devices: tuple[DevicePrescription, ...] = ()
    free_lines: tuple[FreeLine, ...] = ()
    number: str = ""
    number_root: str = ""
    valid_until: str | None = None
    kinds: tuple[Code, ...] = ()
    comment: str = ""
    weight_kg: str | None = None
    height_cm: str | None = None
    pregnant: bool = False
    follow_opposed: bool = False
    execution_date: str | None = None
    executant: Practitioner | None = None
    code_image: bytes = b""
    pdf: bytes = b""
