"""The lettre de liaison d'entrée en établissement de santé (LDL-EES)."""

from __future__ import annotations

import msgspec

from caducee.model.clinical import Allergy, Problem, Procedure, Treatment


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
