"""Rules on a prescription of medicines and devices."""

from __future__ import annotations

import re

from caducee.cda.check.clinical import check_medicine
from caducee.cda.check.file import check_pdf
from caducee.cda.check.posology import check_duration, check_posology
from caducee.cda.check.report import Report
from caducee.cda.entries.prescribed import has_rhythm, lasting
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
    message = "Un nombre de renouvellements n'est pas négatif."
    report.count(f"{field}.renewals", line.renewals, least=0, rule="prescription.renewals", message=message, source=_EP)


def _medicine(report: Report, field: str, line: MedicinePrescription) -> None:
    _line(report, field, line)
    check_medicine(report, f"{field}.medicine", line.medicine)
    check_posology(report, f"{field}.posology", line.posology)
    report.whole_interval(field, line.start, line.end)
    report.concept(f"{field}.reason", line.reason)
    check_duration(report, f"{field}.duration", line.duration)
    said = (line.start and line.end) or line.duration or lasting(line.posology)
    if line.posology.delayed and has_rhythm(line.posology) and not said:
        message = "Un traitement à début différé a ses deux dates, ou sa durée."
        report.add(f"{field}.duration", "posology.delayed", message, _EP)
    if line.quantity is not None:
        report.amount(
            f"{field}.quantity.value", line.quantity.value, rule="posology.dose", what="Une quantité", source=_EP
        )


def _device(report: Report, field: str, line: DevicePrescription) -> None:
    _line(report, field, line)
    report.filled(f"{field}.device.name", line.device.name)
    report.concept(f"{field}.device.code", line.device.code)
    report.concept(f"{field}.device.lpp", line.device.lpp)
    report.whole_interval(field, line.start, line.end)
    message = "Une quantité est au moins 1."
    report.count(f"{field}.quantity", line.quantity, least=1, rule="prescription.quantity", message=message, source=_EP)
    check_duration(report, f"{field}.use", line.use)
