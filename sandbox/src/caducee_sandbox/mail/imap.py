"""One IMAP conversation (RFC 3501 with IDLE, UIDPLUS, MOVE, SPECIAL-USE, SASL-IR, LITERAL+)."""

from __future__ import annotations

import re
import ssl
from collections.abc import Awaitable, Callable
from datetime import datetime

import anyio

from caducee_sandbox.faults import FaultBoard
from caducee_sandbox.mail.access import CHALLENGE, MECHANISMS, Access, decoded
from caducee_sandbox.mail.imap_fetch import MONTHS
from caducee_sandbox.mail.imap_selected import SelectedFolder
from caducee_sandbox.mail.imap_words import BadCommand, Word, flags, folder_name, read_command, text, wire_name
from caducee_sandbox.mail.office import PostOffice, Reply
from caducee_sandbox.mail.store import Folder
from caducee_sandbox.mail.wire import Gone, MailWire

CAPABILITIES = "IMAP4rev1 SASL-IR LITERAL+ ID IDLE UIDPLUS MOVE SPECIAL-USE UNSELECT"
DATE = re.compile(r" ?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d:\d\d:\d\d) ([+-]\d{4})\Z")


class No(Exception):
    """The command is refused: its words, with a response code."""


class ImapConversation:
    """Serves one client."""

    def __init__(
        self,
        wire: MailWire,
        *,
        office: PostOffice,
        access: Access,
        board: FaultBoard,
        context: Callable[[], ssl.SSLContext],
    ) -> None:
        self._wire = wire
        self._office = office
        self._store = office.store
        self._access = access
        self._board = board
        self._context = context
        self._owner = ""
        self._selected: SelectedFolder | None = None

    async def serve(self) -> None:
        """Serve until the client leaves.

        Raises:
            Gone: it left in the middle.
        """
        await self._wire.send(f"* OK [CAPABILITY {self._offered()}] ready\r\n".encode())
        while True:
            try:
                words = await read_command(self._wire)
                tag, verb = text(words[0]), text(words[1]).upper()
            except (BadCommand, IndexError):
                await self._wire.send(b"* BAD no command\r\n")
                continue
            if verb == "LOGOUT":
                await self._wire.send(f"* BYE\r\n{tag} OK bye\r\n".encode())
                return
            await self._answer(tag, verb, words[2:])

    async def _answer(self, tag: str, verb: str, words: list[Word]) -> None:
        try:
            said = await self._command(verb, tag, words)
            if self._selected is not None:
                await self._wire.send(self._selected.news())
            if said is not None:
                await self._wire.send(f"{tag} OK {said}\r\n".encode())
        except No as refusal:
            await self._wire.send(f"{tag} NO {refusal}\r\n".encode())
        except (BadCommand, ValueError, IndexError, StopIteration) as error:
            await self._wire.send(f"{tag} BAD {error or 'arguments'}\r\n".encode())

    async def _command(self, verb: str, tag: str, words: list[Word]) -> str | None:
        anybody: dict[str, Callable[[str, list[Word]], Awaitable[str | None]]] = {
            "CAPABILITY": self._capability,
            "NOOP": self._noop,
            "ID": self._id,
            "STARTTLS": self._starttls,
            "AUTHENTICATE": self._authenticate,
        }
        owner: dict[str, Callable[[str, list[Word]], Awaitable[str | None]]] = {
            "LIST": self._list,
            "SELECT": self._select,
            "EXAMINE": self._examine,
            "UNSELECT": self._close,
            "CLOSE": self._close,
            "APPEND": self._append,
            "IDLE": self._idle,
            "UID": self._uid,
        }
        if verb in anybody:
            return await anybody[verb](tag, words)
        if verb not in owner:
            raise BadCommand("command unknown")
        if not self._owner:
            raise No("[PRIVACYREQUIRED] log in first" if not self._wire.secured else "log in first")
        return await owner[verb](tag, words)

    def _offered(self) -> str:
        if not self._wire.secured:
            return f"{CAPABILITIES} STARTTLS LOGINDISABLED"
        return CAPABILITIES if self._owner else f"{CAPABILITIES} {' '.join(f'AUTH={m}' for m in MECHANISMS)}"

    async def _capability(self, _: str, __: list[Word]) -> str:
        await self._wire.send(f"* CAPABILITY {self._offered()}\r\n".encode())
        return "done"

    async def _noop(self, _: str, __: list[Word]) -> str:
        return "done"

    async def _id(self, _: str, __: list[Word]) -> str:
        await self._wire.send(b'* ID ("name" "sandbox")\r\n')
        return "done"

    async def _starttls(self, tag: str, _: list[Word]) -> None:
        if self._wire.secured:
            raise BadCommand("already encrypted")
        await self._wire.send(f"{tag} OK go ahead\r\n".encode())
        await self._wire.secure(self._context())

    async def _authenticate(self, _: str, words: list[Word]) -> str:
        if not self._wire.secured:
            raise No("[PRIVACYREQUIRED] STARTTLS first")
        mechanism = text(words[0]).upper()
        if mechanism not in MECHANISMS:
            raise No("mechanism unknown")
        response = decoded(text(words[1]).encode() if len(words) > 1 else await self._continued(b""))
        if response is None:
            raise BadCommand("not base64")
        if mechanism == "EXTERNAL":
            login = self._access.by_certificate(self._wire.certificate, response.decode("utf-8", "replace"))
        else:
            login = await self._bearer(mechanism, response)
        if login is None:
            self._office.note("login", "", Reply(code=535, text="refused"))
            raise No("[AUTHENTICATIONFAILED] refused")
        self._owner = login
        self._store.make(login)
        return f"[CAPABILITY {self._offered()}] welcome"

    async def _bearer(self, mechanism: str, response: bytes) -> str | None:
        fault = self._board.take_of("mail", ("refuse_login", "refuse_and_drop"), "login")
        login = None if fault else await self._access.by_token(mechanism, response)
        if login is None:
            if fault is not None and fault.kind == "refuse_and_drop":
                await self._wire.send(b"+ " + CHALLENGE + b"\r\n")
                raise Gone("dropped after the challenge")
            await self._continued(CHALLENGE)
        return login

    async def _continued(self, challenge: bytes) -> bytes:
        await self._wire.send(b"+ " + challenge + b"\r\n")
        return await self._wire.line()

    async def _list(self, _: str, words: list[Word]) -> str:
        pattern = re.escape(folder_name(text(words[-1]))).replace(r"\*", ".*").replace("%", "[^/]*")
        for folder in self._store.folders(self._owner):
            if re.fullmatch(pattern, folder.name, re.IGNORECASE):
                uses = f"\\HasNoChildren {folder.special}".strip().encode()
                await self._wire.send(b"* LIST (" + uses + b') "/" ' + wire_name(folder.name) + b"\r\n")
        return "done"

    async def _select(self, _: str, words: list[Word]) -> str:
        return await self._open(words, writable=True)

    async def _examine(self, _: str, words: list[Word]) -> str:
        return await self._open(words, writable=False)

    async def _open(self, words: list[Word], *, writable: bool) -> str:
        self._selected = None
        folder = self._folder(words[0])
        self._selected = SelectedFolder(self._store, folder, writable=writable)
        await self._wire.send(self._selected.described())
        return "[READ-WRITE] open" if writable else "[READ-ONLY] open"

    async def _close(self, _: str, __: list[Word]) -> str:
        self._selected = None
        return "closed"

    async def _append(self, _: str, words: list[Word]) -> str:
        slow = self._board.take_of("mail", ("slow",), "append")
        if slow is not None:
            await anyio.sleep(slow.seconds)
        folder = self._folder(words[0])
        marks = next((flags(w) for w in words[1:-1] if isinstance(w, list)), frozenset[str]())
        dates = [text(w) for w in words[1:-1] if not isinstance(w, list)]
        content = words[-1]
        if not isinstance(content, bytes):
            raise BadCommand("a message was expected")
        uid = self._store.add(folder, content, flags=marks, received=_instant(dates[0]) if dates else None)
        self._office.note("append", self._owner, Reply(code=250, text="kept"), content)
        return f"[APPENDUID {folder.uidvalidity} {uid}] kept"

    async def _idle(self, _: str, __: list[Word]) -> str:
        selected = self._current()
        await self._wire.send(b"+ idling\r\n")
        async with anyio.create_task_group() as group:
            group.start_soon(self._tell, selected)
            line = await self._wire.line()
            group.cancel_scope.cancel()
        if line.upper() != b"DONE":
            raise BadCommand("DONE was expected")
        return "idle is over"

    async def _tell(self, selected: SelectedFolder) -> None:
        while True:
            changed = self._store.changed(selected.folder)
            await self._wire.send(selected.news())
            await changed.wait()

    async def _uid(self, _: str, words: list[Word]) -> str:
        selected, verb = self._current(), text(words[0]).upper()
        fault = self._board.take_of("mail", ("slow", "internal_error", "bye"), verb.lower())
        if fault is not None and fault.kind == "bye":
            await self._wire.send(b"* BYE Session invalidated - AccessTokenExpired\r\n")
            raise Gone("session ended")
        if fault is not None and fault.kind == "internal_error":
            raise No("[SERVERBUG] Internal error occurred")
        if fault is not None:
            await anyio.sleep(fault.seconds)
        if verb == "SEARCH":
            await self._wire.send(selected.search(words[1:]))
            return "done"
        return await self._on_messages(selected, verb, words[1:])

    async def _on_messages(self, selected: SelectedFolder, verb: str, words: list[Word]) -> str:
        uids = selected.chosen(text(words[0]))
        if verb == "FETCH":
            for answer in selected.fetch(uids, words[1]):
                await self._wire.send(answer)
            return "done"
        if not selected.writable:
            raise No("[READ-ONLY] opened for reading")
        if verb == "STORE":
            await self._wire.send(selected.store_flags(uids, text(words[1]).upper(), words[2:]))
            return "done"
        if verb == "EXPUNGE":
            selected.expunge(uids)
            return "done"
        if verb not in ("COPY", "MOVE"):
            raise BadCommand("command unknown")
        code = selected.copy(uids, self._folder(words[1]))
        if verb == "MOVE":
            await self._wire.send(f"* OK {code} moved\r\n".encode())
            selected.expunge(uids, marked_only=False)
            return "done"
        return f"{code} copied"

    def _folder(self, word: Word) -> Folder:
        folder = self._store.folder(self._owner, folder_name(text(word)))
        if folder is None:
            raise No("[TRYCREATE] no such folder")
        return folder

    def _current(self) -> SelectedFolder:
        if self._selected is None:
            raise BadCommand("select a folder first")
        return self._selected


def _instant(date: str) -> datetime:
    found = DATE.match(date)
    if found is None or found[2].title() not in MONTHS:
        raise BadCommand("no date")
    month = MONTHS.index(found[2].title()) + 1
    return datetime.strptime(f"{found[3]}-{month}-{found[1]} {found[4]} {found[5]}", "%Y-%m-%d %H:%M:%S %z")
