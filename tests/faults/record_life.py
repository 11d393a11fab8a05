"""A life of a followed record: synchronised whole, document by document, until it is killed."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

import caducee
import caducee_dmp.plugin
import caducee_insi.plugin
from caducee import Actor, Ins, InsStatus, Patient
from caducee.keys import PinRequest
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST
from caducee.sharing.basis import ExplicitConsent
from caducee_demo.people import JEANNE
from caducee_demo.practice import PINS
from caducee_dmp import Access
from caducee_dmp.record import SHARED_RECORD, Fetch

WARM = (caducee_dmp.plugin, caducee_insi.plugin)
ACTING = Actor.doctor("Dr Camille Roux")
ACCESS = Access(basis=ExplicitConsent(consultation="essai", how="de vive voix"))


async def live(folder: Path, *, finish: bool) -> None:
    """Synchronise over and over until killed, or once."""
    config = folder / "practice" / "caducee.toml"
    async with caducee.open_kernel(config, pin_prompt=pin, drain=False) as kernel, kernel.use(SHARED_RECORD) as record:
        while True:
            await record.synchronise(
                patient(folder), practitioner="roux", acting=ACTING, access=ACCESS, fetch=Fetch.ALL, compare=True
            )
            if finish:
                return


async def pin(request: PinRequest) -> str | None:
    """Answer as the holder of the card would."""
    return PINS.get(request.serial)


def patient(folder: Path) -> Patient:
    """Return the patient whose record is followed."""
    matricule = json.loads((folder / "people.json").read_text())[JEANNE.traits.birth_name]
    ins = Ins(matricule=matricule, oid=INS_NIR_TEST, environment=Environment.SANDBOX)
    return msgspec.structs.replace(JEANNE, ins=ins, status=InsStatus.QUALIFIED)
