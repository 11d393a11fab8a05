"""A box numbered anew: what was read is recognised, nothing is lost, nothing comes twice."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.errors import ServiceUnavailable
from caducee_mss.imap import Changes, Cursor, Fetched, Place, Selected
from caducee_mss.imap.cursor import fingerprint_of, fingerprint_of_header


class Box:
    """Stands for a session with one box: messages by UID under a numbering. ``fails_at`` ends it before that UID."""

    def __init__(self, uidvalidity: int, messages: dict[int, bytes], *, tells_next: bool = True) -> None:
        self.uidvalidity, self.messages = uidvalidity, messages
        self.tells_next = tells_next
        self.fails_at = 0
        self.asked: list[str] = []

    async def open_box(self, name: str) -> Selected:
        next_uid = max(self.messages, default=0) + 1 if self.tells_next else 0
        return Selected(place=Place(name, self.uidvalidity), next_uid=next_uid, exists=len(self.messages))

    async def search(self, first_uid: int) -> tuple[int, ...]:
        return tuple(sorted(uid for uid in self.messages if uid >= first_uid))

    async def facts(self, uids: list[int]) -> tuple[Fetched, ...]:
        return tuple(Fetched(uid=u, size=len(self.messages[u])) for u in uids)

    async def content(self, uid: int) -> bytes | None:
        self.asked.append(f"content {uid}")
        if uid == self.fails_at:
            raise ServiceUnavailable("mss")
        return self.messages.get(uid)

    async def message_id_header(self, uid: int) -> bytes | None:
        self.asked.append(f"header {uid}")
        head = self.messages[uid].split(b"\r\n\r\n")[0]
        return b"\r\n".join(line for line in head.split(b"\r\n") if line.lower().startswith(b"message-id"))


def mail(name: str, body: str = "") -> bytes:
    head = f"Message-ID: <{name}@x.example>\r\n" if name else ""
    return f"Subject: x\r\n{head}\r\n{body}\r\n".encode()


async def read(box: Box, cursor: Cursor) -> tuple[list[bytes], Cursor]:
    """Read all, keeping each cursor as the caller does; a failure keeps what was read."""
    changes = Changes(box, cursor)  # type: ignore[arg-type]
    found = []
    try:
        async for arrived in changes:
            assert arrived.content is not None
            found.append(arrived.content)
            cursor = arrived.after
        cursor = changes.cursor
    except ServiceUnavailable:
        pass
    return found, cursor


ONE, TWO, THREE, FOUR = (mail(f"m{n}") for n in range(1, 5))

pytestmark = pytest.mark.anyio


async def test_only_what_is_new_is_delivered_after_a_renumbering() -> None:
    first, cursor = await read(Box(1710000001, {41: ONE, 42: TWO, 43: THREE}), Cursor(box="INBOX"))
    moved = Box(1710009999, {1: ONE, 2: TWO, 3: THREE, 4: FOUR})
    second, cursor = await read(moved, cursor)
    assert (first, second) == ([ONE, TWO, THREE], [FOUR])
    assert (cursor.uidvalidity, cursor.next_uid) == (1710009999, 5)
    assert [a for a in moved.asked if a.startswith("content")] == ["content 4"]


async def test_a_reading_broken_off_in_a_renumbered_box_goes_on() -> None:
    _, cursor = await read(Box(1, {1: ONE, 2: TWO, 3: THREE}), Cursor(box="INBOX"))
    new = mail("m0")
    moved = Box(2, {1: new, 2: ONE, 3: FOUR, 4: TWO, 5: THREE})
    moved.fails_at = 3
    first, cursor = await read(moved, cursor)
    moved.fails_at = 0
    second, cursor = await read(moved, cursor)
    assert first + second == [new, FOUR]
    assert not cursor.before


async def test_a_message_without_identifier_is_known_by_its_bytes() -> None:
    plain = mail("", "sans identifiant")
    _, cursor = await read(Box(1, {1: plain}), Cursor(box="INBOX"))
    other = mail("", "un autre")
    found, _ = await read(Box(2, {7: plain, 8: other}), cursor)
    assert found == [other]


async def test_a_second_message_under_a_known_identifier_is_delivered() -> None:
    _, cursor = await read(Box(1, {1: ONE}), Cursor(box="INBOX"))
    again = mail("m1", "autre contenu")
    found, _ = await read(Box(2, {1: ONE, 2: again}), cursor)
    assert found == [again]


async def test_what_comes_after_the_renumbering_under_an_old_identifier_is_new() -> None:
    _, cursor = await read(Box(1, {1: ONE, 2: TWO}), Cursor(box="INBOX"))
    moved = Box(2, {1: ONE})  # the second one is gone
    _, cursor = await read(moved, cursor)
    moved.messages[2] = TWO
    found, _ = await read(moved, cursor)
    assert found == [TWO]


async def test_a_box_numbered_anew_twice_is_still_known() -> None:
    _, cursor = await read(Box(1, {1: ONE, 2: TWO, 3: THREE}), Cursor(box="INBOX"))
    between = Box(2, {1: FOUR, 2: ONE, 3: TWO, 4: THREE})
    between.fails_at = 1
    _, cursor = await read(between, cursor)
    found, _ = await read(Box(3, {1: THREE, 2: FOUR, 3: TWO, 4: ONE}), cursor)
    assert found == [FOUR]


async def test_a_box_restored_from_a_copy_gives_its_numbers_again_and_nothing_is_lost() -> None:
    box = Box(1, {1: ONE, 2: TWO, 3: THREE})
    _, cursor = await read(box, Cursor(box="INBOX"))
    box.messages = {1: ONE}
    found, cursor = await read(box, cursor)
    assert found == []
    box.messages |= {2: FOUR, 3: TWO}
    found, cursor = await read(box, cursor)
    assert found == [FOUR, TWO]


async def test_a_server_that_tells_no_next_number_may_lose_its_last_message() -> None:
    box = Box(1, {1: ONE, 2: TWO}, tells_next=False)
    _, cursor = await read(box, Cursor(box="INBOX"))
    del box.messages[2]
    _, cursor = await read(box, cursor)
    assert (cursor.next_uid, [a for a in box.asked if a.startswith("content")]) == (3, ["content 1", "content 2"])


async def test_a_message_too_large_is_told_and_passed_over() -> None:
    large = mail("grand", "x" * 100)
    changes = Changes(Box(1, {1: large, 2: ONE}), Cursor(box="INBOX"), largest=80)  # type: ignore[arg-type]
    found = [(a.uid, a.content, a.size) async for a in changes]
    assert found == [(1, None, len(large)), (2, ONE, len(ONE))]


ACTS = st.lists(st.tuples(st.sampled_from(["mail", "anonymous", "renumber", "read", "broken"]), st.integers(0, 999)))


@given(ACTS, st.booleans())
async def test_nothing_is_lost_and_nothing_comes_twice_whatever_happens(acts, tells_next) -> None:
    """Mail comes, the box is numbered anew, readings break off, in any order: each message is delivered once."""
    box = Box(1, {}, tells_next=tells_next)
    cursor, delivered, sent = Cursor(box="INBOX"), [], []
    for step, (act, seed) in enumerate(acts):
        chance = Random(seed)
        if act in ("mail", "anonymous"):
            sent.append(mail(f"n{step}" if act == "mail" else "", f"corps {step}"))
            box.messages[max(box.messages, default=0) + 1] = sent[-1]
        elif act == "renumber":
            order = chance.sample(list(box.messages.values()), len(box.messages))
            box.messages = {place * 3: content for place, content in enumerate(order, start=1)}
            box.uidvalidity += 1
        else:
            box.fails_at = chance.choice([0, *box.messages]) if act == "broken" else 0
            found, cursor = await read(box, cursor)
            delivered += found
            box.fails_at = 0
    found, _ = await read(box, cursor)
    assert sorted(delivered + found) == sorted(sent)


@pytest.mark.parametrize(
    "header",
    [b"Message-ID: <a@b>\r\n", b"message-id:<a@b>\r\n", b"X: 1\r\nMESSAGE-ID:\r\n <a@b>\r\nY: 2\r\n"],
)
def test_an_identifier_is_the_same_however_it_is_written(header) -> None:
    assert fingerprint_of_header(header) == fingerprint_of_header(b"Message-ID: <a@b>")


def test_an_identifier_in_the_body_is_none() -> None:
    assert fingerprint_of(b"Subject: x\r\n\r\nMessage-ID: <a@b>\r\n") != fingerprint_of_header(b"Message-ID: <a@b>")
    assert fingerprint_of_header(b"Message-ID: \r\n") is None


def test_the_cursor_is_bounded() -> None:
    cursor = Cursor(box="INBOX", uidvalidity=1)
    for uid in range(1, 8):
        cursor = cursor.past(uid, f"f{uid}", keep=3)
    assert cursor.known == ("f5", "f6", "f7")


def test_only_what_stood_there_at_the_renumbering_can_be_recognised() -> None:
    cursor = Cursor(box="INBOX", uidvalidity=1, known=("f",)).under(2, next_uid=5)
    assert cursor.recognises(4, "f")
    assert not cursor.recognises(5, "f")
