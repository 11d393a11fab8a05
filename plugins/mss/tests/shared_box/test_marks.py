"""Marks of each folder of a box: put where the message lies, read where it lies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest

from caducee_mss.errors import MssBoxRenumbered
from caducee_mss.history import What, steps_of
from caducee_mss.imap import Place, Selected
from caducee_mss.imap.responses import Fetched
from caducee_mss.receiving.received import ReceivedMail, keep_received
from caducee_mss.shared_box.box import SharedBox
from caducee_mss.shared_box.marks import CLAIMED, FILED, Mark, put_marks, want_mark
from caducee_mss.shared_box.other_desks import ELSEWHERE, see_other_desks
from plugins.mss.tests.desk import Desk

pytestmark = pytest.mark.anyio


class Session:
    """An open box: its folders by name, with their numbering and the flags of their messages."""

    def __init__(self, **folders: tuple[int, dict[int, set[str]]]) -> None:
        self._folders = folders
        self.open = ""

    async def open_box(self, name: str, *, writable: bool = False) -> Selected:
        self.open = name
        place = Place(name, self._folders[name][0])
        return Selected(place=place, next_uid=9, exists=1, permanent_flags=frozenset({"\\*"}), writable=writable)

    async def flag(
        self, place: Place, uids: Iterable[int], *, add: Iterable[str] = (), drop: Iterable[str] = ()
    ) -> None:
        uidvalidity, flags = self._folders[place.box]
        if uidvalidity != place.uidvalidity:
            raise MssBoxRenumbered("numbered anew")
        self.open = place.box
        for uid in uids:
            flags[uid] = (flags.get(uid, set()) | set(add)) - set(drop)

    async def facts(self, uids: Iterable[int]) -> tuple[Fetched, ...]:
        flags = self._folders[self.open][1]
        return tuple(Fetched(uid=uid, flags=frozenset(flags[uid])) for uid in uids if uid in flags)


def received(key: str, folder: str, uid: int, *, report: bool = False) -> ReceivedMail:
    return ReceivedMail(
        key=key, box="roux", folder=folder, uidvalidity=1, uid=uid, message_id=key, thread=key, report=report
    )


async def keep(desk: Desk, *mails: ReceivedMail) -> None:
    async with desk.state.transaction() as tx:
        for mail in mails:
            await keep_received(tx, mail)


async def want(desk: Desk, key: str, folder: str, *, uidvalidity: int = 1) -> None:
    async with desk.state.transaction() as tx:
        await want_mark(tx, key, Mark(box="roux", folder=folder, uidvalidity=uidvalidity, uid=7, add=(CLAIMED,)))


async def round_of(desk: Desk, session: Session, *folders: str) -> None:
    for folder in folders:
        selected = await session.open_box(folder, writable=True)
        await put_marks(desk.state, session, "roux", selected)  # type: ignore[arg-type]
        await see_other_desks(desk, session, selected, box="roux", lasts=timedelta(minutes=30))  # type: ignore[arg-type]


async def whats(desk: Desk, key: str) -> list[tuple[What, str]]:
    return [(one.what, one.by) for one in await steps_of(desk.state, key)]


async def test_a_mark_in_one_folder_says_nothing_of_the_mail_of_that_number_in_another() -> None:
    desk, session = Desk(), Session(INBOX=(1, {7: set()}), Biologie=(1, {7: {FILED}}))
    await keep(desk, received("a", "INBOX", 7))
    await want(desk, "b", "Biologie")
    await round_of(desk, session, "INBOX")
    assert await whats(desk, "a") == []


async def test_a_mark_for_a_numbering_that_is_gone_stops_no_reading_whatever_its_folder() -> None:
    desk, session = Desk(), Session(INBOX=(1, {7: set()}), Biologie=(2, {7: set()}))
    await want(desk, "b", "Biologie", uidvalidity=1)
    await round_of(desk, session, "INBOX", "Biologie")
    assert await desk.state.find("marks", "box", "roux") == ()


async def test_what_another_desk_has_filed_is_seen_in_every_folder() -> None:
    desk, session = Desk(), Session(INBOX=(1, {7: set()}), Biologie=(1, {7: {FILED}}))
    await keep(desk, received("b", "Biologie", 7))
    await round_of(desk, session, "INBOX", "Biologie")
    assert await whats(desk, "b") == [(What.FILED, ELSEWHERE)]


async def test_many_receipts_that_nobody_files_hide_no_mail_from_other_desks() -> None:
    desk, session = Desk(), Session(INBOX=(1, {901: {CLAIMED}}))
    await keep(desk, *(received(f"r{uid}", "INBOX", uid, report=True) for uid in range(1, 601)))
    await keep(desk, received("a", "INBOX", 901))
    await round_of(desk, session, "INBOX")
    assert await whats(desk, "a") == [(What.CLAIMED, ELSEWHERE)]


async def test_many_mails_that_nobody_filed_do_not_hide_the_latest() -> None:
    desk, session = Desk(), Session(INBOX=(1, {901: {CLAIMED}}))
    await keep(desk, *(received(f"m{uid}", "INBOX", uid) for uid in range(1, 601)))
    await keep(desk, received("a", "INBOX", 901))
    await round_of(desk, session, "INBOX")
    assert await whats(desk, "a") == [(What.CLAIMED, ELSEWHERE)]


async def claimed_here(desk: Desk) -> None:
    await SharedBox(desk, None, claim_minutes=30).claim("a", who="secretary:a")  # type: ignore[arg-type]


async def test_a_claim_of_this_desk_that_has_ended_is_no_other_desk_s_and_its_mark_goes() -> None:
    desk, flags = Desk(), {7: set[str]()}
    session = Session(INBOX=(1, flags))
    await keep(desk, received("a", "INBOX", 7))
    await claimed_here(desk)
    await round_of(desk, session, "INBOX")
    assert flags[7] == {CLAIMED}
    await desk.clock.advance(31 * 60)
    await round_of(desk, session, "INBOX")
    await round_of(desk, session, "INBOX")
    assert (await whats(desk, "a"), flags[7]) == ([(What.CLAIMED, "secretary:a")], set())


async def test_a_claim_of_another_desk_ends_too_and_its_next_one_is_seen() -> None:
    desk, flags = Desk(), {7: {CLAIMED}}
    session = Session(INBOX=(1, flags))
    await keep(desk, received("a", "INBOX", 7))
    await round_of(desk, session, "INBOX")
    await desk.clock.advance(31 * 60)
    await round_of(desk, session, "INBOX")
    assert await whats(desk, "a") == [(What.CLAIMED, ELSEWHERE)]
    flags[7].clear()
    await round_of(desk, session, "INBOX")
    flags[7].add(CLAIMED)
    await round_of(desk, session, "INBOX")
    assert [what for what, _ in await whats(desk, "a")] == [What.CLAIMED, What.LET_GO, What.CLAIMED]


async def test_of_marks_that_contradict_each_other_the_last_one_stays() -> None:
    desk, flags = Desk(), {7: set[str]()}
    await keep(desk, received("a", "INBOX", 7))
    box = SharedBox(desk, None, claim_minutes=30)  # type: ignore[arg-type]
    await claimed_here(desk)
    await box.let_go("a", who="secretary:a")
    await claimed_here(desk)
    await round_of(desk, Session(INBOX=(1, flags)), "INBOX")
    assert flags[7] == {CLAIMED}


async def test_a_claim_of_this_desk_keeps_its_mark_as_long_as_it_lasts() -> None:
    desk, flags = Desk(), {7: set[str]()}
    session = Session(INBOX=(1, flags))
    await keep(desk, received("a", "INBOX", 7))
    await claimed_here(desk)
    for _ in range(3):
        await round_of(desk, session, "INBOX")
    assert flags[7] == {CLAIMED}


async def test_the_marks_of_every_mail_are_put() -> None:
    desk, flags = Desk(), {7: set[str](), 8: set[str]()}
    await keep(desk, received("a", "INBOX", 7), received("b", "INBOX", 8))
    box = SharedBox(desk, None, claim_minutes=30)  # type: ignore[arg-type]
    await box.claim("a", who="secretary:a")
    await box.claim("b", who="secretary:b")
    await round_of(desk, Session(INBOX=(1, flags)), "INBOX")
    assert flags == {7: {CLAIMED}, 8: {CLAIMED}}
