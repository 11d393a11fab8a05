"""A life of a desk that opens one record after the other: some are verified, some withdrawn, some retrieved.

The practice's own list (``begun.log``) outlives every life, as a doctor's software keeps its own.
"""

from __future__ import annotations

import itertools
import json
import os
from pathlib import Path
from uuid import uuid4

import msgspec

import caducee
import caducee_insi.plugin
from caducee import Actor, Ins, InsStatus, Kernel, Patient
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST
from caducee_demo.people import HUGO, JEANNE
from caducee_insi import INSI, Evidence, Step
from caducee_insi.desk import DESK
from tests.faults.supervisor import acknowledge

WARM = (caducee_insi.plugin,)
BEGUN = "begun.log"
SECRETARY, DOCTOR = Actor.secretary("accueil"), Actor.doctor("Dr Camille Roux")
KINDS = ("VERIFIED", "WITHDRAWN", "RETRIEVED")


async def live(folder: Path, *, finish: bool) -> None:
    """Open records until killed; or open again, once, every one that a kill left as it was before."""
    async with caducee.open_kernel(folder / "practice" / "caducee.toml", drain=False) as kernel:
        if finish:
            await _again(kernel, folder)
            return
        for number in itertools.count():
            local_id = f"{KINDS[number % len(KINDS)]}-{uuid4()}"
            _append(folder / BEGUN, f"{local_id}\n")
            await _opened(kernel, patient(folder, local_id))
            acknowledge(folder, local_id)


async def _again(kernel: Kernel, folder: Path) -> None:
    for local_id in (folder / BEGUN).read_text().split():
        async with kernel.use(DESK) as desk:
            untouched = not await desk.decisions(local_id)
        if untouched:
            await _opened(kernel, patient(folder, local_id))
            acknowledge(folder, local_id)


async def _opened(kernel: Kernel, who: Patient) -> None:
    async with kernel.use(INSI) as insi, kernel.use(DESK) as desk:
        found = await insi.ensure(who, acting=SECRETARY)
        if found.step is Step.COMPARE:
            assert found.answer is not None
            await desk.qualify(who, found.answer, evidence=Evidence.PASSPORT, acting=DOCTOR)


def patient(folder: Path, local_id: str) -> Patient:
    """Return the patient as the practice's file has them before the record opens."""
    people = json.loads((folder / "people.json").read_text())
    kind = local_id.partition("-")[0]
    if kind == "RETRIEVED":
        return msgspec.structs.replace(JEANNE, local_id=local_id)
    who, number = (JEANNE, people["NESSI-TEST"]) if kind == "VERIFIED" else (HUGO, people["FERME-ESSAI"])
    ins = Ins(matricule=number, oid=INS_NIR_TEST, environment=Environment.SANDBOX)
    return msgspec.structs.replace(who, local_id=local_id, ins=ins, status=InsStatus.QUALIFIED)


def _append(path: Path, line: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, line.encode())
    os.close(descriptor)
