"""A mailbox server, logged in: boxes, messages, flags, copies, waiting for mail."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime

import anyio
import msgspec

from caducee.errors import CaduceeError, ProtocolViolation, Timeout
from caducee_mss.errors import SERVICE, MssBoxRenumbered
from caducee_mss.imap.commands import date_time, flag_list, uid_set
from caducee_mss.imap.dialogue import Dialogue, raise_refused
from caducee_mss.imap.framing import BadResponse
from caducee_mss.imap.names import decoded_name, encoded_name, quoted
from caducee_mss.imap.opening import open_dialogue
from caducee_mss.imap.responses import Continuation, Data, Fetched, Status, fetched_of, number_of
from caducee_mss.imap.values import Atom
from caducee_mss.transport.connection import connect
from caducee_mss.transport.login import Login
from caducee_mss.transport.server import MailLimits, MailServer, MailTls

_RENEW = 20 * 60.0  # RFC 2177: at least every 29 minutes


class Box(msgspec.Struct, frozen=True, kw_only=True):
    r"""A mailbox of the list. ``uses`` are its attributes, special uses among them (``\Sent``, RFC 6154)."""

    name: str
    delimiter: str = ""
    uses: frozenset[str] = frozenset()


class Place(msgspec.Struct, frozen=True):
    """A box under one numbering: UIDs mean nothing without both (RFC 3501, 2.3.1.1)."""

    box: str
    uidvalidity: int


class Selected(msgspec.Struct, frozen=True, kw_only=True):
    r"""The box that is open. ``permanent_flags`` holds ``\*`` when keywords can be made."""

    place: Place
    next_uid: int
    exists: int
    permanent_flags: frozenset[str] = frozenset()
    writable: bool = False


class ImapSession:
    """One logged-in connection, for one task at a time. Raises what ``Dialogue.run`` says."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue
        self.selected: Selected | None = None

    @property
    def capabilities(self) -> frozenset[str]:
        """What the server offers, upper case."""
        return self._dialogue.capabilities

    async def identify(self, name: str, version: str) -> None:
        """Say which software this is, when the server wants to know (RFC 2971)."""
        if "ID" in self.capabilities:
            said = b" ".join(quoted(word.encode()) for word in ("name", name, "version", version))
            await self._dialogue.run(b"ID (" + said + b")", may_fail=True)

    async def boxes(self) -> tuple[Box, ...]:
        """Return all mailboxes."""
        _, data = await self._dialogue.run(b'LIST "" "*"')
        return tuple(_box(line) for line in data if line.kind == "LIST")

    async def box_for(self, use: str) -> str | None:
        r"""Return the mailbox of a special use (``\Sent``), ``None`` when there is none: never guessed from names."""
        wanted = use.lower()
        return next((box.name for box in await self.boxes() if wanted in {u.lower() for u in box.uses}), None)

    async def open_box(self, name: str, *, writable: bool = False) -> Selected:
        """Open a mailbox.

        Raises:
            MssServerRefused: there is no such box.
            ProtocolViolation: the server gives no UIDVALIDITY.
        """
        self.selected = None
        verb = b"SELECT " if writable else b"EXAMINE "
        codes: dict[str, str] = {}
        status, data = await self._with_codes(verb + _name(name), codes)
        raise_refused(status, verb.decode().strip())
        exists = max((line.number for line in data if line.kind == "EXISTS"), default=0)
        self._dialogue.news = False
        try:
            uidvalidity, next_uid = int(codes["UIDVALIDITY"]), int(codes.get("UIDNEXT", "0"))
        except (KeyError, ValueError):
            raise ProtocolViolation(SERVICE, "the box has no UIDVALIDITY") from None
        self.selected = Selected(
            place=Place(name, uidvalidity),
            next_uid=next_uid,
            exists=exists,
            permanent_flags=frozenset(codes.get("PERMANENTFLAGS", "").strip("()").split()),
            writable=writable and status.code != "READ-ONLY",
        )
        return self.selected

    async def search(self, first_uid: int) -> tuple[int, ...]:
        """Return the UIDs from this one on, ascending."""
        found = await self._search(b"UID %d:*" % first_uid)
        return tuple(uid for uid in found if uid >= first_uid)  # n:* names the last message whatever its UID

    async def search_message_id(self, message_id: str) -> tuple[int, ...]:
        """Return the messages of the open box with this Message-ID: the question before any second sending."""
        return await self._search(b"HEADER Message-ID " + quoted(message_id.encode()))

    async def facts(self, uids: Iterable[int]) -> tuple[Fetched, ...]:
        """Return flags, date of arrival and size of messages of the open box, ascending; none marked as read."""
        return await self._fetch(uids, b"(UID FLAGS INTERNALDATE RFC822.SIZE)")

    async def content(self, uid: int) -> bytes | None:
        """Return a whole message of the open box, ``None`` when it is gone; not marked as read."""
        return await self._body(uid, b"(UID BODY.PEEK[])")

    async def message_id_header(self, uid: int) -> bytes | None:
        """Return the Message-ID header as it stands in the message, ``None`` when the message is gone."""
        return await self._body(uid, b"(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")

    async def flag(
        self, place: Place, uids: Iterable[int], *, add: Iterable[str] = (), drop: Iterable[str] = ()
    ) -> None:
        r"""Set and clear flags (``\Seen``) and keywords.

        Raises:
            MssBoxRenumbered: these UIDs are of another numbering; nothing was sent to them.
        """
        await self._at(place)
        numbers = uid_set(uids)
        for sign, flags in ((b"+", tuple(add)), (b"-", tuple(drop))):
            if flags:
                await self._dialogue.run(b"UID STORE %s %sFLAGS.SILENT %s" % (numbers, sign, flag_list(flags)))

    async def move(self, place: Place, uids: Iterable[int], to: str) -> None:
        r"""Move messages: by MOVE, else by a copy, then ``\Deleted`` and the removal of these UIDs only.

        Raises:
            MssBoxRenumbered: see :meth:`flag`.
        """
        await self._at(place)
        numbers = uid_set(uids)
        if "MOVE" in self.capabilities:
            await self._dialogue.run(b"UID MOVE " + numbers + b" " + _name(to))
            return
        await self._dialogue.run(b"UID COPY " + numbers + b" " + _name(to))
        await self._dialogue.run(b"UID STORE " + numbers + b" +FLAGS.SILENT (\\Deleted)")
        if "UIDPLUS" in self.capabilities:  # a plain EXPUNGE would remove what others marked
            await self._dialogue.run(b"UID EXPUNGE " + numbers)

    async def append(
        self, box: str, content: bytes, *, flags: Iterable[str] = (), received: datetime | None = None
    ) -> int | None:
        """Put a message into a box and return its UID when the server tells it (RFC 4315).

        Raises:
            OutcomeUnknown: all was sent and no answer came.
        """
        command = b"APPEND " + _name(box) + b" " + flag_list(flags)
        if received is not None:
            command += b" " + date_time(received)
        small = "LITERAL-" in self.capabilities and len(content) <= 4096
        status = await self._dialogue.upload(command, content, direct="LITERAL+" in self.capabilities or small)
        raise_refused(status, "APPEND")
        words = status.arguments.split()
        return int(words[1]) if status.code == "APPENDUID" and len(words) == 2 and words[1].isdecimal() else None

    async def wait(self, longest: float, *, poll: float = 60.0) -> bool:
        """Wait for new mail in the open box, at most so many seconds, and say whether there may be some.

        By IDLE, renewed as long as it lasts; a server without it is asked every ``poll`` seconds. What was told since
        the box was opened counts: open it again before waiting again.
        """
        ends = anyio.current_time() + longest
        while not self._dialogue.news and (left := ends - anyio.current_time()) > 0:
            if "IDLE" in self.capabilities:
                await self._idle(min(left, _RENEW))
            else:
                await anyio.sleep(min(left, poll))
                await self.noop()
        return self._dialogue.news

    async def noop(self) -> None:
        """Keep the session alive and learn what is new."""
        await self._dialogue.run(b"NOOP")

    async def logout(self) -> None:
        """Take leave; a server that does not answer is no failure."""
        try:
            with anyio.move_on_after(2.0):
                await self._dialogue.run(b"LOGOUT", may_fail=True)
        except CaduceeError:
            return

    async def _with_codes(self, command: bytes, codes: dict[str, str]) -> tuple[Status, list[Data]]:
        with self._dialogue.turn() as tag:
            await self._dialogue.say(tag + b" " + command)
            data: list[Data] = []
            while True:
                response = await self._dialogue.next_response()
                if isinstance(response, Continuation):
                    raise ProtocolViolation(SERVICE, "IMAP: a continuation that nobody asked for")
                if isinstance(response, Data):
                    data.append(response)
                    continue
                if response.tag == tag.decode():
                    return response, data
                codes[response.code] = response.arguments

    async def _at(self, place: Place) -> None:
        selected = self.selected
        if selected is None or selected.place.box != place.box or not selected.writable:
            selected = await self.open_box(place.box, writable=True)
        if selected.place != place:
            raise MssBoxRenumbered("the box was numbered anew")

    async def _search(self, criteria: bytes) -> tuple[int, ...]:
        _, data = await self._dialogue.run(b"UID SEARCH " + criteria)
        try:
            return tuple(sorted({number_of(v) for line in data if line.kind == "SEARCH" for v in line.values}))
        except BadResponse as error:
            raise ProtocolViolation(SERVICE, f"IMAP: {error}") from None

    async def _fetch(self, uids: Iterable[int], items: bytes) -> tuple[Fetched, ...]:
        numbers = set(uids)
        _, data = await self._dialogue.run(b"UID FETCH " + uid_set(numbers) + b" " + items)
        try:
            found = [fetched_of(line) for line in data if line.kind == "FETCH"]
        except BadResponse as error:
            raise ProtocolViolation(SERVICE, f"IMAP: {error}") from None
        return tuple(sorted((f for f in found if f and f.uid in numbers), key=lambda f: f.uid))

    async def _body(self, uid: int, items: bytes) -> bytes | None:
        return next((f.body for f in await self._fetch([uid], items) if f.body is not None), None)

    async def _idle(self, seconds: float) -> None:
        ends = anyio.current_time() + seconds
        with self._dialogue.turn() as tag:
            await self._dialogue.say(tag + b" IDLE")
            first = await self._dialogue.until(tag)
            if isinstance(first, Status):
                raise ProtocolViolation(SERVICE, "IMAP: IDLE refused")
            while not self._dialogue.news and (left := ends - anyio.current_time()) > 0:
                try:
                    await self._dialogue.next_response(within=left)
                except Timeout:
                    break
            await self._dialogue.say(b"DONE")
            status = await self._dialogue.until(tag)
        if isinstance(status, Status):
            raise_refused(status, "IDLE")


@asynccontextmanager
async def mailbox(
    server: MailServer, *, tls: MailTls, login: Login, limits: MailLimits | None = None
) -> AsyncIterator[ImapSession]:
    """Connect and log in; take leave when the block ends well.

    Raises:
        MssTlsUntrusted, MssRevocationUnknown, MssNotSecure: no connection that can be trusted.
        MssAuthRefused: refresh the token and try once more.
        MssBusy, MssSessionEnded, ConnectFailed, Timeout, ProtocolViolation: not now.
    """
    async with connect(server, tls=tls, limits=limits or MailLimits()) as connection:
        dialogue = Dialogue(connection)
        await open_dialogue(dialogue, login)
        session = ImapSession(dialogue)
        yield session
        await session.logout()


def _name(name: str) -> bytes:
    return quoted(encoded_name(name))


def _box(line: Data) -> Box:
    try:
        uses, delimiter, name = line.values[:3]
    except ValueError:
        raise ProtocolViolation(SERVICE, "IMAP: LIST without a name") from None
    raw = name.encode("utf-8", "surrogateescape") if isinstance(name, Atom) else name
    return Box(
        name=decoded_name(raw) if isinstance(raw, bytes) else "NIL",
        delimiter=delimiter.decode("ascii", "replace") if isinstance(delimiter, bytes) else "",
        uses=frozenset(str(u) for u in uses if isinstance(u, str)) if isinstance(uses, tuple) else frozenset(),
    )
