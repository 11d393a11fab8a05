"""The DMP without a card: the organisation's certificate and seal, over real sockets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anyio
import pytest

from caducee import Announce, Audience, DeliveryStatus, Patient, Ticket
from caducee.outbox.contract import DeliveryState, Receipt
from caducee_demo.practice import LENOIR, ROUX, Practice, set_up
from caducee_demo.sandbox import Control
from caducee_dmp import DMP, Dmp
from caducee_dmp.errors import ModeRefused

from .conftest import PACE
from .desk import CONSENTED, DOCTOR, JEANNE, letter, opened, publish, qualified

pytestmark = pytest.mark.anyio


@pytest.fixture
def jeanne(sandbox: dict[str, Any]) -> Patient:
    return qualified(JEANNE, sandbox)


@pytest.fixture
def sealed(sandbox: dict[str, Any], control: Control, tmp_path: Path) -> Practice:
    """A practice whose documents leave by the organisation's seal alone; no card is in the reader."""
    control.card("remove")
    return set_up(tmp_path / "practice", sandbox, pace=PACE, feed="indirect")


@pytest.fixture
def either(sandbox: dict[str, Any], control: Control, tmp_path: Path) -> Practice:
    """A practice that uses the card when it is there."""
    return set_up(tmp_path / "practice", sandbox, pace=PACE, feed="direct_else_indirect")


async def settled(ticket: Ticket) -> DeliveryStatus:
    with anyio.fail_after(20):
        (delivery,) = await ticket.settled()
    return delivery


async def receipt(ticket: Ticket) -> Receipt:
    delivery = await settled(ticket)
    assert delivery.state is DeliveryState.DELIVERED, (delivery.state, delivery.row.service_code)
    assert delivery.row.receipt is not None
    return delivery.row.receipt


@pytest.mark.requirement("DMP-MODE-INDIRECTE")
async def test_a_letter_leaves_without_any_card(sealed: Practice, control: Control, jeanne: Patient) -> None:
    async with opened(sealed) as kernel:
        ticket = await publish(kernel, letter(jeanne))
        assert (await receipt(ticket)).mode == "INDIRECTE"
        content = await kernel.documents.sealed_bytes(ticket.document_id)
    held = {document["uniqueId"]: document for document in control.held()["documents"]}
    assert held[ticket.document_id]["size"] == len(content or b"")


async def test_the_record_is_looked_for_and_not_read_without_a_card(sealed: Practice, jeanne: Patient) -> None:
    async with opened(sealed) as kernel, kernel.use(DMP) as dmp:
        assert (await dmp.exists(jeanne, practitioner="roux", acting=DOCTOR)).active
        with pytest.raises(ModeRefused):
            await dmp.find(jeanne, practitioner="roux", acting=DOCTOR, access=CONSENTED)


async def test_what_the_seal_cannot_hide_leaves_once_the_patient_has_been_told(
    sealed: Practice, control: Control, jeanne: Patient
) -> None:
    document = letter(jeanne)
    async with opened(sealed) as kernel:
        ticket = await kernel.documents.publish(
            document,
            audience=Audience(Dmp()),
            acting=DOCTOR,
            idempotency_key=document.local_id,
            announce=Announce("Dr Roux"),
        )
        with anyio.fail_after(30):
            while (await ticket.deliveries())[0].state is not DeliveryState.NOT_APPLICABLE:
                await anyio.sleep(0.02)
        hidden, _ = await ticket.deliveries()
        assert hidden.row.code == "dmp.cannot_hide"
        assert "après l'annonce" in hidden.explanation.sentence
        assert ticket.document_id not in {one["uniqueId"] for one in control.held()["documents"]}
        await kernel.documents.announced(ticket, acting=DOCTOR)
        _, shown = await ticket.settled()
        assert shown.state is DeliveryState.DELIVERED
        assert ticket.document_id in {one["uniqueId"] for one in control.held()["documents"]}


async def test_a_lost_answer_without_a_card_ends_in_one_document(
    sealed: Practice, control: Control, jeanne: Patient
) -> None:
    async with opened(sealed) as kernel:
        control.fault("dmp", "lose_answer", transaction="TD2.1", times=1)
        ticket = await publish(kernel, letter(jeanne))
        found = await receipt(ticket)
    assert (found.mode, found.found_by_probe) == ("INDIRECTE", True)
    assert [d["uniqueId"] for d in control.held()["documents"]].count(ticket.document_id) == 1


async def test_the_card_signs_when_it_is_there_and_the_seal_when_it_is_not(
    either: Practice, control: Control, jeanne: Patient
) -> None:
    async with opened(either) as kernel:
        assert (await receipt(await publish(kernel, letter(jeanne)))).mode == "DIRECTE"
        control.card("remove")
        assert (await receipt(await publish(kernel, letter(jeanne)))).mode == "INDIRECTE"
        control.card("insert", LENOIR)
        assert (await receipt(await publish(kernel, letter(jeanne)))).mode == "INDIRECTE"
        control.card("remove")
        control.card("insert", ROUX)
        assert (await receipt(await publish(kernel, letter(jeanne)))).mode == "DIRECTE"


async def test_a_seal_of_another_structure_is_refused_by_the_service(sealed: Practice, sandbox: dict[str, Any]) -> None:
    lenoir = letter(qualified(JEANNE, sandbox), author="lenoir")
    async with opened(sealed) as kernel:
        ticket = await publish(kernel, lenoir)
        with anyio.fail_after(20):
            (delivery,) = await ticket.reached(DeliveryState.BLOCKED)
    assert (delivery.why, delivery.row.service_code) == ("operator", "DMPInvalidVIHF")
