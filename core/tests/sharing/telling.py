"""A practice of its own process: ``python telling.py FOLDER slow`` publishes and tells, ``end`` sends what is left."""

from __future__ import annotations

import sys
from pathlib import Path

import anyio

sys.path.insert(0, str(Path(__file__).parents[1]))

from sharing.people import QUALIFIED, letter
from sharing.places import Colleague, Mailbox, Places, Record

from caducee.model.announcement import Announce
from caducee.model.destination import Audience
from caducee.model.practice import Actor
from caducee.testing import kernel_for

DOCTOR = Actor.doctor("dr.roux")


async def main(folder: Path, how: str) -> None:
    """Publish the one letter (again: the same), tell the patient, and send slowly or to the end."""
    places = Places(folder, slow=0.1 if how == "slow" else 0.0)
    async with kernel_for({"places": places}, folder=folder) as kernel:
        ticket = await kernel.documents.publish(
            letter(QUALIFIED),
            audience=Audience(Record(), Mailbox(), Colleague()),
            acting=DOCTOR,
            idempotency_key="L1",
            announce=Announce("Dr Roux"),
        )
        await kernel.documents.announced(ticket, acting=DOCTOR)
        print("told", flush=True)
        await ticket.settled()


if __name__ == "__main__":
    anyio.run(main, Path(sys.argv[1]), sys.argv[2])
