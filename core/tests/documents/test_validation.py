"""What a secretary hands over leaves once its author has validated it."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest

from caducee.documents.ticket import DeliveryStatus, Ticket, UnknownTicket
from caducee.errors import ActorRefused, DocumentInvalid
from caducee.kernel import Kernel
from caducee.model.destination import Audience
from caducee.model.practice import Actor
from caducee.testing import kernel_for

from .places import PROVISIONAL, QUALIFIED, Places, Record, letter

pytestmark = pytest.mark.anyio
SECRETARY = Actor.secretary("accueil")
DOCTOR = Actor.doctor("dr.roux")


async def hand_over(kernel: Kernel, *, patient: object = QUALIFIED, acting: Actor = SECRETARY, by: str = "") -> Ticket:
    return await kernel.documents.publish(
        letter(patient),  # type: ignore[arg-type]
        audience=Audience(Record()),
        acting=acting,
        idempotency_key="L1",
        validated_by=by,
    )


async def now(ticket: Ticket) -> tuple[str, str]:
    (delivery,) = await ticket.deliveries()
    return str(delivery.state), delivery.why


async def arrived(ticket: Ticket) -> DeliveryStatus:
    with anyio.fail_after(10):
        (delivery,) = await ticket.settled()
    return delivery


async def audit(kernel: Kernel) -> list[tuple[str, str]]:
    return [(entry.action, entry.actor) async for _, _, entry in kernel._store.audit_entries()]


async def test_it_waits_for_its_author_and_says_so_in_french(tmp_path: Path) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path) as kernel:
        ticket = await hand_over(kernel)
        (delivery,) = await ticket.deliveries()
        assert (delivery.state, delivery.why) == ("blocked", "validation")
        assert delivery.explanation.sentence == "Le document attend la validation de son auteur."


async def test_the_author_s_word_lets_it_leave(tmp_path: Path) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path) as kernel:
        ticket = await hand_over(kernel)
        await kernel.documents.validate(ticket.document_id, acting=DOCTOR)
        assert (await arrived(ticket)).state == "delivered"
        assert await audit(kernel) == [
            ("publish", "secretary:accueil"),
            ("validate", "doctor:dr.roux"),
            *(await audit(kernel))[2:],
        ]


@pytest.mark.parametrize("acting", [SECRETARY, Actor.automaton("batch")])
async def test_neither_a_secretary_nor_a_program_validates(tmp_path: Path, acting: Actor) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path) as kernel:
        ticket = await hand_over(kernel, acting=acting)
        with pytest.raises(ActorRefused):
            await kernel.documents.validate(ticket.document_id, acting=acting)
        assert await now(ticket) == ("blocked", "validation")


@pytest.mark.parametrize("acting", [SECRETARY, Actor.automaton("batch")])
async def test_what_its_author_has_validated_leaves_at_once(tmp_path: Path, acting: Actor) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path) as kernel:
        assert (await arrived(await hand_over(kernel, acting=acting, by="roux"))).state == "delivered"


async def test_nobody_but_the_author_can_have_validated_it(tmp_path: Path) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path) as kernel:
        with pytest.raises(DocumentInvalid) as caught:
            await hand_over(kernel, by="lenoir")
        assert [finding.field for finding in caught.value.findings] == ["validated_by"]


@pytest.mark.parametrize("acting", [DOCTOR, Actor.replacement("dr.petit", replaces="roux")])
async def test_a_doctor_or_a_replacement_validates_by_publishing(tmp_path: Path, acting: Actor) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path) as kernel:
        assert (await arrived(await hand_over(kernel, acting=acting))).state == "delivered"
        assert ("validate", acting.named) in await audit(kernel)


async def test_no_operator_and_no_card_stands_for_the_author(tmp_path: Path) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path) as kernel:
        ticket = await hand_over(kernel)
        (delivery,) = await ticket.deliveries()
        assert not await kernel._store.retry(delivery.row.delivery_id)
        for why in ("card", "operator", "identity"):
            await kernel._store.unblock("record", why)
        assert await now(ticket) == ("blocked", "validation")


async def test_it_waits_for_both_the_identity_and_the_author_identity_first(tmp_path: Path) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path) as kernel:
        ticket = await hand_over(kernel, patient=PROVISIONAL)
        assert await now(ticket) == ("blocked", "identity")
        assert await kernel.identities.update(QUALIFIED, acting=SECRETARY) == ()
        assert await now(ticket) == ("blocked", "validation")
        await kernel.documents.validate(ticket.document_id, acting=DOCTOR)
        assert (await arrived(ticket)).state == "delivered"


async def test_it_waits_for_both_the_identity_and_the_author_author_first(tmp_path: Path) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path) as kernel:
        ticket = await hand_over(kernel, patient=PROVISIONAL)
        await kernel.documents.validate(ticket.document_id, acting=DOCTOR)
        assert await now(ticket) == ("blocked", "identity")
        assert len(await kernel.identities.update(QUALIFIED, acting=SECRETARY)) == 1
        assert (await arrived(ticket)).state == "delivered"


async def test_a_publication_that_is_not_here_cannot_be_validated(tmp_path: Path) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path) as kernel:
        with pytest.raises(UnknownTicket):
            await kernel.documents.validate("1.2.3", acting=DOCTOR)
