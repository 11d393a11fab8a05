"""A patient without DMP: final, and no alarm."""

from __future__ import annotations

from caducee_demo.chapters.identity import qualify
from caducee_demo.people import HUGO
from caducee_demo.stage import Stage

NAME = "sans-dmp"
TITLE = "8. Un patient sans DMP"


async def play(stage: Stage) -> None:
    """Publish for a patient who has no record."""
    async with stage.kernel() as kernel:
        with stage.story.step("La lettre n'a pas de DMP où aller") as telling:
            hugo, _ = await qualify(kernel, HUGO)
            document = await stage.letter(kernel, hugo, about="vaccination")
            ticket = await stage.publish(kernel, document)
            (delivery,) = await ticket.settled()
            telling.say(f"{delivery.explanation.sentence} {delivery.explanation.remedy}")
            if (delivery.state, delivery.why) != ("not_applicable", "no_dmp"):
                raise AssertionError(f"{delivery.state}({delivery.why})")
    stage.show(document, delivery)
