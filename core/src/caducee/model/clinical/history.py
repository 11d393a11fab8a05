"""Problems, allergies, acts, habits and family history.

``label`` is what a person reads and is always there; ``code`` may be absent: plain data is conformant too. Dates are as
far as they are known: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec

from caducee.model.codes import SNOMED_CT, Code


class ProblemStatus(StrEnum):
    """Where a problem stands."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ABORTED = "aborted"
    COMPLETED = "completed"


class Severity(StrEnum):
    """How bad an allergy is (SNOMED CT)."""

    MILD = "255604002"
    MODERATE = "6736007"
    SEVERE = "24484000"


DIAGNOSIS = Code("282291009", SNOMED_CT, "interprétation diagnostique")
DRUG_ALLERGY = Code("416098002", SNOMED_CT, "allergie médicamenteuse")


class Problem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A disease, a symptom, a past event. ``code`` is usually of the CIM-10, ``kind`` of ``problem_kind``."""

    label: str
    code: Code | None = None
    kind: Code = DIAGNOSIS
    status: ProblemStatus = ProblemStatus.ACTIVE
    since: str | None = None
    until: str | None = None
    comment: str = ""


class Allergy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An allergy or hypersensitivity. ``label`` names the agent, ``code`` codes it (CIS, ATC, SNOMED CT…)."""

    label: str
    code: Code | None = None
    kind: Code = DRUG_ALLERGY
    status: ProblemStatus = ProblemStatus.ACTIVE
    since: str | None = None
    until: str | None = None
    reaction: str = ""
    reaction_code: Code | None = None
    severity: Severity | None = None


class Procedure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An act that was done. ``code`` is usually of the CCAM."""

    label: str
    code: Code | None = None
    date: str | None = None
    reason: str = ""


class Habit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A way of life. ``kind`` is of the set ``habit`` (``74011-8`` tobacco…).

    ``label`` is the whole of it in words: « 10 cigarettes par jour »; ``amount`` and ``unit`` (UCUM) may be absent.
    """

    label: str
    kind: Code
    amount: Decimal | None = None
    unit: str | None = None
    value: Code | None = None
    date: str | None = None


class FamilyHistory(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a relative has or had. ``relation`` is of the set ``family_link`` (``MTH``, ``FTH``…)."""

    relation: Code
    problems: tuple[Problem, ...]
