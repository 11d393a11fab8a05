"""New messages of a box, one after the other, each with the cursor that says it was read."""

from __future__ import annotations

from collections import deque
from datetime import datetime

import msgspec

from caducee_mss.errors import MssSessionEnded
from caducee_mss.imap.cursor import Cursor, fingerprint_of, fingerprint_of_header
from caducee_mss.imap.responses import Fetched
from caducee_mss.imap.session import ImapSession, Place

_AT_ONCE = 100


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """A new message. Keep ``after`` together with what was made of it: the next reading begins there.

    ``content`` is ``None`` when the message is larger than what is read; it is passed over, and its size told.
    """

    place: Place
    uid: int
    fingerprint: str
    flags: frozenset[str]
    received: datetime | None
    size: int
    content: bytes | None
    after: Cursor

    def __repr__(self) -> str:
        return f"Arrived(uid={self.uid}, size={self.size})"


class Moved(msgspec.Struct, frozen=True):
    """A message that was read before, under the number that it has now."""

    place: Place
    uid: int
    fingerprint: str


class Changes:
    """``async for message in Changes(session, cursor)``: new messages in the order of their numbers.

    Nothing in the box changes: the messages are not marked as read. When the server numbered the box anew, only
    messages that were not read before come. ``cursor`` is where the reading stands; at the end it is past all that
    was there. ``keep`` bounds the fingerprints: beyond, an old message of a box numbered anew comes again.

    Raises:
        MssSessionEnded: the server ended the session; ``done_up_to`` is the last message that was given out.
    """

    def __init__(
        self, session: ImapSession, cursor: Cursor, *, largest: int = 48 * 1024 * 1024, keep: int = 2000
    ) -> None:
        self.cursor = cursor
        self._session = session
        self._largest = largest
        self._keep = keep
        self._place = Place(cursor.box, 0)
        self._next_uid = 0
        self._opened = False
        self._moved: list[Moved] = []
        self._uids: deque[int] = deque()
        self._facts: deque[Fetched] = deque()

    def __aiter__(self) -> Changes:
        return self

    def moved(self) -> tuple[Moved, ...]:
        """Return, once, the messages that were recognised since the last call."""
        moved, self._moved = tuple(self._moved), []
        return moved

    async def __anext__(self) -> Arrived:
        try:
            if not self._opened:
                await self._open()
            while (facts := await self._next_facts()) is not None:
                if (arrived := await self._read(facts)) is not None:
                    self.cursor = arrived.after
                    return arrived
        except MssSessionEnded as error:
            raise MssSessionEnded(str(error), done_up_to=self.cursor.next_uid - 1) from None
        self.cursor = self.cursor.to_the_end(self._next_uid)
        raise StopAsyncIteration

    async def _open(self) -> None:
        selected = await self._session.open_box(self.cursor.box)
        self._place = selected.place
        uids = await self._session.search(1) if selected.exists and not selected.next_uid else ()
        self._next_uid = selected.next_uid or max(uids, default=0) + 1
        restored = 0 < selected.next_uid < self.cursor.next_uid  # from a copy; no server should, some do
        self.cursor = self.cursor.under(selected.place.uidvalidity, self._next_uid, restored=restored)
        if selected.exists:
            self._uids.extend(await self._session.search(self.cursor.next_uid))
        self._next_uid = max([self._next_uid, *(uid + 1 for uid in self._uids)])
        self._opened = True

    async def _next_facts(self) -> Fetched | None:
        while not self._facts and self._uids:
            batch = [self._uids.popleft() for _ in range(min(_AT_ONCE, len(self._uids)))]
            self._facts.extend(await self._session.facts(batch))
        return self._facts.popleft() if self._facts else None

    async def _read(self, facts: Fetched) -> Arrived | None:
        """Return the message, or ``None`` when it was read before, or is gone."""
        if self.cursor.recognising and await self._recognised(facts.uid):
            return None
        content = await self._session.content(facts.uid) if facts.size <= self._largest else None
        if content is None and facts.size <= self._largest:
            return None
        fingerprint = fingerprint_of(content) if content is not None else await self._fingerprint(facts.uid)
        if self._recognise(facts.uid, fingerprint):
            return None
        return Arrived(
            place=self._place,
            uid=facts.uid,
            fingerprint=fingerprint,
            flags=facts.flags,
            received=facts.received,
            size=facts.size,
            content=content,
            after=self.cursor.past(facts.uid, fingerprint, keep=self._keep),
        )

    async def _recognised(self, uid: int) -> bool:
        """Say, from its Message-ID alone, whether the message was read before; its bytes may be needed beyond."""
        found = fingerprint_of_header(await self._session.message_id_header(uid) or b"")
        return found is not None and self._recognise(uid, found)

    def _recognise(self, uid: int, fingerprint: str) -> bool:
        if not self.cursor.recognises(uid, fingerprint):
            return False
        self.cursor = self.cursor.past(uid, fingerprint, keep=self._keep)
        self._moved.append(Moved(self._place, uid, fingerprint))
        return True

    async def _fingerprint(self, uid: int) -> str:
        found = fingerprint_of_header(await self._session.message_id_header(uid) or b"")
        return found or f"uid:{self._place.uidvalidity}:{uid}"
