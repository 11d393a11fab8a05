"""The lettres de liaison: at the entry to a hospital (LDL-EES), at the exit (LDL-SES)."""

from __future__ import annotations

import msgspec

from caducee.model.clinical import Allergy, Problem, Procedure, Treatment
from caducee.model.codes import SNOMED_CT, Code

APPROVED = Code("9571008", SNOMED_CT, "approuvé")


class AdmissionLetter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="admission_letter"):
    """What a hospital must know when a patient enters: why, what they take, what they bear badly.

    Without treatments or allergies the letter says that nothing is known of them; that there are none is the doctor's
    word: ``no_treatment``, ``no_allergy``.
    """

    reason: str
    treatments: tuple[Treatment, ...] = ()
    no_treatment: bool = False
    allergies: tuple[Allergy, ...] = ()
    no_allergy: bool = False
    past_history: tuple[Problem, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    comment: str = ""


class DischargeLetter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="discharge_letter"):
    """What the treating doctor must know when a patient leaves: why they came, what was done, what they take now.

    ``course`` sums the stay up, ``plan`` says what is to be done. ``entry_mode``, ``exit_mode`` and ``status`` are of
    the sets ``admission_mode``, ``discharge_mode`` and ``document_status``. Without treatments the letter says that
    nothing is known of them; that there are none is the doctor's word: ``no_treatment``.
    """

    reason: str
    course: str
    entry_mode: Code
    treatments: tuple[Treatment, ...] = ()
    no_treatment: bool = False
    allergies: tuple[Allergy, ...] = ()
    exit_mode: Code | None = None
    results: str = ""
    plan: str = ""
    status: Code = APPROVED
