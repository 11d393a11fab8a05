"""Commands and their responses over one connection: tags, continuations, what the server says unasked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import anyio

from caducee.errors import CaduceeError, OutcomeUnknown, ProtocolViolation
from caducee_mss.errors import SERVICE, MssAuthRefused, MssBusy, MssServerRefused, MssSessionEnded
from caducee_mss.imap.framing import BadResponse, ResponseCutter
from caducee_mss.imap.responses import Continuation, Data, Response, Status, response_of
from caducee_mss.transport.connection import Connection, Hungup

_FOR_NOW = ("UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "CONTACTADMIN")
_LOGIN = ("AUTHENTICATIONFAILED", "EXPIRED", "AUTHORIZATIONFAILED", "PRIVACYREQUIRED")


class Dialogue:
    """One command at a time. ``capabilities`` is what the server said last; ``news`` that it told of new messages.

    Once a command was cut short, be it by cancellation, nothing more is said: its answer would be taken for another's.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.capabilities: frozenset[str] = frozenset()
        self.news = False
        self._cutter = ResponseCutter(
            largest_literal=connection.limits.largest_message, largest_response=connection.limits.largest_response
        )
        self._number = 0
        self._heard = 0
        self._most = connection.limits.largest_message + connection.limits.largest_response
        self._ended = ""
        self._guard = anyio.ResourceGuard("using")

    @property
    def unread(self) -> bytes:
        """What came after the last whole response."""
        return self._cutter.unread

    async def run(self, command: bytes, *, may_fail: bool = False) -> tuple[Status, list[Data]]:
        """Send a command and return its status and all data that came with it.

        Raises:
            MssSessionEnded: the server said BYE or hung up.
            MssBusy, MssServerRefused: NO, for now or for good; not with ``may_fail``.
            ProtocolViolation: BAD, or no IMAP.
        """
        with self.turn() as tag:
            await self.connection.send(tag + b" " + command + b"\r\n")
            data: list[Data] = []
            while True:
                response = await self.next_response()
                if isinstance(response, Continuation):
                    raise ProtocolViolation(SERVICE, "IMAP: a continuation that nobody asked for")
                if isinstance(response, Data):
                    data.append(response)
                elif response.tag == tag.decode():
                    break
        if not may_fail:
            raise_refused(response, command.split(b" ", 1)[0].decode())
        return response, data

    async def upload(self, command: bytes, content: bytes, *, direct: bool) -> Status:
        """Send a command that ends with a literal (APPEND). ``direct``: without waiting for the server's go-ahead.

        Raises:
            OutcomeUnknown: all was sent and no answer came.
            Others as :meth:`run`.
        """
        with self.turn() as tag:
            mark = b"{%d%s}\r\n" % (len(content), b"+" if direct else b"")
            await self.connection.send(tag + b" " + command + b" " + mark)
            refused = None if direct else await self._go_ahead(tag)
            if refused is not None:
                return refused
            await self.connection.send(content)
            try:
                await self.connection.send(b"\r\n")
                return await self._tagged(tag)
            except CaduceeError as error:
                raise OutcomeUnknown(SERVICE, f"APPEND was sent, no answer came ({error.code})") from None

    @contextmanager
    def turn(self) -> Iterator[bytes]:
        """Give the tag of one command; whatever breaks it off ends the session."""
        if self._ended:
            raise MssSessionEnded(self._ended)
        self._number += 1
        self._heard = 0
        with self._guard:
            whole = False
            try:
                yield b"A%d" % self._number
                whole = True
            except Hungup:
                raise MssSessionEnded("the server hung up") from None
            finally:
                if not whole:
                    self._ended = self._ended or "a command was cut short"

    async def next_response(self, *, within: float | None = None) -> Response:
        """Return the next response, what it says unasked already noted."""
        try:
            while (pieces := self._cutter.next()) is None:
                received = await self.connection.receive(within=within)
                self._heard += len(received)
                if self._heard > self._most:
                    raise BadResponse("more than what one command may bring")
                self._cutter.feed(received)
            response = response_of(pieces)
        except BadResponse as error:
            raise ProtocolViolation(SERVICE, f"IMAP: {error}") from None
        self._note(response)
        return response

    async def say(self, line: bytes) -> None:
        """Send one line of a command under way."""
        await self.connection.send(line + b"\r\n")

    async def until(self, tag: bytes, *, within: float | None = None) -> Status | Continuation:
        """Return the status of a command under way, or the server's continuation."""
        while True:
            response = await self.next_response(within=within)
            if isinstance(response, Continuation) or (isinstance(response, Status) and response.tag == tag.decode()):
                return response

    async def _tagged(self, tag: bytes) -> Status:
        response = await self.until(tag)
        if isinstance(response, Continuation):
            raise ProtocolViolation(SERVICE, "IMAP: a continuation that nobody asked for")
        return response

    async def _go_ahead(self, tag: bytes) -> Status | None:
        response = await self.until(tag)
        return None if isinstance(response, Continuation) else response

    def _note(self, response: Response) -> None:
        if isinstance(response, Data):
            if response.kind == "CAPABILITY":
                self.capabilities = frozenset(str(v).upper() for v in response.values if isinstance(v, str))
            elif response.kind == "EXISTS":
                self.news = True
        elif isinstance(response, Status):
            if response.code == "CAPABILITY":
                self.capabilities = frozenset(response.arguments.upper().split())
            if response.kind == "BYE" and response.tag == "*":
                self._ended = f"BYE {response.text}"
                raise MssSessionEnded(self._ended)


def raise_refused(status: Status, what: str) -> None:
    """Raise what a status other than OK means.

    Raises:
        MssAuthRefused, MssBusy, MssServerRefused, ProtocolViolation: see ``Dialogue.run``.
    """
    if status.kind in ("OK", "PREAUTH"):
        return
    if status.kind != "NO":
        raise ProtocolViolation(SERVICE, f"IMAP {what}: {status.kind}", service_code=status.code)
    if status.code in _LOGIN:
        raise MssAuthRefused(SERVICE, f"IMAP {what}", service_code=status.code)
    if status.code in _FOR_NOW or "internal error" in status.text.lower():
        raise MssBusy(SERVICE, f"IMAP {what}", service_code=status.code)
    raise MssServerRefused(f"IMAP {what}", service_code=status.code, text=status.text)
