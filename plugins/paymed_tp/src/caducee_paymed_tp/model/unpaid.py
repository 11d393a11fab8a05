"""What is not paid, and what is done about it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec

from caducee_paymed_tp.model.parts import Part


class Why(StrEnum):
    """Why a case was opened."""

    REJECTED = "rejected"
    LATE = "late"
    MISSING_MONEY = "missing_money"
    PARTIAL = "partial"
    REVERSED = "reversed"


class Action(StrEnum):
    """What a person does about a case."""

    CORRECT = "correct"
    FIRST_REMINDER = "first_reminder"
    SECOND_REMINDER = "second_reminder"
    ASK_PATIENT = "ask_patient"
    PROPOSE_ABANDON = "propose_abandon"


class CaseStep(msgspec.Struct, frozen=True, kw_only=True):
    """One thing done."""

    action: Action
    on: date
    by: str


class UnpaidCase(msgspec.Struct, frozen=True, kw_only=True):
    """One part of one invoice that somebody must look after. ``outcome`` is empty while it is open."""

    invoice: str
    part: Part
    why: Why
    opened: date
    steps: tuple[CaseStep, ...] = ()
    outcome: str = ""
