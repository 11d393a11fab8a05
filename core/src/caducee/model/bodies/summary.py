"""The volet de synthèse médicale (VSM)."""

from __future__ import annotations

import msgspec

from caducee.model.clinical import Allergy, FamilyHistory, Habit, Problem, Procedure, Treatment


class MedicalSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="summary"):
    """What the treating doctor sums up of a patient, as coded data, plain data, or texts alone.

    A text stands for its part when the part has no data: ``history_text`` for problems, past history, procedures and
    allergies; ``risks_text`` for habits and family history; ``treatments_text`` for treatments. ``results`` is always
    text. What is empty on both sides is printed as « Non renseigné ».
    """

    problems: tuple[Problem, ...] = ()
    past_history: tuple[Problem, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    history_text: str = ""
    habits: tuple[Habit, ...] = ()
    occupational_risks: str = ""
    family_history: tuple[FamilyHistory, ...] = ()
    risks_text: str = ""
    results: str = ""
    treatments: tuple[Treatment, ...] = ()
    treatments_text: str = ""
