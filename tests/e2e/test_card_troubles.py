"""What a card and its driver do in real life, while letters wait: none is lost, none is sent twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anyio
import pytest

from caducee.outbox.contract import DeliveryState
from caducee_demo.practice import ROUX, Practice
from caducee_demo.sandbox import Control
from caducee_sandbox.cards import CardDesk
from tests.e2e.desk import JEANNE, letter, opened, publish, qualified, until

pytestmark = pytest.mark.anyio


@pytest.fixture
def cards(practice: Practice, sandbox: dict[str, Any]) -> CardDesk:
    """The cards of the practice, whose driver is given up after two seconds."""
    text = practice.config.read_text(encoding="utf-8")
    practice.config.write_text(text.replace('kind = "pkcs11"', 'kind = "pkcs11"\ntimeout = 2.0'), encoding="utf-8")
    return CardDesk(Path(sandbox["cards"]["dir"]))


async def held(control: Control, document_id: str) -> int:
    documents = (await anyio.to_thread.run_sync(control.held))["documents"]
    return [item["uniqueId"] for item in documents].count(document_id)


@pytest.mark.parametrize("kind", ["crash", "hang"])
@pytest.mark.parametrize("key", ["sign", "auth"])
async def test_a_driver_that_fails_over_the_set_or_the_connection_delays_the_letter_only(
    practice: Practice, control: Control, sandbox: dict[str, Any], cards: CardDesk, kind: str, key: str
) -> None:
    cards.trouble(kind, key=key)
    async with opened(practice) as kernel:
        ticket = await publish(kernel, letter(qualified(JEANNE, sandbox)))
        (delivery,) = await ticket.settled()
        sealed = await kernel.documents.sealed_bytes(ticket.document_id)
    assert cards.troubles_left() == 0
    assert delivery.state is DeliveryState.DELIVERED
    assert sealed is not None
    assert await held(control, ticket.document_id) == 1


async def test_a_driver_that_goes_on_failing_holds_the_letter_until_the_card_is_moved(
    practice: Practice, control: Control, sandbox: dict[str, Any], cards: CardDesk
) -> None:
    cards.trouble("crash", times=1000)
    async with opened(practice) as kernel:
        ticket = await publish(kernel, letter(qualified(JEANNE, sandbox)))
        (delivery,) = await ticket.reached(DeliveryState.BLOCKED)
        assert (delivery.why, delivery.row.code) == ("card", "card.module_failed")
        cards.calm()
        await anyio.to_thread.run_sync(control.card, "remove")
        await anyio.sleep(0.5)
        await anyio.to_thread.run_sync(control.card, "insert", ROUX)
        (delivery,) = await ticket.settled()
    assert delivery.state is DeliveryState.DELIVERED
    assert await held(control, ticket.document_id) == 1


@pytest.mark.parametrize("code", ["user_not_logged_in", "device_error"])
async def test_a_card_that_is_reset_between_two_letters_asks_its_pin_and_sends_the_second(
    practice: Practice, control: Control, sandbox: dict[str, Any], cards: CardDesk, code: str
) -> None:
    cards.reset_code(code)
    async with opened(practice) as kernel:
        for _ in range(2):
            ticket = await publish(kernel, letter(qualified(JEANNE, sandbox)))
            (delivery,) = await ticket.settled()
            assert delivery.state is DeliveryState.DELIVERED
            assert await held(control, ticket.document_id) == 1
            cards.reset()


async def test_a_card_pulled_while_it_signs_the_connection_blocks_the_letter_until_it_is_back(
    practice: Practice, control: Control, sandbox: dict[str, Any], cards: CardDesk
) -> None:
    before = cards.counters(ROUX)
    cards.delay(ROUX, 2000)  # the connection comes first: it asks whether the patient has a record
    try:
        async with opened(practice) as kernel:
            ticket = await publish(kernel, letter(qualified(JEANNE, sandbox)))
            with anyio.fail_after(30):
                await until(lambda: cards.counters(ROUX).login > before.login)
                await anyio.sleep(0.3)
                cards.remove()
                (delivery,) = await ticket.reached(DeliveryState.BLOCKED)
            assert delivery.why == "card"
            assert cards.counters(ROUX).sign == before.sign
            assert await held(control, ticket.document_id) == 0
            cards.delay(ROUX, 0)
            await anyio.sleep(0.5)
            cards.insert(ROUX)
            (delivery,) = await ticket.settled()
    finally:
        cards.delay(ROUX, 0)
    assert delivery.state is DeliveryState.DELIVERED
    assert await held(control, ticket.document_id) == 1
