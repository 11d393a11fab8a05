"""One practice in two places, and a replacement: the author's table decides the structure, the card and the name."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest

from caducee import Actor, Audience, Kernel, Ticket
from caducee.outbox.contract import DeliveryState
from caducee_demo.practice import LENOIR, Practice, set_up
from caducee_demo.sandbox import Control
from caducee_dmp import Dmp

from .conftest import PACE
from .desk import JEANNE, letter, opened, qualified

pytestmark = pytest.mark.anyio
CENTRE, SEA = "499700000017001", "499700000017002"
ROUX_ID, LENOIR_ID = "899700000017", "899700000025"


@pytest.fixture
def practice(sandbox: dict[str, Any], control: Control, tmp_path: Path) -> Practice:
    """A practice where Dr Roux has two tables, one a site, with one identifier and one card."""
    made = set_up(tmp_path / "practice", sandbox, pace=PACE)
    before, mark, after = made.config.read_text(encoding="utf-8").partition("[practitioner.lenoir]")
    assert mark
    centre = before[before.index("[practitioner.roux]") :]
    sea = centre.replace(CENTRE, SEA).replace("Cabinet du Dr Roux", "Cabinet de la Mer")
    both = centre.replace("practitioner.roux", "practitioner.roux_centre")
    both += sea.replace("practitioner.roux", "practitioner.roux_mer")
    kernel = before[: before.index("[practitioner.roux]")]
    made.config.write_text(kernel + both + mark + after, encoding="utf-8")
    return made


async def publish(kernel: Kernel, sandbox: dict[str, Any], author: str, acting: Actor) -> Ticket:
    document = letter(qualified(JEANNE, sandbox), author=author)
    return await kernel.documents.publish(
        document, audience=Audience(Dmp()), acting=acting, idempotency_key=document.local_id
    )


async def delivered(ticket: Ticket) -> None:
    with anyio.fail_after(40):
        (delivery,) = await ticket.settled()
    assert delivery.state is DeliveryState.DELIVERED


async def author_at_the_dmp(control: Control, ticket: Ticket) -> str:
    held = await anyio.to_thread.run_sync(control.held)
    (author,) = [item["author"] for item in held["documents"] if item["uniqueId"] == ticket.document_id]
    return str(author)


@pytest.mark.parametrize(("author", "here", "elsewhere"), [("roux_centre", CENTRE, SEA), ("roux_mer", SEA, CENTRE)])
async def test_a_letter_shows_the_site_that_it_was_written_at(
    practice: Practice, sandbox: dict[str, Any], control: Control, author: str, here: str, elsewhere: str
) -> None:
    async with opened(practice) as kernel:
        ticket = await publish(kernel, sandbox, author, Actor.doctor("dr.roux"))
        await delivered(ticket)
        sealed = await kernel.documents.sealed_bytes(ticket.document_id)
    assert sealed is not None
    assert here.encode() in sealed
    assert elsewhere.encode() not in sealed
    assert ROUX_ID in await author_at_the_dmp(control, ticket)


async def test_a_replacement_signs_their_own_letters_with_their_own_card(
    practice: Practice, sandbox: dict[str, Any], control: Control
) -> None:
    acting = Actor.replacement("dr.lenoir", replaces="roux_mer")
    async with opened(practice) as kernel:
        ticket = await publish(kernel, sandbox, "lenoir", acting)
        with anyio.fail_after(40):
            (delivery,) = await ticket.reached(DeliveryState.BLOCKED)
        assert (delivery.why, delivery.row.prepared) == ("card", False)
        await anyio.to_thread.run_sync(partial(control.card, "remove"))
        await anyio.to_thread.run_sync(partial(control.card, "insert", LENOIR))
        await delivered(ticket)
        actors = [entry.actor async for _, _, entry in kernel._store.audit_entries() if entry.action == "publish"]
    assert actors == ["replacement:dr.lenoir/roux_mer"]
    assert LENOIR_ID in await author_at_the_dmp(control, ticket)


async def test_a_secretary_s_letter_uses_no_card_before_its_author_has_validated_it(
    practice: Practice, sandbox: dict[str, Any], control: Control
) -> None:
    async with opened(practice) as kernel:
        ticket = await publish(kernel, sandbox, "roux_centre", Actor.secretary("accueil"))
        before = await anyio.to_thread.run_sync(control.card_operations)
        await anyio.sleep(0.5)
        (delivery,) = await ticket.deliveries()
        assert (delivery.state, delivery.why) == (DeliveryState.BLOCKED, "validation")
        assert await anyio.to_thread.run_sync(control.card_operations) == before
        await kernel.documents.validate(ticket.document_id, acting=Actor.doctor("dr.roux"))
        await delivered(ticket)
