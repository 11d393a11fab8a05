"""What the chapters play on: the practice, its kernel, the sandbox's levers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import count
from pathlib import Path

import anyio.to_thread

import caducee
from caducee import Actor, Audience, Document, Kernel, Patient, PdfBody
from caducee.documents.ticket import DeliveryStatus
from caducee.keys import PinRequest
from caducee.model.document import CONSULTATION_REPORT
from caducee.outbox.contract import DeliveryState
from caducee.sharing.basis import ExplicitConsent
from caducee_demo.letters import write_letter
from caducee_demo.practice import PINS, Practice
from caducee_demo.sandbox import Control
from caducee_demo.story import Sheet, Story
from caducee_dmp import Access, Dmp

DOCTOR = Actor.doctor("Dr Camille Roux")
CONSENTED = Access(basis=ExplicitConsent(consultation="essai", how="de vive voix"))
SECRETARY = Actor.secretary("accueil")
_PLACES = {"dmp": "DMP", "mss": "Messagerie du confrère", "patient_mail": "Messagerie du patient"}


class Stage:
    """One performance."""

    def __init__(self, *, practice: Practice, story: Story, pictures: Path, first_number: int = 1) -> None:
        self.practice = practice
        self.story = story
        self.control = Control(practice.control)
        self.patients: dict[str, Patient] = {}
        self.pictures = pictures
        self._numbers = count(first_number)

    @asynccontextmanager
    async def kernel(self) -> AsyncIterator[Kernel]:
        """Open the practice's kernel; whoever is asked for a PIN at this desk knows it."""
        async with caducee.open_kernel(self.practice.config, pin_prompt=self.pin) as kernel:
            yield kernel

    async def pin(self, request: PinRequest) -> str | None:
        """Answer for the person at the keyboard."""
        return PINS.get(request.serial)

    async def letter(self, kernel: Kernel, patient: Patient, *, about: str, author: str = "roux") -> Document:
        """Write a letter about a patient: the page, then the document to publish."""
        number = next(self._numbers)
        now = datetime.now().astimezone()
        who = kernel.practitioner(author)
        page = await anyio.to_thread.run_sync(write_letter, who, patient, about, now)
        (self.pictures / f"lettre-{number}.png").write_bytes(page.picture)
        time = now.strftime("%Y%m%d%H%M%S%z")
        return Document(
            local_id=f"LETTRE-{number}",
            patient=patient,
            author=author,
            type=CONSULTATION_REPORT,
            title=f"Compte rendu : {about}",
            body=PdfBody(page.pdf),
            created=time,
            service_start=time,
        )

    async def publish(self, kernel: Kernel, document: Document) -> caducee.Ticket:
        """Publish to the DMP, sent by the secretary once its author has validated it."""
        return await kernel.documents.publish(
            document,
            audience=Audience(Dmp()),
            acting=SECRETARY,
            idempotency_key=document.local_id,
            validated_by=document.author,
        )

    def show(self, document: Document, delivery: DeliveryStatus) -> None:
        """Put a document on the page, with where it is now."""
        number = document.local_id.removeprefix("LETTRE-")
        self.story.show(
            Sheet(
                title=document.title,
                patient=f"{document.patient.traits.given_names[0]} {document.patient.traits.birth_name}",
                author="Dr Camille Roux",
                where=_where(delivery),
                arrived=delivery.state is DeliveryState.DELIVERED,
                picture=self.pictures / f"lettre-{number}.png",
            )
        )


def told(*deliveries: DeliveryStatus) -> str:
    """Say of each delivery where it goes and where it stands."""
    return " ".join(f"{_PLACES.get(one.row.kind, one.row.kind)} : {one.explanation.sentence}" for one in deliveries)


def _where(delivery: DeliveryStatus) -> str:
    if delivery.state is DeliveryState.DELIVERED:
        return "Dans le DMP (simulé)."
    return f"{delivery.explanation.sentence} {delivery.explanation.remedy}"
