"""A letter that leaves without any card: the structure's certificate and seal."""

from __future__ import annotations

import anyio

import caducee
from caducee import Kernel, Patient
from caducee_demo.chapters.letter import qualified_jeanne
from caducee_demo.practice import ROUX, set_up
from caducee_demo.stage import CONSENTED, DOCTOR, Stage
from caducee_dmp import DMP
from caducee_dmp.errors import ModeRefused

NAME = "sans-carte"
TITLE = "9. Sans carte : le certificat et le cachet de la structure"


async def play(stage: Stage) -> None:
    """Publish with an empty reader from a practice that feeds in INDIRECTE, then try to read."""
    patient = await qualified_jeanne(stage)
    practice = set_up(stage.practice.folder / "sans-carte", stage.practice.sandbox, pace=10, feed="indirect")
    stage.control.card("remove")
    try:
        async with caducee.open_kernel(practice.config) as kernel:
            with stage.story.step("La lettre part sous le cachet de la structure, sans carte") as telling:
                document = await stage.letter(kernel, patient, about="résultats d'examen")
                ticket = await stage.publish(kernel, document)
                with anyio.fail_after(60):
                    (delivery,) = await ticket.settled()
                receipt = delivery.row.receipt
                if receipt is None or receipt.mode != "INDIRECTE":
                    raise AssertionError(f"{delivery.state}({delivery.why})")
                telling.say(f"{delivery.explanation.sentence} Mode d'accès : {receipt.mode}.")
            with stage.story.step("Consulter demande la carte : refusé avant tout envoi") as telling:
                telling.say(await _refused(kernel, patient))
    finally:
        stage.control.card("insert", ROUX)
    stage.show(document, delivery)


async def _refused(kernel: Kernel, patient: Patient) -> str:
    async with kernel.use(DMP) as dmp:
        try:
            await dmp.find(patient, practitioner="roux", acting=DOCTOR, access=CONSENTED)
        except ModeRefused as refused:
            return refused.explain().sentence
    raise AssertionError("a list without a card")
