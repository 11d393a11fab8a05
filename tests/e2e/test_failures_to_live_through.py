"""The failures that real life has in store: nothing lost, nothing sent twice."""

from __future__ import annotations

from functools import partial
from typing import Any

import anyio
import pytest

from caducee.outbox.contract import DeliveryState
from caducee_demo.practice import LENOIR, ROUX, Practice
from caducee_demo.sandbox import Control
from tests.e2e.desk import JEANNE, SECRETARY, letter, opened, publish, qualified

pytestmark = pytest.mark.anyio


async def fault(control: Control, name: str, **more: Any) -> None:
    await anyio.to_thread.run_sync(partial(control.fault, "dmp", name, **more))


async def times_held(control: Control, document_id: str) -> int:
    held = await anyio.to_thread.run_sync(control.held)
    return [item["uniqueId"] for item in held["documents"]].count(document_id)


async def test_a_service_that_is_down_delays_and_loses_nothing(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    await fault(control, "down")
    async with opened(practice) as kernel:
        ticket = await publish(kernel, letter(qualified(JEANNE, sandbox)))
        await anyio.sleep(0.5)
        (delivery,) = await ticket.deliveries()
        assert delivery.state is DeliveryState.PENDING
        await anyio.to_thread.run_sync(control.clear)
        (delivery,) = await ticket.settled()
    assert delivery.state is DeliveryState.DELIVERED
    assert await times_held(control, ticket.document_id) == 1


async def test_an_answer_lost_after_the_commit_is_asked_for_and_not_sent_again(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    await fault(control, "lose_answer", transaction="TD2.1", times=1)
    async with opened(practice) as kernel:
        ticket = await publish(kernel, letter(qualified(JEANNE, sandbox)))
        (delivery,) = await ticket.settled()
    assert delivery.state is DeliveryState.DELIVERED
    assert delivery.row.receipt is not None
    assert delivery.row.receipt.found_by_probe
    assert await times_held(control, ticket.document_id) == 1


@pytest.mark.parametrize("name", ["http500", "html", "truncated", "garbage"])
async def test_an_answer_that_cannot_be_understood_ends_delivered_once(
    practice: Practice, control: Control, sandbox: dict[str, Any], name: str
) -> None:
    await fault(control, name, transaction="TD2.1", times=1)
    async with opened(practice) as kernel:
        ticket = await publish(kernel, letter(qualified(JEANNE, sandbox)))
        (delivery,) = await ticket.settled()
    assert delivery.state is DeliveryState.DELIVERED
    assert await times_held(control, ticket.document_id) == 1


async def test_a_business_refusal_keeps_the_service_s_own_code(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    text = practice.config.read_text().replace('"499700000017001"', '"499700000025001"')
    practice.config.write_text(text)
    async with opened(practice) as kernel:
        ticket = await publish(kernel, letter(qualified(JEANNE, sandbox)))
        (delivery,) = await ticket.reached(DeliveryState.BLOCKED)
    assert delivery.why == "operator"  # the software's own table is wrong: the letter waits for whoever corrects it
    assert (delivery.row.service_code, delivery.row.service_text) == ("DMPInvalidVIHF", "PS et Structure non liés")
    assert await times_held(control, ticket.document_id) == 0


async def test_a_letter_waits_for_its_author_s_card_and_no_other_signs_it(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    await anyio.to_thread.run_sync(control.card, "remove")
    async with opened(practice) as kernel:
        ticket = await publish(kernel, letter(qualified(JEANNE, sandbox)))
        (delivery,) = await ticket.reached(DeliveryState.BLOCKED)
        assert delivery.why == "card"
        await anyio.to_thread.run_sync(control.card, "insert", LENOIR)
        await anyio.sleep(1.0)
        (delivery,) = await ticket.deliveries()
        assert delivery.state is DeliveryState.BLOCKED
        assert not delivery.row.prepared
        await anyio.to_thread.run_sync(control.card, "remove")
        await anyio.to_thread.run_sync(control.card, "insert", ROUX)
        (delivery,) = await ticket.settled()
    assert delivery.state is DeliveryState.DELIVERED
    assert await times_held(control, ticket.document_id) == 1


async def test_a_card_pulled_after_the_signature_does_not_hold_the_letter(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    await fault(control, "slow", seconds=1.0, transaction="TD2.1", times=1)
    async with opened(practice) as kernel:
        ticket = await publish(kernel, letter(qualified(JEANNE, sandbox)))
        await ticket.signed()
        await anyio.to_thread.run_sync(control.card, "remove")
        (delivery,) = await ticket.settled()
    assert delivery.state is DeliveryState.DELIVERED


async def test_a_provisional_patient_s_letter_leaves_once_qualified(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    async with opened(practice) as kernel:
        ticket = await publish(kernel, letter(JEANNE))
        (delivery,) = await ticket.reached(DeliveryState.BLOCKED)
        assert delivery.why == "identity"
        assert await kernel.documents.sealed_bytes(ticket.document_id) is None
        released = await kernel.identities.update(qualified(JEANNE, sandbox), acting=SECRETARY)
        assert released == (delivery.row.delivery_id,)
        (delivery,) = await ticket.settled()
    assert delivery.state is DeliveryState.DELIVERED
    assert await times_held(control, ticket.document_id) == 1
