"""The DMP is down, the program is killed, an answer is lost: nothing lost, nothing twice."""

from __future__ import annotations

import sys

import anyio

from caducee import Patient
from caducee.outbox.contract import DeliveryState
from caducee_demo.chapters.letter import qualified_jeanne
from caducee_demo.stage import Stage

NAME = "panne"
TITLE = "5. Le DMP tombe, le poste est tué, une réponse se perd"


async def play(stage: Stage) -> None:
    """Play the outage, then the lost answer."""
    patient = await qualified_jeanne(stage)
    killed = await _killed_desk(stage)
    await _restarted_desk(stage, killed)
    await _lost_answer(stage, patient)


async def _killed_desk(stage: Stage) -> list[str]:
    with stage.story.step("Le DMP est coupé") as telling:
        await anyio.to_thread.run_sync(stage.control.fault, "dmp", "down")
        telling.say("Plus aucune connexion n'est acceptée.")
    with stage.story.step("Deux lettres publiées par un poste qui est tué (SIGKILL)") as telling:
        published = await _publish_then_die(stage)
        telling.say("publish() a rendu la main à chaque fois : " + ", ".join(took for _, took in published) + ".")
    return [document_id for document_id, _ in published]


async def _publish_then_die(stage: Stage) -> list[tuple[str, str]]:
    command = [sys.executable, "-m", "caducee_demo.killed_desk", str(stage.practice.config)]
    published: list[tuple[str, str]] = []
    async with await anyio.open_process(command, stderr=None) as process:
        assert process.stdout is not None
        text = ""
        while len(published) < 2:
            text += (await process.stdout.receive()).decode()
            published = [(line.split()[0], f"{line.split()[1]} ms") for line in text.splitlines() if line.endswith(";")]
        process.kill()
        await process.wait()
    return published


async def _restarted_desk(stage: Stage, killed: list[str]) -> None:
    async with stage.kernel() as kernel:
        with stage.story.step("Le poste redémarre, le DMP revient : les deux lettres arrivent") as telling:
            await anyio.to_thread.run_sync(stage.control.clear)
            for document_id in killed:
                ticket = await kernel.documents.ticket(document_id)
                await ticket.settled()
            telling.say(f"Chez le DMP : {await _times_held(stage, killed)}.")


async def _lost_answer(stage: Stage, patient: Patient) -> None:
    async with stage.kernel() as kernel:
        with stage.story.step("Le DMP enregistre une lettre et sa réponse se perd") as telling:
            await anyio.to_thread.run_sync(
                lambda: stage.control.fault("dmp", "lose_answer", transaction="TD2.1", times=1)
            )
            document = await stage.letter(kernel, patient, about="résultat d'examen")
            ticket = await stage.publish(kernel, document)
            (delivery,) = await ticket.settled()
            receipt = delivery.row.receipt
            if delivery.state is not DeliveryState.DELIVERED or receipt is None or not receipt.found_by_probe:
                raise AssertionError("the DMP was not asked before a new sending")
            held = await _times_held(stage, [ticket.document_id])
            telling.say(f"Le service a été interrogé avant tout renvoi. Chez le DMP : {held}.")
    stage.show(document, delivery)


async def _times_held(stage: Stage, document_ids: list[str]) -> str:
    state = await anyio.to_thread.run_sync(stage.control.held)
    counts = [sum(1 for held in state["documents"] if held["uniqueId"] == wanted) for wanted in document_ids]
    if any(number != 1 for number in counts):
        raise AssertionError(f"documents held {counts} times")
    return "chaque document une seule fois" if len(counts) > 1 else "un seul document"
