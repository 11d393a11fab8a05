"""Two professionals of one practice, one reader: each follows a record by their own card while one kernel runs."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from caducee_demo.practice import LENOIR, ROUX, Practice
from caducee_demo.sandbox import Control
from caducee_dmp.record.api import SHARED_RECORD
from caducee_dmp.record.model import Fetch
from tests.e2e.desk import CONSENTED, DOCTOR, JEANNE, letter, opened, publish, qualified

pytestmark = pytest.mark.anyio


async def test_cards_are_swapped_between_two_professionals_who_follow_the_same_record(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    patient = qualified(JEANNE, sandbox)
    async with opened(practice) as kernel, kernel.use(SHARED_RECORD) as record:
        ticket = await publish(kernel, letter(patient))
        await ticket.settled()
        for practitioner, serial in (("roux", ROUX), ("lenoir", LENOIR), ("roux", ROUX), ("lenoir", LENOIR)):
            await anyio.to_thread.run_sync(control.card, "swap", serial)
            with anyio.fail_after(60):
                await record.synchronise(
                    patient, practitioner=practitioner, acting=DOCTOR, access=CONSENTED, fetch=Fetch.ALL
                )
            indexed = await record.documents(patient, practitioner=practitioner, acting=DOCTOR)
            assert ticket.document_id in [one.document_id for one in indexed]
