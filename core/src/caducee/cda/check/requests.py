"""Rules on requests, letters to a hospital and vaccinations."""

from __future__ import annotations

from datetime import date

from caducee.cda.check.clinical import (
    check_allergies,
    check_medicine,
    check_problems,
    check_procedures,
    check_treatments,
)
from caducee.cda.check.file import check_pdf
from caducee.cda.check.posology import check_duration
from caducee.cda.check.report import Report
from caducee.model.bodies import (
    AdmissionLetter,
    BiologyPrescription,
    DischargeLetter,
    ImagingAct,
    ImagingRequest,
    NursingPrescription,
    PhysiotherapyPrescription,
    VaccinationNote,
)
from caducee.model.codes import CIS

_IMG = "CI-SIS, volet IMG-DA-IMG 2024.01"
_VAC = "CI-SIS, volet VAC-NOTE 2023.01"
_FUNCTIONS = {"PT": "pet_function", "NM": "scintigraphy_function"}


def check_imaging(report: Report, body: ImagingRequest) -> None:
    """Check an imaging request."""
    report.filled("body.justification", body.justification)
    if not body.acts:
        report.add("body.acts", "imaging.empty", "Une demande d'imagerie a au moins un acte.", _IMG)
    for at, act in enumerate(body.acts):
        _act(report, f"body.acts[{at}]", act)
    for at, one in enumerate(body.contraindications):
        report.filled(f"body.contraindications[{at}].label", one.label)
        report.coded(f"body.contraindications[{at}].code", one.code, "contraindication")
    report.placed("body", "order", body.order, body.order_root)


def _act(report: Report, field: str, act: ImagingAct) -> None:
    report.coded(f"{field}.modality", act.modality, "imaging_modality")
    report.concept(f"{field}.site", act.site)
    report.concept(f"{field}.side", act.side)
    if act.function is None:
        return
    table = _FUNCTIONS.get(act.modality.code)
    if table is None:
        message = "Une fonction étudiée ne se précise que pour une scintigraphie ou une TEP."
        report.add(f"{field}.function", "imaging.function", message, _IMG)
    else:
        report.coded(f"{field}.function", act.function, table)


def check_admission(report: Report, body: AdmissionLetter) -> None:
    """Check a letter to a hospital."""
    report.filled("body.reason", body.reason)
    for said, known, field in (
        (body.no_treatment, body.treatments, "no_treatment"),
        (body.no_allergy, body.allergies, "no_allergy"),
    ):
        if said and known:
            message = "La lettre dit à la fois qu'il n'y en a pas, et lesquels."
            report.add(f"body.{field}", "admission.contradiction", message, "CI-SIS, volet LDL-EES 2022.01")
    check_treatments(report, body.treatments)
    check_allergies(report, body.allergies)
    check_problems(report, "body.past_history", body.past_history)
    check_procedures(report, body.procedures)


def check_discharge(report: Report, body: DischargeLetter) -> None:
    """Check a letter at the exit of a hospital."""
    report.filled("body.reason", body.reason)
    report.filled("body.course", body.course)
    report.coded("body.status", body.status, "document_status")
    for name, table in (("entry_mode", "admission_mode"), ("exit_mode", "discharge_mode")):
        if (code := getattr(body, name)) is not None:
            report.coded(f"body.{name}", code, table)
    if body.no_treatment and body.treatments:
        message = "La lettre dit à la fois qu'il n'y en a pas, et lesquels."
        report.add("body.no_treatment", "admission.contradiction", message, "CI-SIS, volet LDL-SES 2022.01")
    check_treatments(report, body.treatments)
    check_allergies(report, body.allergies)


def check_vaccination(report: Report, body: VaccinationNote, today: date | None) -> None:
    """Check a vaccination note: a branded vaccine with its class and its lot, on a day that has come."""
    one = body.vaccination
    field = "body.vaccination"
    check_medicine(report, f"{field}.vaccine", one.vaccine)
    report.filled(f"{field}.vaccine.lot", one.vaccine.lot)
    report.require(
        holds=one.vaccine.code is not None and one.vaccine.code.system == CIS,
        field=f"{field}.vaccine.code",
        rule="vaccination.cis",
        message="Un vaccin porte son code CIS.",
        source=_VAC,
    )
    report.require(
        holds=one.vaccine.atc is not None,
        field=f"{field}.vaccine.atc",
        rule="vaccination.atc",
        message="Un vaccin porte sa classe ATC.",
        source=_VAC,
    )
    for name, table in (("route", "route"), ("site", "injection_site")):
        if (code := getattr(one, name)) is not None:
            report.coded(f"{field}.{name}", code, table)
    day = report.whole_date(f"{field}.date", one.date)
    if day is not None and today is not None and day > today:
        report.add(f"{field}.date", "date.future", "La vaccination est postérieure au document.", _VAC)
    if one.rank is not None:
        message = "Un rang est au moins 1."
        report.count(f"{field}.rank", one.rank, least=1, rule="vaccination.rank", message=message, source=_VAC)


def check_care(report: Report, body: NursingPrescription | PhysiotherapyPrescription, max_bytes: int) -> None:
    """Check the acts asked of a nurse or a physiotherapist."""
    if not body.acts:
        report.add("body.acts", "prescription.empty", "Une prescription a au moins un acte.")
    for at, act in enumerate(body.acts):
        field = f"body.acts[{at}]"
        report.filled(f"{field}.label", act.label)
        report.concept(f"{field}.code", act.code)
        if act.count is not None:
            message = "Un nombre de séances est au moins 1."
            report.count(f"{field}.count", act.count, least=1, rule="prescription.quantity", message=message)
        check_duration(report, f"{field}.duration", act.duration)
    report.whole_date("body.valid_until", body.valid_until)
    if body.pdf:
        check_pdf(report, "body.pdf", body.pdf, max_bytes)


def check_biology(report: Report, body: BiologyPrescription, max_bytes: int) -> None:
    """Check a biology prescription."""
    if not body.exams and not body.ald:
        report.add("body.exams", "prescription.empty", "Une prescription a au moins un examen.")
    for name in ("exams", "ald"):
        for at, exam in enumerate(getattr(body, name)):
            report.filled(f"body.{name}[{at}]", exam)
    report.whole_date("body.valid_until", body.valid_until)
    if body.pdf:
        check_pdf(report, "body.pdf", body.pdf, max_bytes)
