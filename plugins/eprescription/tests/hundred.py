"""Prescriptions of every kind and every way of taking, numbered and printed as ``issue`` does."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import Any

import msgspec

from caducee.cda.file import DocumentFile
from caducee.clinical import (
    BiologyPrescription,
    CareAct,
    Device,
    DevicePrescription,
    Dose,
    Duration,
    FreeLine,
    ImagingAct,
    ImagingRequest,
    MaxDose,
    Medicine,
    Moment,
    NursingPrescription,
    PhysiotherapyPrescription,
    Posology,
    PosologyMode,
    Prescription,
    Quantity,
    Step,
    Substitution,
    TimingEvent,
    Unit,
    Weekday,
)
from caducee.model.codes import LPP, SNOMED_CT, TA_ASIP, VIRTUAL_MEDICINE, Code
from caducee.model.document import Document
from caducee.model.environment import Environment
from caducee.terminology import Terminology
from caducee.testing import AUTHOR
from caducee_eprescription.issuing import completed
from caducee_eprescription.numbers import SimulatedNumbers
from caducee_eprescription.paper import Paper
from core.tests.cda.samples.dosages import LINES

from .desk import days, line, prescription, tablets

GENERIC = Code("MV00002306", VIRTUAL_MEDICINE, "Paracétamol 500 mg comprimé")
ONE = Dose(tablets(1))
HOUR = Duration(Decimal(6), Unit.HOUR)
MORNING, BEDTIME = Moment(TimingEvent.BREAKFAST), Moment(TimingEvent.BEDTIME)
WAYS = (
    Posology(steps=(Step(dose=ONE, times=3, duration=days(7)),)),
    Posology(steps=(Step(dose=Dose(tablets(1), tablets(2)), every=HOUR, condition="si douleur"),)),
    Posology(steps=(Step(dose=ONE, every=HOUR),), maxima=(MaxDose(tablets(4), days(1)), MaxDose(tablets(100)))),
    Posology(steps=(Step(dose=ONE, moments=(Moment(TimingEvent.BEFORE_DINNER, Duration(Decimal(30), Unit.MINUTE)),)),)),
    Posology(steps=(Step(dose=ONE, hours=("08:00", "20:30")),)),
    Posology(steps=(Step(dose=ONE, weekdays=(Weekday.MONDAY,)),)),
    Posology(steps=(Step(rate=Dose(Quantity(Decimal(50), "mL")), rate_per=Duration(Decimal(1), Unit.HOUR)),)),
    Posology(
        mode=PosologyMode.TAPERED,
        steps=(Step(dose=Dose(tablets(2)), times=1, duration=days(3)), Step(dose=ONE, times=1, duration=days(3))),
    ),
    Posology(
        mode=PosologyMode.SPLIT,
        steps=(Step(dose=ONE, moments=(MORNING,)), Step(dose=Dose(tablets(2)), moments=(BEDTIME,))),
    ),
    Posology(
        mode=PosologyMode.CONDITIONAL,
        steps=(Step(dose=ONE, condition="si modérée"), Step(dose=Dose(tablets(2)), condition="si forte")),
    ),
    Posology(
        mode=PosologyMode.COMBINED,
        steps=(Step(dose=ONE, times=1, medicine="amoxicilline"), Step(dose=ONE, times=2, medicine="métronidazole")),
    ),
    Posology(steps=(Step(dose=ONE, times=1),), delayed=True, until="disparition de la fièvre"),
    Posology(text="Selon l'avis du spécialiste"),
)
SHAPES: tuple[dict[str, Any], ...] = (
    {},
    {"kinds": (Code("MED-1098", TA_ASIP, "Ordonnance sécurisée"),)},
    {"pregnant": True, "weight_kg": "62.5", "height_cm": "170"},
    {"free_lines": (FreeLine(text="Bas de contention"),), "comment": "À revoir", "follow_opposed": True},
    {"devices": (DevicePrescription(device=Device(name="Lit médical"), use=days(60)),)},
    {"devices": (DevicePrescription(device=Device(name="Bas", lpp=Code("2182474", LPP, "Bas")), prior_approval=True),)},
    {"kinds": (Code("MED-1096", TA_ASIP, "Prescription bizone"),), "flags": {"ald": True, "not_reimbursed": False}},
    {"executant": AUTHOR, "execution_date": "2026-12-01", "valid_until": "2027-01-31"},
    {"kinds": (Code("MED-1094", TA_ASIP, "Exécution à domicile"), Code("MED-1159", TA_ASIP, "Affection militaire"))},
    {"flags": {"medicine": Medicine(name="paracétamol 500 mg comprimé", virtual=GENERIC)}},
    {"flags": {"medicine": Medicine(name="Préparation magistrale : vaseline 50 g, acide salicylique 2 g")}},
    {"flags": {"work_accident": True, "prevention": True, "off_label": True, "substitution": Substitution.EXCIPIENT}},
)


class Made(msgspec.Struct, frozen=True):
    """A prescription as it is published, its paper and its number; ``number`` is empty where it is local."""

    document: Document
    pdf: bytes
    number: str


def bodies() -> Iterator[Any]:
    """Yield the content of each: the kinds, the ways of taking with every mention, the dosages of the HAS."""
    knee = Code("361291001", SNOMED_CT, "région entière du genou")
    magnetic = ImagingAct(modality=Terminology.load().code("imaging_modality", "MR"), site=knee)
    yield BiologyPrescription(exams=("Glycémie",), ald=("HbA1c",), fasting=True)
    yield ImagingRequest(acts=(magnetic,), justification="Gonalgie")
    yield NursingPrescription(acts=(CareAct(label="Pansement", count=5),))
    yield PhysiotherapyPrescription(acts=(CareAct(label="Rééducation", count=10),))
    for at, turn in product(range(len(WAYS)), range(4)):
        posology, shape = WAYS[at], SHAPES[(at + turn * 3) % len(SHAPES)]  # each way with four, each shape with four
        more = {name: value for name, value in shape.items() if name != "flags"}
        yield Prescription(medicines=(line(posology=posology, **shape.get("flags", {})),), **more)
    for one in LINES.values():
        yield Prescription(medicines=(one,))


def made() -> Iterator[Made]:
    """Yield each one numbered and printed; every fifth is local."""
    paper, numbers = Paper(Environment.SANDBOX, simulated=True), SimulatedNumbers()
    for at, body in enumerate(bodies()):
        document = prescription(f"RX-{at}", body=body, created="20261128080000+0100")
        number = numbers.number(prescriber=AUTHOR.identifier) if at % 5 else ""
        pdf = paper.print(document, AUTHOR, number=number)
        yield Made(completed(document, number, pdf), pdf, number)


def as_file(document: Document) -> DocumentFile:
    """Return a document as a vendor's JSON has it."""
    fields = {name: getattr(document, name) for name in Document.__struct_fields__}
    return DocumentFile(**fields, practitioners={"roux": AUTHOR}, oid_root="1.2.250.1.999.1")
