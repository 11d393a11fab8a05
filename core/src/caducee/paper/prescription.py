"""The copy of a prescription that the patient is given, when the practice's software made none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from caducee.cda.entries.prescribed import REASONS, delivery_words, device_words, renewal_words
from caducee.model.bodies import (
    Annulment,
    BiologyPrescription,
    CareAct,
    DevicePrescription,
    FreeLine,
    ImagingAct,
    ImagingRequest,
    MedicinePrescription,
    NursingPrescription,
    PhysiotherapyPrescription,
    Prescription,
)
from caducee.model.document import Document
from caducee.model.environment import Environment
from caducee.model.practice import Practitioner
from caducee.paper.letter import Letter
from caducee.paper.letter_view import Zone, ZoneItem, author_name
from caducee.paper.typst_paper import TypstPaper
from caducee.posology import duration_words, in_letters, sentence

UPPER_ZONE = "Prescriptions relatives au traitement de l'affection de longue durée reconnue (liste ou hors liste)"
_ANNULLED = "Ce document annule et remplace la version précédente, qui ne doit plus être utilisée."
SECURED = "MED-1098"
LOWER_ZONE = "Prescriptions sans rapport avec l'affection de longue durée"


class PaperCopyist:
    """Prints prescriptions; outside production every page is marked SPÉCIMEN."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._paper = TypstPaper()

    def copy(self, document: Document, author: Practitioner) -> bytes:
        """Return the copy as PDF/A-1b. What is under a long-term illness comes first, in a zone of its own.

        Raises:
            PaperInvalid: a value that cannot be printed.
            CapabilityMissing: typst is not installed (``caducee[paper]``).
        """
        return self._paper.print_prescription(heading(document, author), zones(document), environment=self._environment)


def heading(document: Document, author: Practitioner) -> Letter:
    """Return what stands at the head of a prescription: a letter without a text."""
    created = document.created
    return Letter(
        author=author,
        patient=document.patient,
        written=date(int(created[:4]), int(created[4:6]), int(created[6:8])),
        subject=document.title,
        paragraphs=(),
        greeting="",
        closing="",
    )


def zones(document: Document) -> tuple[Zone, ...]:
    """Return what is prescribed, in one zone or in two."""
    body = document.body
    if isinstance(body, BiologyPrescription):
        upper = [ZoneItem(heading=exam) for exam in body.ald]
        lower = [ZoneItem(heading=exam) for exam in body.exams]
        remarks = tuple(_biology_remarks(body))
    elif isinstance(body, Prescription):
        lines = [*map(_medicine, body.medicines), *map(_device, body.devices), *map(_free, body.free_lines)]
        if any(kind.code == SECURED for kind in body.kinds):
            lines = [(ald, _in_letters(item)) for ald, item in lines]
        upper, lower = _parted(lines)
        remarks = tuple(_remarks(body))
    elif isinstance(body, NursingPrescription | PhysiotherapyPrescription):
        upper, lower = _parted([_act(act) for act in body.acts])
        remarks = tuple(_care_remarks(body))
    elif isinstance(body, ImagingRequest):
        upper, lower = [], [_imaging(act) for act in body.acts]
        remarks = (body.justification, *_lines(body.patient_information))
    elif isinstance(body, Annulment):
        said = ZoneItem(heading="Annulation", lines=(_ANNULLED, *_lines(body.reason)))
        return (Zone(title="Document annulé", items=(said,)),)
    else:
        return ()
    made = [Zone(title=UPPER_ZONE, items=tuple(upper))] if upper else []
    if lower:
        made.append(Zone(title=LOWER_ZONE if upper else "", items=tuple(lower)))
    if remarks:
        made.append(Zone(title="", items=(ZoneItem(heading="Remarques", lines=remarks),)))
    return tuple(made)


def _parted(lines: list[tuple[bool, ZoneItem]]) -> tuple[list[ZoneItem], list[ZoneItem]]:
    return [item for ald, item in lines if ald], [item for ald, item in lines if not ald]


def _in_letters(item: ZoneItem) -> ZoneItem:
    return ZoneItem(heading=item.heading, lines=tuple(map(in_letters, item.lines)))


def _medicine(line: MedicinePrescription) -> tuple[bool, ZoneItem]:
    said = (
        sentence(line.posology),
        delivery_words(line),
        REASONS.get(line.substitution, ""),
        line.condition,
        "Non remboursable" if line.not_reimbursed else "",
        "Prescription hors autorisation de mise sur le marché" if line.off_label else "",
        *_lines(line.patient_instructions),
    )
    return line.ald, ZoneItem(heading=line.medicine.name, lines=tuple(filter(None, said)))


def _device(line: DevicePrescription) -> tuple[bool, ZoneItem]:
    said = (device_words(line), *_lines(line.patient_instructions))
    return line.ald, ZoneItem(heading=line.device.name, lines=tuple(filter(None, said)))


def _free(line: FreeLine) -> tuple[bool, ZoneItem]:
    first, *rest = _lines(line.text) or [""]
    said = (*rest, renewal_words(line), "Non remboursable" if line.not_reimbursed else "")
    return line.ald, ZoneItem(heading=first, lines=tuple(filter(None, said)))


def _act(act: CareAct) -> tuple[bool, ZoneItem]:
    count = f"{act.count} {'séance' if act.count == 1 else 'séances'}" if act.count else ""
    length = f"pendant {duration_words(act.duration)}" if act.duration else ""
    how = ", ".join(filter(None, (count, act.rhythm, length, renewal_words(act))))
    said = (how, "Non remboursable" if act.not_reimbursed else "", *_lines(act.patient_instructions))
    return act.ald, ZoneItem(heading=act.label, lines=tuple(filter(None, said)))


def _imaging(act: ImagingAct) -> ZoneItem:
    where = " ".join(filter(None, (act.site.display, act.side.display if act.side else "")))
    said = (where, f"Urgent : {act.urgent_reason}" if act.urgent_reason else "", *_lines(act.comment))
    return ZoneItem(heading=act.label or act.modality.display, lines=tuple(filter(None, said)))


def _remarks(body: Prescription) -> Iterator[str]:
    for label, value, unit in (("Poids", body.weight_kg, "kg"), ("Taille", body.height_cm, "cm")):
        if value is not None:
            yield f"{label} : {value.replace('.', ',')} {unit}"
    if body.pregnant:
        yield "Grossesse en cours"
    if body.executant is not None:
        yield f"Professionnel désigné : {author_name(body.executant)}, {body.executant.organisation.name}"
    yield from _lines(body.comment)


def _care_remarks(body: NursingPrescription | PhysiotherapyPrescription) -> Iterator[str]:
    if body.urgent:
        yield "Urgent"
    if body.at_home:
        yield "À domicile"
    yield from _lines(body.comment)


def _biology_remarks(body: BiologyPrescription) -> Iterator[str]:
    if body.fasting:
        yield "À jeun"
    if body.urgent:
        yield "Urgent"
    if body.at_home:
        yield "Prélèvement à domicile"
    yield from _lines(body.comment)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
