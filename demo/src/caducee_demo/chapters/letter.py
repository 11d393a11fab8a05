"""A letter, from the desk to the DMP."""

from __future__ import annotations

import time

from caducee import PdfBody
from caducee.model.patient import Patient
from caducee_demo.chapters.identity import qualify
from caducee_demo.people import JEANNE
from caducee_demo.stage import Stage

NAME = "lettre"
TITLE = "3. Une lettre, du bureau au DMP (simulé)"


async def qualified_jeanne(stage: Stage) -> Patient:
    """Return Jeanne, qualified now if no earlier chapter did it."""
    if "P1" not in stage.patients:
        async with stage.kernel() as kernel:
            stage.patients["P1"], _ = await qualify(kernel, JEANNE)
    return stage.patients["P1"]


async def play(stage: Stage) -> None:
    """Publish, sign, feed."""
    patient = await qualified_jeanne(stage)
    async with stage.kernel() as kernel:
        with stage.story.step("Écrire la lettre (PDF/A)") as telling:
            document = await stage.letter(kernel, patient, about="suivi annuel")
            size = len(document.body.content) if isinstance(document.body, PdfBody) else 0
            telling.say(f"{size // 1024} Kio.")
        with stage.story.step("La publier") as telling:
            began = time.monotonic()
            ticket = await stage.publish(kernel, document)
            telling.say(
                f"publish() rend la main en {(time.monotonic() - began) * 1000:.0f} ms : "
                "le document ne peut plus être perdu."
            )
        with stage.story.step("Signée par la carte de l'auteur") as telling:
            await ticket.signed()
            telling.say("Une opération de la carte pour le lot de soumission.")
        with stage.story.step("Reçue par le DMP") as telling:
            (delivery,) = await ticket.settled()
            receipt = delivery.row.receipt
            telling.say(f"{delivery.explanation.sentence} Mode {receipt.mode if receipt else '?'}.")
    stage.patients["P1"] = patient
    stage.show(document, delivery)
