"""What a doctor knows of a patient, coded or in plain words: problems, allergies, acts, habits, treatments."""

from __future__ import annotations

from caducee.model.clinical.history import Allergy, FamilyHistory, Habit, Problem, ProblemStatus, Procedure, Severity
from caducee.model.clinical.medicine import Device, Medicine
from caducee.model.clinical.posology import (
    Dose,
    Duration,
    MaxDose,
    Moment,
    Posology,
    PosologyMode,
    Quantity,
    Step,
    TimingEvent,
    Unit,
    Weekday,
)
from caducee.model.clinical.treatment import Treatment

__all__ = [
    "Allergy",
    "Device",
    "Dose",
    "Duration",
    "FamilyHistory",
    "Habit",
    "MaxDose",
    "Medicine",
    "Moment",
    "Posology",
    "PosologyMode",
    "Problem",
    "ProblemStatus",
    "Procedure",
    "Quantity",
    "Severity",
    "Step",
    "TimingEvent",
    "Treatment",
    "Unit",
    "Weekday",
]
