"""Rules on problems, allergies, acts, habits and treatments."""

from __future__ import annotations

from caducee.cda.check.posology import check_posology
from caducee.cda.check.report import Report
from caducee.cda.check.ucum import is_unit
from caducee.model.bodies import MedicalSummary
from caducee.model.clinical import Allergy, FamilyHistory, Habit, Medicine, Problem, Procedure, Treatment

_VOLETS = "CI-SIS, modèles de contenus CDA"


def check_history(report: Report, body: MedicalSummary) -> None:
    """Check a medical summary."""
    check_problems(report, "body.problems", body.problems)
    check_problems(report, "body.past_history", body.past_history)
    check_procedures(report, body.procedures)
    check_allergies(report, body.allergies)
    for at, habit in enumerate(body.habits):
        _habit(report, f"body.habits[{at}]", habit)
    for at, relative in enumerate(body.family_history):
        _relative(report, f"body.family_history[{at}]", relative)
    check_treatments(report, body.treatments)


def check_problems(report: Report, path: str, problems: tuple[Problem, ...]) -> None:
    """Check problems: words, a kind of the value set, dates that exist and follow one another."""
    for at, problem in enumerate(problems):
        field = f"{path}[{at}]"
        report.filled(f"{field}.label", problem.label)
        report.coded(f"{field}.kind", problem.kind, "problem_kind")
        report.concept(f"{field}.code", problem.code)
        report.interval(field, problem.since, problem.until)


def check_allergies(report: Report, allergies: tuple[Allergy, ...]) -> None:
    """Check allergies."""
    for at, allergy in enumerate(allergies):
        field = f"body.allergies[{at}]"
        report.filled(f"{field}.label", allergy.label)
        report.concept(f"{field}.kind", allergy.kind)
        report.concept(f"{field}.code", allergy.code)
        report.concept(f"{field}.reaction_code", allergy.reaction_code)
        report.require(
            holds=bool(allergy.reaction) or allergy.reaction_code is None,
            field=f"{field}.reaction",
            rule="value.empty",
            message="Une réaction codée porte aussi son libellé.",
            source=_VOLETS,
        )
        report.interval(field, allergy.since, allergy.until)


def check_procedures(report: Report, procedures: tuple[Procedure, ...]) -> None:
    """Check acts that were done."""
    for at, procedure in enumerate(procedures):
        field = f"body.procedures[{at}]"
        report.filled(f"{field}.label", procedure.label)
        report.concept(f"{field}.code", procedure.code)
        report.partial_date(f"{field}.date", procedure.date)


def check_treatments(report: Report, treatments: tuple[Treatment, ...]) -> None:
    """Check treatments that the patient takes."""
    for at, treatment in enumerate(treatments):
        field = f"body.treatments[{at}]"
        check_medicine(report, f"{field}.medicine", treatment.medicine)
        check_posology(report, f"{field}.posology", treatment.posology)
        report.interval(field, treatment.since, treatment.until)


def check_medicine(report: Report, field: str, medicine: Medicine) -> None:
    """Check a medicine: its name, and codes that are whole."""
    report.filled(f"{field}.name", medicine.name)
    for name in ("code", "virtual", "presentation", "atc", "form"):
        report.concept(f"{field}.{name}", getattr(medicine, name))


def _habit(report: Report, field: str, habit: Habit) -> None:
    report.filled(f"{field}.label", habit.label)
    report.coded(f"{field}.kind", habit.kind, "habit")
    report.concept(f"{field}.value", habit.value)
    report.partial_date(f"{field}.date", habit.date)
    if habit.amount:
        report.amount(f"{field}.amount", habit.amount, rule="habit.amount", what="Une quantité", source=_VOLETS)
    if habit.amount is not None and not is_unit(habit.unit or ""):
        message = "Une quantité a une unité UCUM ({cigarette}/d, {pack}/a…)."
        report.add(f"{field}.unit", "ucum.unit", message, "UCUM")


def _relative(report: Report, field: str, relative: FamilyHistory) -> None:
    report.coded(f"{field}.relation", relative.relation, "family_link")
    if not relative.problems:
        report.add(f"{field}.problems", "value.empty", "Un antécédent familial a au moins une pathologie.", _VOLETS)
    check_problems(report, f"{field}.problems", relative.problems)
