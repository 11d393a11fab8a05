"""A desk for the end-to-end tests: patients already qualified, letters, a kernel on a real practice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import anyio
import msgspec

import caducee
from caducee import Actor, Audience, Document, Ins, InsStatus, Kernel, Patient, PdfBody, Ticket
from caducee.keys import PinRequest
from caducee.model.document import CONSULTATION_REPORT
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST
from caducee_demo.people import HUGO, JEANNE
from caducee_demo.practice import PINS, Practice
from caducee_dmp import Dmp

SECRETARY = Actor.secretary("accueil")
DOCTOR = Actor.doctor("Dr Camille Roux")
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
