"""A desk for the end-to-end tests: patients already qualified, letters, a kernel on a real practice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import anyio
import msgspec

import caducee
from caducee import Actor, Audience, Code, Document, Ins, InsStatus, Kernel, Patient, PdfBody, Ticket
from caducee.clinical import (
    CIS,
    Dose,
    Duration,
    Medicine,
    MedicinePrescription,
    Posology,
    Prescription,
    Quantity,
    Step,
    Unit,
)
from caducee.keys import PinRequest
from caducee.model.document import CONSULTATION_REPORT
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST
from caducee.sharing.basis import ExplicitConsent
from caducee_demo.people import HUGO, JEANNE
from caducee_demo.practice import PINS, Practice
from caducee_dmp import Access, Dmp

SECRETARY = Actor.secretary("accueil")
DOCTOR = Actor.doctor("Dr Camille Roux")
CONSENTED = Access(basis=ExplicitConsent(consultation="essai", how="de vive voix"))
PDF = b"%PDF-1.4\n% a page of the tests\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def qualified(patient: Patient, sandbox: dict[str, Any]) -> Patient:
    """Return a patient with the matricule that the sandbox knows."""
    matricule = sandbox["people"][patient.traits.birth_name]
    ins = Ins(matricule=matricule, oid=INS_NIR_TEST, environment=Environment.SANDBOX)
    return msgspec.structs.replace(patient, ins=ins, status=InsStatus.QUALIFIED)


def letter(patient: Patient, *, pdf: bytes = PDF, author: str = "roux") -> Document:
    """Return a new letter about a patient."""
    now = datetime.now().astimezone().strftime("%Y%m%d%H%M%S%z")
    return Document(
        local_id=f"LETTRE-{uuid4()}",
        patient=patient,
        author=author,
        type=CONSULTATION_REPORT,
        title="Compte rendu de consultation",
        body=PdfBody(pdf),
        created=now,
        service_start=now,
    )


async def pin_of_the_card(request: PinRequest) -> str | None:
    """Answer as the holder would."""
    return PINS.get(request.serial)


@asynccontextmanager
async def opened(practice: Practice, **options: Any) -> AsyncIterator[Kernel]:
    """Open the practice's kernel; the PIN is known at this desk."""
    async with caducee.open_kernel(practice.config, **{"pin_prompt": pin_of_the_card, **options}) as kernel:
        yield kernel


async def publish(kernel: Kernel, document: Document) -> Ticket:
    """Publish to the DMP."""
    return await kernel.documents.publish(
        document,
        audience=Audience(Dmp()),
        acting=SECRETARY,
        idempotency_key=document.local_id,
        validated_by=document.author,
    )


async def until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until something holds."""
    with anyio.fail_after(seconds):
        while not holds():
            await anyio.sleep(0.05)


__all__ = ["DOCTOR", "HUGO", "JEANNE", "PDF", "SECRETARY", "Path", "letter", "opened", "publish", "qualified", "until"]


def with_prescriptions(practice: Practice, sandbox: dict[str, Any]) -> Practice:
    """Let the practice prescribe: its kernel has the plugin and knows where the simulated base is."""
    said = practice.config.read_text(encoding="utf-8").replace('["insi", "dmp"]', '["insi", "dmp", "eprescription"]')
    table = f'[plugins.eprescription]\nurl = "{sandbox["erx"]}"\nfollow_every = 0.1\nwatch_every = 0.5\n'
    practice.config.write_text(f"{said}\n{table}decide_within = 4.0\n", encoding="utf-8")
    return practice


def prescription(patient: Patient, *, renewals: int = 0) -> Document:
    """Return a new prescription of two medicines for a month; the first one may be renewed."""
    every_day = Posology(steps=(Step(dose=Dose(Quantity(Decimal(1), "{tablet}", "comprimé")), times=1),))
    lines = tuple(
        MedicinePrescription(
            medicine=Medicine(name=name, code=Code(cis, CIS, name)),
            posology=every_day,
            duration=Duration(Decimal(30), Unit.DAY),
            renewals=renewals if first else 0,
        )
        for name, cis, first in (
            ("RAMIPRIL EXEMPLE 5 mg", "69999995", True),
            ("PARACÉTAMOL EXEMPLE 500 mg", "69999999", False),
        )
    )
    return Document(
        local_id=f"RX-{uuid4()}",
        patient=patient,
        author="roux",
        created=datetime.now().astimezone().strftime("%Y%m%d%H%M%S%z"),
        body=Prescription(medicines=lines),
    )
