"""A hard diagnosis: in the record at once and hidden from the patient, shown once they have been told, each once."""

from __future__ import annotations

from datetime import date
from typing import Any

import anyio
import pytest

from caducee import Announce, Audience, DeliveryStatus, Kernel, Opposition, Patient, Scope, Ticket
from caducee.outbox.contract import DeliveryState
from caducee_demo.practice import Practice
from caducee_demo.sandbox import Control
from caducee_dmp import DMP, Dmp

from .desk import CONSENTED, DOCTOR, JEANNE, letter, opened, qualified

pytestmark = pytest.mark.anyio
HIDDEN = "INVISIBLE_PATIENT"


@pytest.fixture
def jeanne(sandbox: dict[str, Any]) -> Patient:
    return qualified(JEANNE, sandbox)


async def announced(kernel: Kernel, patient: Patient) -> Ticket:
    document = letter(patient)
    return await kernel.documents.publish(
        document,
        audience=Audience(Dmp()),
        acting=DOCTOR,
        idempotency_key=document.local_id,
        announce=Announce("Dr Roux"),
    )


async def first_settled(ticket: Ticket) -> tuple[DeliveryStatus, ...]:
    with anyio.fail_after(30):
        while (found := await ticket.deliveries())[0].state is not DeliveryState.DELIVERED:
            await anyio.sleep(0.02)
    return found


async def masks(kernel: Kernel, patient: Patient, document_id: str) -> list[str]:
    async with kernel.use(DMP) as dmp:
        (entry,) = await dmp.registry.entries(
            patient, (document_id,), practitioner="roux", acting=DOCTOR, access=CONSENTED
        )
    return [code.code for code in entry.confidentiality]


async def test_it_is_hidden_until_told_then_shown(practice: Practice, jeanne: Patient) -> None:
    async with opened(practice) as kernel:
        ticket = await announced(kernel, jeanne)
        hidden, shown = await first_settled(ticket)
        assert (hidden.state, shown.state, shown.why) == (
            DeliveryState.DELIVERED,
            DeliveryState.BLOCKED,
            "announcement",
        )
        assert await masks(kernel, jeanne, ticket.document_id) == ["N", HIDDEN]
        await kernel.documents.announced(ticket, acting=DOCTOR)
        assert {one.state for one in await ticket.settled()} == {DeliveryState.DELIVERED}
        assert await masks(kernel, jeanne, ticket.document_id) == ["N"]


async def test_an_answer_lost_while_it_is_shown_changes_nothing_twice(
    practice: Practice, control: Control, jeanne: Patient
) -> None:
    async with opened(practice) as kernel:
        ticket = await announced(kernel, jeanne)
        await first_settled(ticket)
        control.fault("dmp", "lose_answer", transaction="TD3.3", times=1)
        await kernel.documents.announced(ticket, acting=DOCTOR)
        _, shown = await ticket.settled()
        assert shown.row.receipt is not None
        assert shown.row.receipt.found_by_probe
        assert await masks(kernel, jeanne, ticket.document_id) == ["N"]


async def test_a_patient_who_is_against_the_record_has_nothing_there(practice: Practice, jeanne: Patient) -> None:
    async with opened(practice) as kernel:
        against = Opposition(scope=Scope.FEED, motive="refus", noted_by="Dr Roux", since=date.today())
        noted = await kernel.sharing.oppose(jeanne.local_id, against, acting=DOCTOR)
        document = letter(jeanne)
        ticket = await kernel.documents.publish(
            document, audience=Audience(Dmp()), acting=DOCTOR, idempotency_key=document.local_id
        )
        (delivery,) = await ticket.settled()
        assert (delivery.why, delivery.opposition) == ("opposed", against)
        await kernel.sharing.lift(noted.opposition_id, acting=DOCTOR)
