from __future__ import annotations

from typing import Any

import anyio
import pytest

from caducee.cda.reading import read_document
from caducee.outbox.contract import DeliveryState
from caducee_demo.practice import Practice
from caducee_demo.sandbox import Control
from caducee_dmp import DMP
from tests.e2e.desk import CONSENTED, DOCTOR, HUGO, JEANNE, PDF, letter, opened, publish, qualified

pytestmark = pytest.mark.anyio


async def test_a_letter_reaches_the_record_once_and_comes_back_to_the_byte(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    patient = qualified(JEANNE, sandbox)
    async with opened(practice) as kernel:
        ticket = await publish(kernel, letter(patient))
        (delivery,) = await ticket.settled()
        async with kernel.use(DMP) as dmp:
            entries = await dmp.find(patient, practitioner="roux", acting=DOCTOR, access=CONSENTED)
            (entry,) = [entry for entry in entries if entry.document_id == ticket.document_id]
            received = await dmp.retrieve(patient, entry, practitioner="roux", acting=DOCTOR, access=CONSENTED)
        assert delivery.state is DeliveryState.DELIVERED
        assert delivery.row.receipt is not None
        assert delivery.row.receipt.mode == "DIRECTE"
        assert received == await kernel.documents.sealed_bytes(ticket.document_id)
        assert read_document(received).pdf == PDF
    held = await anyio.to_thread.run_sync(control.held)
    assert [item["uniqueId"] for item in held["documents"]].count(ticket.document_id) == 1


async def test_publishing_the_same_letter_twice_sends_it_once(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    document = letter(qualified(JEANNE, sandbox))
    async with opened(practice) as kernel:
        first = await publish(kernel, document)
        second = await publish(kernel, document)
        await second.settled()
    assert first.document_id == second.document_id
    held = await anyio.to_thread.run_sync(control.held)
    assert [item["uniqueId"] for item in held["documents"]].count(first.document_id) == 1


async def test_a_patient_without_record_ends_without_alarm(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    async with opened(practice) as kernel:
        ticket = await publish(kernel, letter(qualified(HUGO, sandbox)))
        (delivery,) = await ticket.settled()
    assert (delivery.state, delivery.why) == (DeliveryState.NOT_APPLICABLE, "no_dmp")
    assert "main propre" in delivery.explanation.remedy


async def test_the_card_is_used_once_for_each_submission_and_once_for_the_whole_session(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    async with opened(practice) as kernel:
        before = await anyio.to_thread.run_sync(control.card_operations)
        for _ in range(3):
            ticket = await publish(kernel, letter(qualified(JEANNE, sandbox)))
            await ticket.settled()
        after = await anyio.to_thread.run_sync(control.card_operations)
    assert after["sign"] - before["sign"] == 3 + 1
