from __future__ import annotations

from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from caducee import Actor, Audience, DeliveryStatus, Kernel
from caducee.testing import invented_letter, kernel_for
from third_party_chat import Chat, plugin
from third_party_chat.fake_server import FakeChat

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def chat() -> FakeChat:
    return FakeChat("equipe-soins")


@asynccontextmanager
async def practice(chat: FakeChat, folder: Path) -> AsyncIterator[Kernel]:
    with chat.service() as service:
        async with kernel_for({"chat": plugin}, folder=folder, tables={"chat": {"url": service.url}}) as kernel:
            yield kernel


async def send(kernel: Kernel, room: str) -> DeliveryStatus:
    ticket = await kernel.documents.publish(
        invented_letter(), audience=Audience(Chat(room=room)), acting=Actor.doctor("roux"), idempotency_key=room
    )
    with anyio.fail_after(10):
        (status,) = await ticket.settled()
    return status


async def test_the_room_gets_the_very_bytes_that_were_sealed(chat: FakeChat, tmp_path: Path) -> None:
    async with practice(chat, tmp_path) as kernel:
        status = await send(kernel, "equipe-soins")
        sealed = await kernel.documents.sealed_bytes(status.row.document_id)
    (message,) = chat.messages.values()
    assert b64decode(message["content"]) == sealed


async def test_a_room_that_does_not_exist_is_said_and_is_no_alarm(chat: FakeChat, tmp_path: Path) -> None:
    async with practice(chat, tmp_path) as kernel:
        status = await send(kernel, "autre-salle")
    assert (status.state, status.why, status.row.code) == ("not_applicable", "no_mailbox", "chat.no_such_room")
    assert chat.messages == {}


async def test_another_message_under_our_identifier_is_never_taken_for_ours(chat: FakeChat, tmp_path: Path) -> None:
    async with practice(chat, tmp_path) as kernel:
        first = await send(kernel, "equipe-soins")
    document_id = first.row.document_id
    chat.messages[document_id]["sha256"] = "00" * 32
    async with practice(chat, tmp_path / "another_installation") as kernel:
        status = await send(kernel, "equipe-soins")
    assert status.state == "rejected"
    assert status.row.code == "chat.holds_other"


def test_the_name_of_a_room_is_not_shown() -> None:
    assert "equipe" not in Chat(room="equipe-soins").reference
    assert Chat(room="equipe-soins").reference != Chat(room="autre-salle").reference
