"""Fourteen invented payers, each with its habits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Habit:
    """How one payer behaves. ``delay`` in days from receipt to return; the others are chances.

    ``vanishes``: a wire is announced and never comes. ``spoils``: a return comes with false totals before the true one.
    """

    key: str
    name: str
    part: str
    delay: int
    rejects: float = 0.04
    defers: float = 0.02
    groups: float = 0.2
    splits: float = 0.05
    silent_labels: float = 0.0
    retains: float = 0.08
    partial: float = 0.02
    vanishes: float = 0.02
    spoils: float = 0.0


PAYERS = (
    Habit("CPAM751", "CPAM PARIS", "amo", 4),
    Habit("CPAM911", "CPAM EVRY", "amo", 5, groups=0.4),
    Habit("CPAM691", "CPAM LYON", "amo", 5, rejects=0.08),
    Habit("MSA75", "MSA ILE DE FRANCE", "amo", 7, splits=0.2),
    Habit("CNMSS", "CNMSS TOULON", "amo", 9, silent_labels=0.5),
    Habit("ENIM", "ENIM SAINT MALO", "amo", 12, silent_labels=0.5, groups=0.0),
    Habit("CRPCEN", "CRPCEN PARIS", "amo", 8, spoils=0.3),
    Habit("AMC01", "MUTUELLE EXEMPLE UNE", "amc", 10),
    Habit("AMC02", "MUTUELLE EXEMPLE DEUX", "amc", 11, rejects=0.1),
    Habit("AMC03", "ASSURANCE FICTIVE TROIS", "amc", 12, partial=0.1),
    Habit("AMC04", "PREVOYANCE INVENTEE QUATRE", "amc", 13, groups=0.4),
    Habit("AMC05", "MUTUELLE IMAGINAIRE CINQ", "amc", 9, silent_labels=0.5, groups=0.0),
    Habit("AMC06", "MUTUELLE SUPPOSEE SIX", "amc", 14, spoils=0.3),
    Habit("AMC07", "INSTITUTION FACTICE SEPT", "amc", 15, retains=0.2),
)
BY_KEY = {habit.key: habit for habit in PAYERS}
CONCENTRATOR = "OCT"
CONCENTRATOR_NAME = "CONCENTRATEUR SIMULE"
REJECT_CODES = ("9001-001", "9002-001", "9003-001", "9004-001", "9005-001")
