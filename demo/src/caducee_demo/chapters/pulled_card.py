"""The card is pulled: the letter waits for its author's card and for no other."""

from __future__ import annotations

import anyio

from caducee.outbox.contract import DeliveryState
from caducee_demo.chapters.letter import qualified_jeanne
from caducee_demo.practice import LENOIR, ROUX
from caducee_demo.stage import Stage

NAME = "carte-retiree"
TITLE = "6. La carte est retirée"


async def play(stage: Stage) -> None:
    """Pull, publish, insert another card, insert the right one."""
    patient = await qualified_jeanne(stage)
    async with stage.kernel() as kernel:
        with stage.story.step("Sans carte, la lettre est publiée et attend") as telling:
            await anyio.to_thread.run_sync(stage.control.card, "remove")
            document = await stage.letter(kernel, patient, about="certificat de suivi")
            ticket = await stage.publish(kernel, document)
            (delivery,) = await ticket.reached(DeliveryState.BLOCKED)
            telling.say(delivery.explanation.sentence)
        with stage.story.step("La carte d'un autre médecin ne signe pas à sa place") as telling:
            await anyio.to_thread.run_sync(stage.control.card, "insert", LENOIR)
            await anyio.sleep(1.5)
            (delivery,) = await ticket.deliveries()
            if delivery.row.prepared or delivery.state is not DeliveryState.BLOCKED:
                raise AssertionError("another doctor's card was used")
            telling.say("La lettre attend toujours : rien n'a été signé.")
        with stage.story.step("La carte de l'auteur revient : la lettre part seule") as telling:
            await anyio.to_thread.run_sync(stage.control.card, "remove")
            await anyio.to_thread.run_sync(stage.control.card, "insert", ROUX)
            (delivery,) = await ticket.settled()
            telling.say(delivery.explanation.sentence)
    stage.show(document, delivery)
