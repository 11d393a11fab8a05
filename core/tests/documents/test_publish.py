from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import msgspec
import pytest

from caducee.documents.ticket import UnknownTicket
from caducee.errors import DocumentInvalid, IdempotencyConflict, RealmMixed
from caducee.model.destination import Audience, Destination
from caducee.model.environment import Environment
from caducee.model.practice import Actor
from caducee.outbox.contract import DeliveryState
from caducee.testing import kernel_for

from .places import INS, PROVISIONAL, QUALIFIED, Colleague, Places, Record, letter

pytestmark = pytest.mark.anyio
DESK = Actor.doctor("roux")


class Unserved(Destination, frozen=True):
    kind: ClassVar[str] = "unserved"


async def test_every_destination_gets_its_delivery(tmp_path: Path) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path) as kernel:
        ticket = await kernel.documents.publish(
            letter(QUALIFIED), audience=Audience(Record(), Colleague()), acting=DESK, idempotency_key="L1"
        )
        settled = await ticket.settled()
    assert {(item.row.kind, item.state) for item in settled} == {
        ("record", DeliveryState.DELIVERED),
        ("colleague", DeliveryState.DELIVERED),
    }


async def test_the_identity_holds_only_the_destination_that_needs_it(tmp_path: Path) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path, drain=False) as kernel:
        ticket = await kernel.documents.publish(
            letter(PROVISIONAL), audience=Audience(Record(), Colleague()), acting=DESK, idempotency_key="L1"
        )
        states = {item.row.kind: (item.state, item.why) for item in await ticket.deliveries()}
    assert states == {
        "record": (DeliveryState.BLOCKED, "identity"),
        "colleague": (DeliveryState.PENDING, ""),
    }


async def test_nothing_is_sealed_while_only_the_identity_is_waited_for(tmp_path: Path) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path, drain=False) as kernel:
        ticket = await kernel.documents.publish(
            letter(PROVISIONAL), audience=Audience(Record()), acting=DESK, idempotency_key="L1"
        )
        assert await kernel.documents.sealed_bytes(ticket.document_id) is None


async def test_an_empty_audience_is_a_finding(tmp_path: Path) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path, drain=False) as kernel:
        with pytest.raises(DocumentInvalid) as caught:
            await kernel.documents.publish(letter(QUALIFIED), audience=Audience(), acting=DESK, idempotency_key="L1")
    assert [finding.field for finding in caught.value.findings] == ["audience"]


async def test_the_same_key_with_the_same_content_is_one_publication(tmp_path: Path) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path, drain=False) as kernel:
        tickets = [
            await kernel.documents.publish(
                letter(QUALIFIED), audience=Audience(Record()), acting=DESK, idempotency_key="L1"
            )
            for _ in range(2)
        ]
        assert len(await tickets[0].deliveries()) == 1
    assert tickets[0].document_id == tickets[1].document_id


async def test_the_same_key_with_another_content_is_refused(tmp_path: Path) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path, drain=False) as kernel:
        await kernel.documents.publish(
            letter(QUALIFIED), audience=Audience(Record()), acting=DESK, idempotency_key="L1"
        )
        with pytest.raises(IdempotencyConflict):
            await kernel.documents.publish(
                letter(QUALIFIED), audience=Audience(Colleague()), acting=DESK, idempotency_key="L1"
            )


async def test_an_identity_of_another_environment_is_refused(tmp_path: Path) -> None:
    foreign = msgspec.structs.replace(INS, environment=Environment.PRODUCTION)
    patient = msgspec.structs.replace(QUALIFIED, ins=foreign)
    async with kernel_for({"places": Places()}, folder=tmp_path, drain=False) as kernel:
        with pytest.raises(RealmMixed):
            await kernel.documents.publish(
                letter(patient), audience=Audience(Record()), acting=DESK, idempotency_key="L1"
            )


async def test_a_ticket_is_given_again_after_a_restart(tmp_path: Path) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path, drain=False) as kernel:
        first = await kernel.documents.publish(
            letter(QUALIFIED), audience=Audience(Record()), acting=DESK, idempotency_key="L1"
        )
    async with kernel_for({"places": Places()}, folder=tmp_path) as kernel:
        again = await kernel.documents.ticket(first.document_id)
        (delivery,) = await again.settled()
        assert delivery.state is DeliveryState.DELIVERED
        with pytest.raises(UnknownTicket):
            await kernel.documents.ticket("1.2.3")


async def test_a_check_names_who_is_not_served_and_with_no_audience_looks_at_the_document_alone(
    tmp_path: Path,
) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path) as kernel:
        asked = await kernel.documents.check(letter(QUALIFIED), audience=Audience(Unserved()))
        assert [finding.field for finding in asked] == ["audience.unserved"]
        assert await kernel.documents.check(letter(QUALIFIED), audience=Audience()) == ()
        assert await kernel._store.deliveries() == ()
