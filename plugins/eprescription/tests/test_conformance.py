"""A hundred prescriptions of every kind and way of taking, judged by the official rules; a dispensation too."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice, product
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from caducee.cda.file import DocumentFile, build
from caducee.clinical import (
    BiologyPrescription,
    CareAct,
    Device,
    DevicePrescription,
    Dose,
    Duration,
    FreeLine,
    MaxDose,
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
from caducee.model.codes import TA_ASIP, Code
from caducee.model.document import Document
from caducee.model.environment import Environment
from caducee.testing import AUTHOR
from caducee_eprescription.api import EPRESCRIPTION
from caducee_eprescription.issuing import completed
from caducee_eprescription.numbers import SimulatedNumbers
from caducee_eprescription.paper import Paper

from .desk import DOCTOR, JEANNE, PAPER_ALONE, Sandbox, days, line, opened, prescription, tablets

pytestmark = pytest.mark.conformance
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
    {"executant": AUTHOR, "execution_date": "2026-12-01", "valid_until": "2027-01-31"},
    {"kinds": (Code("MED-1094", TA_ASIP, "Exécution à domicile"), Code("MED-1159", TA_ASIP, "Affection militaire"))},
    {"flags": {"work_accident": True, "prevention": True, "off_label": True, "substitution": Substitution.EXCIPIENT}},
)


def bodies() -> Iterator[Any]:
    yield BiologyPrescription(exams=("Glycémie",), ald=("HbA1c",), fasting=True)
    yield NursingPrescription(acts=(CareAct(label="Pansement", count=5),))
    yield PhysiotherapyPrescription(acts=(CareAct(label="Rééducation", count=10),))
    for posology, shape in product(WAYS, SHAPES):
        more = {name: value for name, value in shape.items() if name != "flags"}
        yield Prescription(medicines=(line(posology=posology, **shape.get("flags", {})),), **more)


def judged(folder: Path) -> str:
    command = [
        sys.executable,
        str(Path(os.environ["KIT"]) / "ans" / "validate"),
        "--strict",
        *map(str, folder.iterdir()),
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def as_file(document: Document) -> DocumentFile:
    fields = {name: getattr(document, name) for name in Document.__struct_fields__}
    return DocumentFile(**fields, practitioners={"roux": AUTHOR}, oid_root="1.2.250.1.999.1")


def test_a_hundred_prescriptions_pass_every_layer(tmp_path: Path) -> None:
    paper, numbers = Paper(Environment.SANDBOX, simulated=True), SimulatedNumbers()
    made = list(islice(bodies(), 104))
    for at, body in enumerate(made):
        document = prescription(f"RX-{at}", body=body, created="20261128080000+0100")
        number = numbers.number(prescriber=AUTHOR.identifier) if at % 3 else ""
        pdf = paper.print(document, AUTHOR, number=number)
        cda = build(as_file(completed(document, number, pdf))).document
        (tmp_path / f"{at:03}.xml").write_bytes(cda)
    said = judged(tmp_path).splitlines()
    assert [one for one in said if not one.startswith("OK ")] == []
    assert len(said) == len(made) >= 100


@pytest.mark.anyio
async def test_the_pharmacy_s_document_passes_every_layer(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "judged").mkdir()
    async with opened(sandbox, tmp_path / "practice") as kernel, kernel.use(EPRESCRIPTION) as rx:
        document = msgspec.structs.replace(prescription("RX-D"), patient=JEANNE)
        number = (await rx.issue(document, PAPER_ALONE, acting=DOCTOR)).number
        given = {"line": "medicines[0]", "action": "substituted", "product": "GÉNÉRIQUE", "quantity": "1 boîte"}
        made = sandbox.dispense(number, given)
        content = httpx.get(f"{sandbox.pharmacy}document/{made['identifier']}", timeout=10).content
    (tmp_path / "judged" / "edisp.xml").write_bytes(content)
    assert judged(tmp_path / "judged").startswith("OK ")
