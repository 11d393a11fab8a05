"""The copy of a prescription that the patient is given, when the practice's software made none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from caducee.cda.entries.prescribed import REASONS, delivery_words, device_words
from caducee.model.bodies import Annulment, BiologyPrescription, DevicePrescription, MedicinePrescription, Prescription
from caducee.model.document import Document
from caducee.model.environment import Environment
from caducee.model.practice import Practitioner
from caducee.paper.letter import Letter
from caducee.paper.letter_view import Zone, ZoneItem
from caducee.paper.typst_paper import TypstPaper
from caducee.posology import sentence

UPPER_ZONE = "Prescriptions relatives au traitement de l'affection de longue durée reconnue (liste ou hors liste)"
_ANNULLED = "Ce document annule et remplace la version précédente, qui ne doit plus être utilisée."
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
        created = document.created
        letter = Letter(
            author=author,
            patient=document.patient,
            written=date(int(created[:4]), int(created[4:6]), int(created[6:8])),
            subject=document.title,
            paragraphs=(),
            greeting="",
            closing="",
        )
        return self._paper.print_prescription(letter, zones(document), environment=self._environment)


def zones(document: Document) -> tuple[Zone, ...]:
    """Return what is prescribed, in one zone or in two."""
    body = document.body
    if isinstance(body, BiologyPrescription):
        upper = [ZoneItem(heading=exam) for exam in body.ald]
        lower = [ZoneItem(heading=exam) for exam in body.exams]
        remarks = tuple(_biology_remarks(body))
    elif isinstance(body, Prescription):
        lines = [*map(_medicine, body.medicines), *map(_device, body.devices)]
        upper = [item for ald, item in lines if ald]
        lower = [item for ald, item in lines if not ald]
        remarks = tuple(_lines(body.comment))
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
