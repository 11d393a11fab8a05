"""Copies of sent mails in the box's own folder."""

from __future__ import annotations

import pytest

from caducee_mss.sending.copies import Copy, copies_of, done, keep_copy, put_away
from plugins.mss.tests.desk import Desk

pytestmark = pytest.mark.anyio
COPY = Copy(box="roux", message_id="<1@a.fr>", content=b"x")


class Folders:
    """A box whose messages are looked for in the folder that is open."""

    def __init__(self, sent: str | None, **messages: tuple[str, ...]) -> None:
        self._sent = sent
        self._messages = messages
        self._open = "INBOX"
        self.kept: list[tuple[str, bytes, tuple[str, ...]]] = []

    async def box_for(self, use: str) -> str | None:
        return self._sent

    async def open_box(self, name: str) -> None:
        self._open = name

    async def search_message_id(self, message_id: str) -> tuple[int, ...]:
        return (1,) if message_id in self._messages.get(self._open, ()) else ()

    async def append(self, box: str, content: bytes, *, flags: tuple[str, ...]) -> None:
        self.kept.append((box, content, flags))


async def test_a_copy_is_put_where_sent_mails_are_and_is_read() -> None:
    folders = Folders("Sent", INBOX=("<1@a.fr>",))
    await put_away(folders, COPY)  # type: ignore[arg-type]
    assert folders.kept == [("Sent", b"x", ("\\Seen",))]


@pytest.mark.parametrize("folders", [Folders("Sent", Sent=("<1@a.fr>",)), Folders(None)])
async def test_a_copy_that_is_there_or_has_no_place_is_not_put_again(folders: Folders) -> None:
    await put_away(folders, COPY)  # type: ignore[arg-type]
    assert folders.kept == []


async def test_a_copy_that_is_away_is_wanted_no_more() -> None:
    desk = Desk()
    async with desk.state.transaction() as tx:
        await keep_copy(tx, box="roux", message_id="<1@a.fr>", content=b"x")
    (copy,) = await copies_of(desk.state, "roux")
    await done(desk.state, copy, failed=False)
    assert await copies_of(desk.state, "roux") == ()
