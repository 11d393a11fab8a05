"""A life of the whole walk: letters published to the simulated DMP, signed by the virtual card."""

from __future__ import annotations

import json
import random
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import anyio
import msgspec
from supervisor import acknowledge

import caducee
import caducee_dmp.plugin
import caducee_insi.plugin
from caducee import Actor, Audience, Document, Ins, InsStatus, PdfBody
from caducee.assembly import open_store
from caducee.config import load_config
from caducee.keys import PinRequest
from caducee.model.document import CONSULTATION_REPORT
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST
from caducee.outbox.contract import FINAL, DeliveryState
from caducee_demo.people import JEANNE
from caducee_demo.practice import PINS
from caducee_dmp import Dmp

WARM = (caducee_dmp.plugin, caducee_insi.plugin)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


async def live(folder: Path, *, finish: bool) -> None:
    """Publish and deliver until killed, or deliver what is left."""
    random.seed()
    config = folder / "practice" / "caducee.toml"
    async with caducee.open_kernel(config, pin_prompt=_pin) as kernel:
        if finish:
            await settled(config)
        while not finish:
            document = _letter(folder)
            ticket = await kernel.documents.publish(
                document,
                audience=Audience(Dmp()),
                acting=Actor.automaton("kill"),
                idempotency_key=document.local_id,
                validated_by=document.author,
            )
            acknowledge(folder, ticket.document_id)
            await anyio.sleep(random.uniform(0.01, 0.2))


async def _pin(request: PinRequest) -> str | None:
    return PINS.get(request.serial)


async def settled(config: Path) -> None:
    unfinished = frozenset(DeliveryState) - FINAL
    async with open_store(load_config(config)) as store:
        while await store.deliveries(states=unfinished, limit=1):
            await anyio.sleep(0.1)


def _letter(folder: Path) -> Document:
    matricule = json.loads((folder / "people.json").read_text())[JEANNE.traits.birth_name]
    ins = Ins(matricule=matricule, oid=INS_NIR_TEST, environment=Environment.SANDBOX)
    patient = msgspec.structs.replace(JEANNE, ins=ins, status=InsStatus.QUALIFIED)
    now = datetime.now().astimezone().strftime("%Y%m%d%H%M%S%z")
    return Document(
        local_id=f"LETTRE-{uuid4()}",
        patient=patient,
        author="roux",
        type=CONSULTATION_REPORT,
        title="Compte rendu de consultation",
        body=PdfBody(PDF),
        created=now,
        service_start=now,
    )
