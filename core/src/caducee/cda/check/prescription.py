"""Rules on a prescription of medicines and devices."""

from __future__ import annotations

import re

from caducee.cda.check.clinical import check_medicine
from caducee.cda.check.file import check_pdf
from caducee.cda.check.posology import check_posology
from caducee.cda.check.report import Report
from caducee.model.bodies import DevicePrescription, MedicinePrescription, Prescription
from caducee.model.bodies.prescription import Line

_EP = "CI-SIS, volet eP-MED-DM 2024.01"
_DECIMAL = re.compile(r"\d{1,4}([.]\d{1,3})?", re.ASCII)


def check_prescription(report: Report, body: Prescription, max_bytes: int) -> None:
    """Check a prescription, all its lines at once."""
    report.require(
        holds=bool(body.medicines or body.devices),
        field="body.medicines",
        rule="prescription.empty",
        message="Une prescription a au moins une ligne de médicament ou de dispositif.",
        source=_EP,
    )
    for at, medicine in enumerate(body.medicines):
        _medicine(report, f"body.medicines[{at}]", medicine)
    for at, device in enumerate(body.devices):
        _device(report, f"body.devices[{at}]", device)
    for at, line in enumerate(body.free_lines):
        report.filled(f"body.free_lines[{at}].text", line.text)
    for at, kind in enumerate(body.kinds):
        report.coded(f"body.kinds[{at}]", kind, "prescription_kind")
    report.placed("body", "number", body.number, body.number_root)
    report.whole_date("body.valid_until", body.valid_until)
    report.whole_date("body.execution_date", body.execution_date)
    for name in ("weight_kg", "height_cm"):
        value = getattr(body, name)
        if value is not None and _DECIMAL.fullmatch(value) is None:
            report.add(f"body.{name}", "number.form", "Un nombre s'écrit en chiffres, avec un point : 62.5.", _EP)
    if body.pdf:
        check_pdf(report, "body.pdf", body.pdf, max_bytes)


def _line(report: Report, field: str, line: Line) -> None:
    if line.renewals < 0:
        report.add(f"{field}.renewals", "prescription.renewals", "Un nombre de renouvellements n'est pas négatif.", _EP)


def _medicine(report: Report, field: str, line: MedicinePrescription) -> None:
    _line(report, field, line)
    check_medicine(report, f"{field}.medicine", line.medicine)
    check_posology(report, f"{field}.posology", line.posology)
    report.whole_interval(field, line.start, line.end)
    report.concept(f"{field}.reason", line.reason)
    if line.duration is not None and line.duration.value <= 0:
        report.add(f"{field}.duration.value", "posology.duration", "Une durée est plus grande que zéro.", _EP)
    if line.quantity is not None and line.quantity.value <= 0:
        report.add(f"{field}.quantity.value", "posology.dose", "Une quantité est plus grande que zéro.", _EP)


def _device(report: Report, field: str, line: DevicePrescription) -> None:
    _line(report, field, line)
    report.filled(f"{field}.device.name", line.device.name)
    report.concept(f"{field}.device.code", line.device.code)
    report.concept(f"{field}.device.lpp", line.device.lpp)
    report.whole_interval(field, line.start, line.end)
    if line.quantity < 1:
        report.add(f"{field}.quantity", "prescription.quantity", "Une quantité est au moins 1.", _EP)
    if line.use is not None and line.use.value <= 0:
        report.add(f"{field}.use.value", "posology.duration", "Une durée est plus grande que zéro.", _EP)
