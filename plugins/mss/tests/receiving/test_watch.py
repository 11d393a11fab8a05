"""A box whose server says what nobody foresaw is tried again; nothing else stops."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest

from caducee.sharing.fact_kind import FactKind
from caducee_mss.errors import MssServerRefused
from caducee_mss.imap import Fetched, Place, Selected
from caducee_mss.post import Post
from caducee_mss.receiving.arrival import Arrivals
from caducee_mss.receiving.received import still_open
from caducee_mss.receiving.watch import Watch
from caducee_mss.sending.copies import copies_of, keep_copy
from plugins.mss.tests.desk import Desk

pytestmark = pytest.mark.anyio


class Broken(Post):
    """Fails in a way that no operator should cause."""

    tries = 0

    @asynccontextmanager
    async def opened(self, name: str) -> AsyncIterator[Any]:
        self.tries += 1
        raise ValueError("279035121518989@patient.test.mssante.fr")
        yield


async def test_what_nobody_foresaw_is_told_without_its_words_and_tried_again() -> None:
    desk = Desk()
    post = Broken(desk)  # type: ignore[arg-type]
    watch = Watch(desk, post, "roux", Arrivals(desk))  # type: ignore[arg-type]
    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            group.start_soon(watch.run)
            while post.tries < 2:
                await anyio.sleep(0)
                await desk.clock.advance(5)
            group.cancel_scope.cancel()
    assert (watch.status.reading, watch.status.why) == (False, "mss.unforeseen: ValueError")


class Full:
    """An open box that takes no copy."""

    def __init__(self) -> None:
        self.asked = 0

    async def box_for(self, use: str) -> str:
        return "Envoyés"

    async def open_box(self, name: str) -> None:
        return None

    async def search_message_id(self, message_id: str) -> tuple[int, ...]:
        return ()

    async def append(self, box: str, content: bytes, *, flags: tuple[str, ...]) -> None:
        self.asked += 1
        raise MssServerRefused("IMAP APPEND", service_code="OVERQUOTA")


async def test_copies_that_the_operator_refuses_do_not_end_the_reading_and_are_given_up() -> None:
    desk, session = Desk(), Full()
    async with desk.state.transaction() as tx:
        for name in ("<1@a.fr>", "<2@a.fr>"):
            await keep_copy(tx, box="roux", message_id=name, content=b"x")
    watch = Watch(desk, Post(desk), "roux", Arrivals(desk))  # type: ignore[arg-type]
    for _ in range(6):
        await watch._copies(session)  # type: ignore[arg-type]
    assert (session.asked, await copies_of(desk.state, "roux")) == (10, ())


class Renumbered:
    """An INBOX of one mail, numbered anew between two readings."""

    def __init__(self) -> None:
        self.uidvalidity, self.uid = 1, 7
        self.mail = b"From: a@a.fr\r\nMessage-ID: <1@a.fr>\r\n\r\nBonjour\r\n"

    async def open_box(self, name: str) -> Selected:
        return Selected(place=Place(name, self.uidvalidity), next_uid=self.uid + 1, exists=1)

    async def search(self, first_uid: int) -> tuple[int, ...]:
        return (self.uid,) if self.uid >= first_uid else ()

    async def facts(self, uids: list[int]) -> tuple[Fetched, ...]:
        return tuple(Fetched(uid=uid, size=len(self.mail)) for uid in uids)

    async def content(self, uid: int) -> bytes:
        return self.mail

    async def message_id_header(self, uid: int) -> bytes:
        return b"Message-ID: <1@a.fr>"


async def test_an_open_mail_of_a_box_numbered_anew_is_known_by_its_new_place() -> None:
    desk, session = Desk(), Renumbered()
    watch = Watch(desk, Post(desk), "roux", Arrivals(desk))  # type: ignore[arg-type]
    await watch._read(session, "INBOX")  # type: ignore[arg-type]
    session.uidvalidity, session.uid = 2, 3
    await watch._read(session, "INBOX")  # type: ignore[arg-type]
    assert [(mail.uidvalidity, mail.uid) for mail in await still_open(desk.state, "roux")] == [(2, 3)]


class Readable(Post):
    """A box that opens, with nothing new in it."""

    @asynccontextmanager
    async def opened(self, name: str) -> AsyncIterator[Any]:
        yield Quiet()


class Quiet:
    async def wait(self, seconds: float, *, poll: float) -> None:
        return None


async def test_a_box_that_is_read_is_a_sign_of_life_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(self: Watch, session: object) -> None:
        return None

    monkeypatch.setattr(Watch, "_round", nothing)
    desk = Desk()
    watch = Watch(desk, Readable(desk), "roux", Arrivals(desk))  # type: ignore[arg-type]
    await watch.once_connected(rounds=3)
    assert desk.state.noted == [(FactKind.MAILBOX, "", "")]
    await desk.clock.advance(24 * 3600)
    await watch.once_connected(rounds=2)
    assert len(desk.state.noted) == 2


async def test_a_box_that_cannot_be_read_gives_no_sign_of_life() -> None:
    desk = Desk()
    watch = Watch(desk, Broken(desk), "roux", Arrivals(desk))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="279035121518989"):
        await watch.once_connected(rounds=1)
    assert desk.state.noted == []
