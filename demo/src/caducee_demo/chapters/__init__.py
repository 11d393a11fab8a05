"""The chapters, in the order they are played. Each has a name, a title and ``play(stage)``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from caducee_demo.chapters import (
    card,
    identity,
    letter,
    living_record,
    mail,
    no_record,
    outage,
    payment,
    prescription,
    provisional,
    pulled_card,
    record,
    third_party,
    without_card,
)
from caducee_demo.stage import Stage


class Chapter(msgspec.Struct, frozen=True):
    """One chapter of the demo."""

    name: str
    title: str
    play: Callable[[Stage], Awaitable[None]]


CHAPTERS = tuple(
    Chapter(module.NAME, module.TITLE, module.play)
    for module in (
        card,
        identity,
        letter,
        record,
        outage,
        pulled_card,
        provisional,
        no_record,
        without_card,
        third_party,
        mail,
        prescription,
        payment,
        living_record,
    )
)
