"""All rules of the desk, all findings at once, each in the field of the practice's software."""

from __future__ import annotations

from datetime import date

import msgspec

from caducee.errors import Finding
from caducee.model import bodies
from caducee.model.document import Document
from caducee.model.identity import InsStatus
from caducee.model.practice import Actor, ActorKind, Practitioner
from caducee_eprescription.rules.form import check_form
from caducee_eprescription.rules.lines import LocalProducts, check_lines
from caducee_eprescription.rules.report import Report

BODIES = (
    bodies.Prescription,
    bodies.BiologyPrescription,
    bodies.ImagingRequest,
    bodies.NursingPrescription,
    bodies.PhysiotherapyPrescription,
)
_RPPS = "8"


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What was found. ``refused`` stops ``issue``; ``warnings`` are for the doctor to look at.

    ``registrable`` is false where the service would refuse whatever the doctor wrote (identity not qualified…): such a
    prescription is local only. ``must_share`` says that it is under the duty to share it in the DMP.
    """

    refused: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    registrable: bool = True
    must_share: bool = True


def check(
    document: Document,
    author: Practitioner,
    *,
    today: date,
    acting: Actor | None = None,
    products: LocalProducts | None = None,
) -> Checked:
    """Check a prescription as it stands today: quick enough to be called at each key. ``products`` knows medicines."""
    report = Report()
    if not isinstance(document.body, BODIES):
        report.refuse("body", "rx.kind", "Ce document n'est pas une ordonnance.")
        return Checked(refused=tuple(report.refused), registrable=False)
    written = _written(report, document, today)
    check_form(report, document, written=written, today=today)
    if isinstance(document.body, bodies.Prescription):
        check_lines(report, document, written=written, products=products)
    _replacement(report, document, acting)
    registrable = _service(report, document, author)
    return Checked(
        refused=tuple(report.refused),
        warnings=tuple(report.warnings),
        registrable=registrable,
        must_share=not any(line.prior_approval for line in lines_of(document.body)),
    )


def lines_of(body: bodies.Body) -> tuple[bodies.prescription.Line, ...]:
    """Return the lines of a prescription that have flags."""
    if isinstance(body, bodies.Prescription):
        return (*body.medicines, *body.devices, *body.free_lines)
    if isinstance(body, bodies.NursingPrescription | bodies.PhysiotherapyPrescription):
        return body.acts
    return ()


def _written(report: Report, document: Document, today: date) -> date:
    try:
        written = date.fromisoformat(document.created[:8])
    except (ValueError, TypeError):
        report.refuse("created", "date.exists", "Cette date n'existe pas.")
        return today
    if written > today:
        report.refuse("created", "rx.future", "L'ordonnance est datée d'un jour à venir.", "règle d'usage")
    return written


def _replacement(report: Report, document: Document, acting: Actor | None) -> None:
    if acting is not None and acting.kind is ActorKind.REPLACEMENT and document.people.replaced is None:
        message = "Une ordonnance rédigée par un remplaçant nomme le médecin remplacé."
        report.refuse("people.replaced", "rx.replaced", message, "CI-SIS, volet eP-MED-DM 2024.01")


def _service(report: Report, document: Document, author: Practitioner) -> bool:
    """Say what the service would refuse whatever the lines are: it is printed without a code then."""
    source = "Ordonnance numérique (profil simulé)"
    before = len(report.warnings)
    patient = document.patient
    if patient.status is not InsStatus.QUALIFIED or patient.ins is None:
        message = "L'identité du patient n'est pas qualifiée : l'ordonnance sera remise sans code."
        report.warn("patient.status", "rx.ins", message, source)
    if not author.identifier.startswith(_RPPS):
        message = "Le prescripteur n'a pas de numéro RPPS : l'ordonnance sera remise sans code."
        report.warn(f"practitioner.{document.author}.identifier", "rx.rpps", message, source)
    return len(report.warnings) == before
