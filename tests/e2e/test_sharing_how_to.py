"""The how-to of sharing is run as it stands."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import pytest

from caducee import Audience
from caducee.outbox.contract import DeliveryState
from caducee_demo.practice import Practice
from caducee_dmp import Dmp

from .desk import DOCTOR, JEANNE, letter, opened, qualified

pytestmark = pytest.mark.anyio
PAGE = Path(__file__).parents[2] / "docs/how-to/sharing.md"


def functions() -> dict[str, Any]:
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(block, str(PAGE), "exec"), names)
    return names


async def test_the_how_to_reads_opposes_proposes_tells_and_counts(practice: Practice, sandbox: dict[str, Any]) -> None:
    patient, how_to = qualified(JEANNE, sandbox), functions()
    async with opened(practice) as kernel:
        document = letter(patient)
        routes = [route for route, *_ in await how_to["whom_to_send_it_to"](kernel, document)]
        assert routes == ["dmp", "professional", "attending", "patient"]
        ticket = await how_to["publish_a_hard_diagnosis"](kernel, document, Audience(Dmp()), DOCTOR)
        with anyio.fail_after(30):
            while (await ticket.deliveries())[0].state is not DeliveryState.DELIVERED:
                await anyio.sleep(0.02)
        await how_to["after_telling"](kernel, ticket, DOCTOR)
        assert {one.state for one in await ticket.settled()} == {DeliveryState.DELIVERED}
        _, entries = await how_to["read_the_record"](kernel, patient, DOCTOR, datetime.now(UTC))
        assert ticket.document_id in [one.document_id for one in entries]
        assert how_to["one_consultation"]("C1").basis.how == "de vive voix"
        noted = await how_to["note_an_opposition"](kernel, patient, DOCTOR)
        await how_to["lift_it"](kernel, noted, DOCTOR)
        due, figures = await how_to["at_the_desk"](kernel, patient)
        assert ("summary", "never") in [(one.what, one.why) for one in due]
        assert {one.key: one.done for one in figures}["qualified_ins"] == 1
