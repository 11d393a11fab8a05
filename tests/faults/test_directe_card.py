"""What happens to the card while it signs the handshake of a DIRECTE submission, told to the desk, then put right."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from caducee.documents.ticket import Ticket
from caducee.outbox.contract import DeliveryState
from caducee_demo.practice import ROUX, Practice, set_up
from caducee_demo.sandbox import Control, running
from caducee_sandbox.cards import CardDesk
from tests.e2e.desk import JEANNE, letter, opened, publish, qualified, until

pytestmark = pytest.mark.anyio
SLOW = 2000
DRIVER, REMOVED = "Le pilote de la carte CPS a échoué", "Le document attend la carte CPS de son auteur."


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    with running(tmp_path_factory.mktemp("sandbox")) as described:
        yield described


@pytest.fixture
def practice(sandbox: dict[str, Any], tmp_path: Path) -> Practice:
    made = set_up(tmp_path / "practice", sandbox, pace=20.0)
    text = made.config.read_text(encoding="utf-8")
    made.config.write_text(text.replace('kind = "pkcs11"', 'kind = "pkcs11"\ntimeout = 4.0'), encoding="utf-8")
    return made


@pytest.fixture
async def cards(sandbox: dict[str, Any]) -> AsyncIterator[CardDesk]:
    desk = CardDesk(Path(sandbox["cards"]["dir"]))
    desk.insert(ROUX)
    yield desk
    desk.calm()
    desk.delay(ROUX, 0)


async def arrived(sandbox: dict[str, Any], ticket: Ticket) -> int:
    held = await anyio.to_thread.run_sync(Control(sandbox["control"]).held)
    return [one["uniqueId"] for one in held["documents"]].count(ticket.document_id)


@pytest.mark.parametrize(
    ("kind", "at"), [("crash", "sign"), ("crash", "signed"), ("hang", "sign"), ("hang", "signed"), ("crash", "login")]
)
async def test_a_driver_that_fails_every_handshake_is_told_and_the_letter_leaves_once_it_works(
    practice: Practice, sandbox: dict[str, Any], cards: CardDesk, kind: str, at: str
) -> None:
    cards.trouble(kind, at=at, times=1000, key="auth" if at != "login" else None)
    async with opened(practice) as kernel:
        ticket = await publish(kernel, letter(qualified(JEANNE, sandbox)))
        with anyio.fail_after(60):
            (delivery,) = await ticket.reached(DeliveryState.BLOCKED)
        assert (delivery.why, delivery.row.code) == ("card", "card.module_failed")
        assert delivery.explanation.sentence.startswith(DRIVER)
        assert "réinsérez" in delivery.explanation.remedy
        assert await arrived(sandbox, ticket) == 0
        cards.calm()
        cards.remove()
        await anyio.sleep(0.6)
        cards.insert(ROUX)
        (delivery,) = await ticket.settled()
    assert delivery.state is DeliveryState.DELIVERED
    assert await arrived(sandbox, ticket) == 1


@pytest.mark.parametrize("trouble", ["remove", "reset"])
async def test_a_card_that_goes_or_is_reset_in_the_handshake_delays_the_letter_only(
    practice: Practice, sandbox: dict[str, Any], cards: CardDesk, trouble: str
) -> None:
    before = cards.counters(ROUX)
    cards.delay(ROUX, SLOW)  # the connection comes first: it asks whether the patient has a record
    async with opened(practice) as kernel:
        ticket = await publish(kernel, letter(qualified(JEANNE, sandbox)))
        with anyio.fail_after(60):
            await until(lambda: cards.counters(ROUX).login > before.login, 30)
            await anyio.sleep(0.3)
            (cards.remove if trouble == "remove" else cards.reset)()
            cards.delay(ROUX, 0)
            if trouble == "remove":
                (delivery,) = await ticket.reached(DeliveryState.BLOCKED)
                assert delivery.explanation.sentence == REMOVED
                assert await arrived(sandbox, ticket) == 0
                await anyio.sleep(0.6)
                cards.insert(ROUX)
            (delivery,) = await ticket.settled()
    assert delivery.state is DeliveryState.DELIVERED
    assert await arrived(sandbox, ticket) == 1
