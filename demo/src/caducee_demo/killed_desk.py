"""A desk that publishes two letters and then waits to be killed. Run by the outage chapter as a process."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import anyio

from caducee_demo.chapters.identity import qualify
from caducee_demo.people import JEANNE
from caducee_demo.practice import Practice
from caducee_demo.stage import Stage
from caducee_demo.story import Story


async def main(config: Path) -> None:
    """Publish, say so, and go on trying to deliver until the end."""
    practice = Practice(folder=config.parent, config=config, sandbox={"control": "", "cards": {"dir": ""}})
    stage = Stage(practice=practice, story=Story(), pictures=config.parent, first_number=500)
    async with stage.kernel() as kernel:
        patient, _ = await qualify(kernel, JEANNE)
        for about in ("bilan du matin", "bilan du soir"):
            document = await stage.letter(kernel, patient, about=about)
            began = time.monotonic()
            ticket = await stage.publish(kernel, document)
            print(f"{ticket.document_id} {(time.monotonic() - began) * 1000:.0f} ;", flush=True)
        await anyio.sleep_forever()


if __name__ == "__main__":
    anyio.run(main, Path(sys.argv[1]))
