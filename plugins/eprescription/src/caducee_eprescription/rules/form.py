"""Rules on the prescription as a whole: its validity, its zones, its sub-types."""

from __future__ import annotations

from datetime import date

from caducee.model import bodies
from caducee.model.clinical import PosologyMode
from caducee.model.document import Document
from caducee_eprescription.rules.report import Report

BIZONE, SECURED = "MED-1096", "MED-1098"
_LONGEST = 366
_BIZONE = "eP-MED-DM 2024.01, MED-1096"
_SECURED = "CSP, art. R. 5132-5 et R. 5132-29"
_VALIDITY = "règle d'usage : douze mois"


def check_form(report: Report, document: Document, *, written: date, today: date) -> None:
    """Check what is not of one line."""
    body = document.body
    if not isinstance(body, bodies.ImagingRequest):
        _validity(report, getattr(body, "valid_until", None), written, today)
    if isinstance(body, bodies.Prescription):
        kinds = {kind.code for kind in body.kinds}
        _zones(report, body, bizone=BIZONE in kinds)
        if SECURED in kinds:
            _secured(report, body)


def _validity(report: Report, until: str | None, written: date, today: date) -> None:
    if until is None:
        return
    try:
        last = date.fromisoformat(until)
    except ValueError:
        report.refuse("body.valid_until", "date.exists", "Cette date n'existe pas (forme attendue : AAAA-MM-JJ).")
        return
    if last < written:
        report.refuse("body.valid_until", "rx.validity", "La validité finit avant l'ordonnance.", _VALIDITY)
    elif last < today:
        report.refuse("body.valid_until", "rx.validity", "La validité est déjà passée.", _VALIDITY)
    elif (last - written).days > _LONGEST:
        report.refuse("body.valid_until", "rx.validity", "Une ordonnance vaut un an au plus.", _VALIDITY)


def _zones(report: Report, body: bodies.Prescription, *, bizone: bool) -> None:
    ald = any(line.ald for line in (*body.medicines, *body.devices, *body.free_lines))
    if ald and not bizone:
        message = "Des lignes sont en rapport avec une ALD : l'ordonnance est bizone (MED-1096)."
        report.refuse("body.kinds", "rx.bizone", message, _BIZONE)
    if bizone and not ald:
        message = "L'ordonnance est bizone et aucune ligne n'est en rapport avec une ALD."
        report.refuse("body.kinds", "rx.bizone", message, _BIZONE)


def _secured(report: Report, body: bodies.Prescription) -> None:
    """Amounts are written in letters: they must be there."""
    for at, line in enumerate(body.medicines):
        field = f"body.medicines[{at}]"
        posology = line.posology
        if not posology.steps and not posology.text:
            report.refuse(f"{field}.posology", "rx.secured", "Une ordonnance sécurisée dit la posologie.", _SECURED)
        if posology.text and any(character.isdecimal() for character in posology.text):
            message = "La posologie libre sera mise en toutes lettres : vérifiez la phrase imprimée."
            report.warn(f"{field}.posology.text", "rx.secured", message, _SECURED)
        if line.duration is None and line.end is None and posology.mode is PosologyMode.NORMAL:
            message = "Une ordonnance sécurisée dit la durée du traitement."
            report.refuse(f"{field}.duration", "rx.secured", message, _SECURED)
        if line.renewals:
            message = "Une ordonnance sécurisée ne se renouvelle pas : rédigez-en une nouvelle."
            report.refuse(f"{field}.renewals", "rx.secured", message, _SECURED)
