"""A life of a prescribing desk: prescriptions registered with the simulated base and published to the DMP.

The practice's own record of what was begun (``begun.log``) outlives every life, as a doctor's software keeps its own:
what has no paper yet is issued again by the next life, under the same identifier.
"""

from __future__ import annotations

import json
import os
import random
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import anyio
import httpx
import msgspec
from letter_life import settled
from supervisor import ACKNOWLEDGED, acknowledge

import caducee
import caducee_dmp.plugin
import caducee_eprescription.plugin
import caducee_eprescription.service
import caducee_insi.plugin
from caducee import Actor, Audience, Code, Document, Ins, InsStatus
from caducee.clinical import CIS, Dose, Medicine, MedicinePrescription, Posology, Prescription, Quantity, Step
from caducee.keys import PinRequest
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST
from caducee_demo.people import JEANNE
from caducee_demo.practice import PINS
from caducee_dmp import Dmp
from caducee_eprescription import EPRESCRIPTION, EPrescription

WARM = (caducee_dmp.plugin, caducee_insi.plugin, caducee_eprescription.plugin, caducee_eprescription.service)
BEGUN = "begun.log"
DOCTOR = Actor.doctor("Dr Camille Roux")
_FAULTS = ("lose_answer", "lose_request")


async def live(folder: Path, *, finish: bool) -> None:
    """Issue what was begun, then new ones until killed; or end when the last one begun has reached the DMP."""
    random.seed()
    config = folder / "practice" / "caducee.toml"
    async with caducee.open_kernel(config, pin_prompt=_pin) as kernel, kernel.use(EPRESCRIPTION) as rx:
        for said in _unfinished(folder):
            await _issue(rx, folder, said)
        if finish:
            await settled(config)
        while not finish:
            said = f"RX-{uuid4()} {datetime.now().astimezone():%Y%m%d%H%M%S%z}"
            _append(folder / BEGUN, f"{said}\n")
            await _now_and_then_a_fault(folder)
            await _issue(rx, folder, said)


async def _issue(rx: EPrescription, folder: Path, said: str) -> None:
    """Issue one, by two callers at once; note what the desk was told."""
    local_id, created = said.split()
    document = _prescription(folder, local_id, created)
    told: list[str] = []

    async def once() -> None:
        issued = await rx.issue(document, Audience(Dmp()), acting=DOCTOR)
        told.append(f"{local_id}/{issued.state}/{issued.number}/{issued.document_id}")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(once)
        tasks.start_soon(once)
    for one in told:
        acknowledge(folder, one)


async def _now_and_then_a_fault(folder: Path) -> None:
    if random.random() < 0.3:
        control = (folder / "control").read_text()
        asked = {"service": "erx", "fault": random.choice(_FAULTS), "times": 1, "transaction": "register"}
        async with httpx.AsyncClient(timeout=10) as client:
            (await client.post(f"{control}/faults", json=asked)).raise_for_status()


def _unfinished(folder: Path) -> list[str]:
    done, begun = folder / ACKNOWLEDGED, folder / BEGUN
    told = {line.split("/")[0] for line in done.read_text().splitlines()} if done.exists() else set()
    return [line for line in begun.read_text().splitlines() if line.split()[0] not in told] if begun.exists() else []


async def _pin(request: PinRequest) -> str | None:
    return PINS.get(request.serial)


def _append(path: Path, line: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, line.encode())
    os.close(descriptor)


def _prescription(folder: Path, local_id: str, created: str) -> Document:
    """Return a prescription that the base's own record tells from any other: by the name of its product."""
    matricule = json.loads((folder / "people.json").read_text())[JEANNE.traits.birth_name]
    ins = Ins(matricule=matricule, oid=INS_NIR_TEST, environment=Environment.SANDBOX)
    name = f"EXEMPLE {local_id}"
    line = MedicinePrescription(
        medicine=Medicine(name=name, code=Code("69999999", CIS, name)),
        posology=Posology(steps=(Step(dose=Dose(Quantity(Decimal(1), "{tablet}", "comprimé")), times=1),)),
    )
    return Document(
        local_id=local_id,
        patient=msgspec.structs.replace(JEANNE, ins=ins, status=InsStatus.QUALIFIED),
        author="roux",
        created=created,
        body=Prescription(medicines=(line,)),
    )
