"""The record is asked for its list and for the document: the same bytes come back."""

from __future__ import annotations

import anyio.to_thread

from caducee.cda.reading import read_document
from caducee_demo.chapters import letter
from caducee_demo.pages import count_pages
from caducee_demo.stage import CONSENTED, DOCTOR, Stage
from caducee_dmp import DMP

NAME = "dossier"
TITLE = "4. Le dossier rend le document, à l'octet près"


async def play(stage: Stage) -> None:
    """List, retrieve, compare, open."""
    if not stage.story.sheets:
        await letter.play(stage)
    patient = stage.patients["P1"]
    async with stage.kernel() as kernel, kernel.use(DMP) as dmp:
        with stage.story.step("Demander la liste (ITI-18)") as telling:
            entries = await dmp.find(patient, practitioner="roux", acting=DOCTOR, access=CONSENTED)
            telling.say(f"{len(entries)} document : « {entries[0].title} ».")
        with stage.story.step("Demander le document (ITI-43)") as telling:
            received = await dmp.retrieve(patient, entries[0], practitioner="roux", acting=DOCTOR, access=CONSENTED)
            sent = await kernel.documents.sealed_bytes(entries[0].document_id)
            if received != sent:
                raise AssertionError("the bytes that came back are not the bytes that left")
            telling.say(f"{len(received)} octets, identiques à ceux qui sont partis.")
        with stage.story.step("L'ouvrir comme PDF") as telling:
            pdf = read_document(received).pdf
            pages = await anyio.to_thread.run_sync(count_pages, pdf)
            telling.say(f"{pages} page, lue par un autre moteur PDF.")
