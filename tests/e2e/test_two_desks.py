"""Two doctors with a card each in one practice: a letter is signed by its author's card and by no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anyio
import pytest

from caducee import Actor, Audience, Kernel, Ticket
from caducee.outbox.contract import DeliveryState
from caducee_demo.practice import LENOIR, ROUX, Practice, set_up
from caducee_demo.sandbox import Control
from caducee_dmp import Dmp

from .conftest import PACE
from .desk import JEANNE, letter, opened, qualified

pytestmark = pytest.mark.anyio


@pytest.fixture
def shared(sandbox: dict[str, Any], control: Control, tmp_path: Path) -> Practice:
    """A practice where each doctor's table names a credential of its own, told apart by the card's serial number."""
    practice = set_up(tmp_path / "practice", sandbox, pace=PACE)
    text = practice.config.read_text(encoding="utf-8")
    head, mark, rest = text.partition("[credentials.card]")
    table, _, after = rest.partition("\n\n")
    one = f'[credentials.card]{table}\nserial = "{ROUX}"\n'
    other = f'\n[credentials.card_lenoir]{table}\nserial = "{LENOIR}"\n\n'
    doctors = head.split("[practitioner.lenoir]")
    assert mark
    head = doctors[0] + "[practitioner.lenoir]" + doctors[1].replace('= "card"', '= "card_lenoir"', 2)
    practice.config.write_text(head + one + other + after, encoding="utf-8")
    return practice


async def publish(kernel: Kernel, sandbox: dict[str, Any], author: str) -> Ticket:
    document = letter(qualified(JEANNE, sandbox), author=author)
    return await kernel.documents.publish(
        document, audience=Audience(Dmp()), acting=Actor.doctor(author), idempotency_key=document.local_id
    )


async def test_each_letter_waits_for_its_author_s_card(
    shared: Practice, sandbox: dict[str, Any], control: Control
) -> None:
    async with opened(shared) as kernel:
        with anyio.fail_after(40):
            by_roux = await publish(kernel, sandbox, "roux")
            (delivery,) = await by_roux.settled()
            assert delivery.state is DeliveryState.DELIVERED
            by_lenoir = await publish(kernel, sandbox, "lenoir")
            (delivery,) = await by_lenoir.reached(DeliveryState.BLOCKED)
            assert delivery.why == "card"
            control.card("remove")
            control.card("insert", LENOIR)
            (delivery,) = await by_lenoir.settled()
            assert delivery.state is DeliveryState.DELIVERED
    authors = {item["uniqueId"]: item["author"] for item in control.held()["documents"]}
    assert "899700000017" in authors[by_roux.document_id]
    assert "899700000025" in authors[by_lenoir.document_id]
