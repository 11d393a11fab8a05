"""A doctor's card is opened with its PIN."""

from __future__ import annotations

from caducee_demo.practice import PINS
from caducee_demo.stage import Stage

NAME = "carte"
TITLE = "1. La carte CPS (virtuelle) du médecin"


async def play(stage: Stage) -> None:
    """Read the holder, then open the card."""
    async with stage.kernel() as kernel:
        with stage.story.step("Lire la carte présente dans le lecteur") as telling:
            holder = await kernel.card.holder()
            telling.say(
                f"{holder.profession} {holder.given_name} {holder.family_name}, n° {holder.identifier}, "
                f"carte {holder.serial}, valable jusqu'au {holder.not_after[:10]}."
            )
        with stage.story.step("Ouvrir la carte avec le code porteur") as telling:
            await kernel.card.open(PINS[holder.serial])
            telling.say("Code accepté : présenté une fois, jamais conservé sur disque ni dans un journal.")
