from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from caducee.documents.identities import AlreadySealed
from caducee.errors import InsNotQualified, RealmMixed
from caducee.model.destination import Audience
from caducee.model.environment import Environment
from caducee.model.practice import Actor
from caducee.outbox.contract import DeliveryState
from caducee.testing import kernel_for

from .places import INS, PROVISIONAL, QUALIFIED, Colleague, Places, Record, letter

pytestmark = pytest.mark.anyio
DESK = Actor.doctor("roux")


async def test_a_qualified_identity_releases_what_waited_for_it(tmp_path: Path) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path) as kernel:
        ticket = await kernel.documents.publish(
            letter(PROVISIONAL), audience=Audience(Record()), acting=DESK, idempotency_key="L1"
        )
        (waiting,) = await ticket.deliveries()
        assert await kernel.identities.update(QUALIFIED, acting=DESK) == (waiting.row.delivery_id,)
        (delivery,) = await ticket.settled()
        sealed = await kernel.documents.sealed_bytes(ticket.document_id)
    assert delivery.state is DeliveryState.DELIVERED
    assert sealed is not None
    assert INS.matricule.encode() in sealed


async def test_another_patient_s_letters_still_wait(tmp_path: Path) -> None:
    other = msgspec.structs.replace(PROVISIONAL, local_id="P2")
    async with kernel_for({"places": Places()}, folder=tmp_path) as kernel:
        ticket = await kernel.documents.publish(
            letter(other), audience=Audience(Record()), acting=DESK, idempotency_key="L1"
        )
        assert await kernel.identities.update(QUALIFIED, acting=DESK) == ()
        (delivery,) = await ticket.deliveries()
    assert delivery.state is DeliveryState.BLOCKED


async def test_an_unqualified_identity_releases_nothing(tmp_path: Path) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path) as kernel:
        with pytest.raises(InsNotQualified):
            await kernel.identities.update(PROVISIONAL, acting=DESK)


async def test_an_identity_of_another_environment_releases_nothing(tmp_path: Path) -> None:
    foreign = msgspec.structs.replace(INS, environment=Environment.INTEGRATION)
    async with kernel_for({"places": Places()}, folder=tmp_path) as kernel:
        with pytest.raises(RealmMixed):
            await kernel.identities.update(msgspec.structs.replace(QUALIFIED, ins=foreign), acting=DESK)


async def test_a_document_that_has_left_without_identity_keeps_waiting_and_says_so(tmp_path: Path) -> None:
    async with kernel_for({"places": Places()}, folder=tmp_path) as kernel:
        mixed = await kernel.documents.publish(
            letter(PROVISIONAL), audience=Audience(Record(), Colleague()), acting=DESK, idempotency_key="L1"
        )
        alone = await kernel.documents.publish(
            letter(PROVISIONAL, "L2"), audience=Audience(Record()), acting=DESK, idempotency_key="L2"
        )
        with pytest.raises(AlreadySealed) as caught:
            await kernel.identities.update(QUALIFIED, acting=DESK)
        (released,) = await alone.settled()
    assert caught.value.document_ids == (mixed.document_id,)
    assert released.state is DeliveryState.DELIVERED
