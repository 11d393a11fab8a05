"""What a secretary hands over leaves once its author has validated it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import anyio
import pytest

from caducee.documents import publish as publishing
from caducee.documents import validation
from caducee.documents.ticket import DeliveryStatus, Ticket, UnknownTicket
from caducee.errors import ActorRefused, DocumentInvalid, Finding
from caducee.hooks import hookimpl
from caducee.kernel import Kernel
from caducee.model.destination import Audience, Destination
from caducee.model.document import Document
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


async def details(kernel: Kernel, action: str) -> list[str]:
    return [entry.detail async for _, _, entry in kernel._store.audit_entries() if entry.action == action]


class Broken(Places):
    """A plugin that fails to check what it serves."""

    @hookimpl
    def caducee_validate(self, document: Document, destination: Destination) -> list[Finding]:
        raise ValueError("broken")


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
        assert ("publish", acting.named) in await audit(kernel)


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


async def test_handing_it_over_again_with_the_author_s_word_lets_it_leave(tmp_path: Path) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path) as kernel:
        ticket = await hand_over(kernel)
        again = await hand_over(kernel, by="roux")
        assert again.document_id == ticket.document_id
        assert (await arrived(ticket)).state == "delivered"
        assert await details(kernel, "validate") == [f"{ticket.document_id} validated by roux"]


async def test_the_audit_trail_says_whose_word_a_secretary_gave(tmp_path: Path) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path) as kernel:
        ticket = await hand_over(kernel, by="roux")
        assert await details(kernel, "publish") == [f"{ticket.document_id} validated by roux"]


async def test_saying_it_twice_changes_nothing(tmp_path: Path) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path) as kernel:
        ticket = await hand_over(kernel)
        await kernel.documents.validate(ticket.document_id, acting=DOCTOR)
        await arrived(ticket)
        await kernel.documents.validate(ticket.document_id, acting=DOCTOR)
        assert await now(ticket) == ("delivered", "")
        assert len(await details(kernel, "validate")) == 1


async def test_what_no_plugin_could_check_waits_for_the_author_then_for_an_operator(tmp_path: Path) -> None:
    async with kernel_for({"places": Broken()}, folder=tmp_path) as kernel:
        ticket = await hand_over(kernel)
        (delivery,) = await ticket.deliveries()
        assert delivery.why == "validation"
        assert not await kernel._store.retry(delivery.row.delivery_id)
        await kernel.documents.validate(ticket.document_id, acting=DOCTOR)
        assert await now(ticket) == ("blocked", "operator")
        assert await kernel._store.retry(delivery.row.delivery_id)
        assert (await arrived(ticket)).state == "delivered"


async def test_an_identity_that_comes_while_the_author_speaks_leaves_nothing_behind(tmp_path: Path) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path) as kernel:
        ticket = await hand_over(kernel, patient=PROVISIONAL)
        async with anyio.create_task_group() as group:
            group.start_soon(partial(kernel.identities.update, QUALIFIED, acting=SECRETARY))
            group.start_soon(partial(kernel.documents.validate, ticket.document_id, acting=DOCTOR))
        assert (await arrived(ticket)).state == "delivered"


async def test_an_identity_that_comes_before_the_word_is_noted_is_seen_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def before_it_is_noted(*given: object) -> None:
        monkeypatch.setattr(publishing, "give_word", validation.give_word)
        await kernel.identities.update(QUALIFIED, acting=SECRETARY)
        await validation.give_word(*given)  # type: ignore[arg-type]

    async with kernel_for({"places": Places()}, folder=tmp_path) as kernel:
        ticket = await hand_over(kernel, patient=PROVISIONAL)
        monkeypatch.setattr(publishing, "give_word", before_it_is_noted)
        await kernel.documents.validate(ticket.document_id, acting=DOCTOR)
        assert (await arrived(ticket)).state == "delivered"


@pytest.mark.parametrize("broken", [False, True])
async def test_the_word_and_the_wait_survive_a_restart(tmp_path: Path, broken: bool) -> None:
    plugins = {"places": Broken() if broken else Places()}
    async with kernel_for(plugins, folder=tmp_path) as kernel:
        document_id = (await hand_over(kernel)).document_id
    async with kernel_for(plugins, folder=tmp_path) as kernel:
        await kernel.documents.validate(document_id, acting=DOCTOR)
        (delivery,) = await (await kernel.documents.ticket(document_id)).deliveries()
        assert (delivery.why == "operator") is broken
