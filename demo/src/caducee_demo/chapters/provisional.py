"""A letter for a patient whose identity is not qualified waits, then leaves."""

from __future__ import annotations

import msgspec

from caducee.model.identity import InsStatus
from caducee.outbox.contract import DeliveryState
from caducee_demo.chapters.identity import qualify
from caducee_demo.people import LUCIE, LUCIE_BIRTH_NAME
from caducee_demo.stage import SECRETARY, Stage

NAME = "identite-provisoire"
TITLE = "7. Une identité provisoire"


async def play(stage: Stage) -> None:
    """Hold, correct, qualify, release."""
    async with stage.kernel() as kernel:
        with stage.story.step("La lettre attend l'identité") as telling:
            document = await stage.letter(kernel, LUCIE, about="première consultation")
            ticket = await stage.publish(kernel, document)
            (delivery,) = await ticket.reached(DeliveryState.BLOCKED)
            telling.say(f"{delivery.explanation.sentence} {delivery.explanation.remedy}")
        with stage.story.step("Le nom de naissance est corrigé : INSi la trouve") as telling:
            traits = msgspec.structs.replace(LUCIE.traits, birth_name=LUCIE_BIRTH_NAME)
            corrected = msgspec.structs.replace(LUCIE, traits=traits, used_name=LUCIE.traits.birth_name)
            lucie, _ = await qualify(kernel, corrected)
            if lucie.status is not InsStatus.QUALIFIED:
                raise AssertionError("not qualified")
            telling.say(f"Identité {lucie.status}.")
        with stage.story.step("La lettre part seule") as telling:
            await kernel.identities.update(lucie, acting=SECRETARY)
            (delivery,) = await ticket.settled()
            telling.say(delivery.explanation.sentence)
    stage.show(document, delivery)
