"""A mail server that says what a test tells it, on the loopback and with an authority made for it."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import anyio
from anyio.abc import SocketAttribute, SocketStream
from anyio.streams.tls import TLSStream

from caducee_mss.transport import MailLimits, MailServer, Security
from mail_rig.servers.pki import Issued

LIMITS = MailLimits(connect=5, answer=5, final=5, largest_message=100_000, largest_response=20_000)


class Peer:
    """The server's side of one conversation. ``heard`` are the lines of the client."""

    def __init__(self, stream: SocketStream) -> None:
        self._stream: SocketStream | TLSStream = stream
        self._buffer = b""
        self.heard: list[bytes] = []

    async def say(self, *lines: bytes) -> None:
        await self._stream.send(b"".join(line + b"\r\n" for line in lines))

    async def line(self) -> bytes:
        while b"\r\n" not in self._buffer:
            self._buffer += await self._stream.receive()
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        self.heard.append(line)
        return line

    async def expect(self, start: bytes) -> bytes:
        line = await self.line()
        assert line.startswith(start), f"{start!r} was expected, not {line!r}"
        return line

    async def secure(self, context: ssl.SSLContext) -> None:
        self._buffer = b""
        self._stream = await TLSStream.wrap(
            self._stream, server_side=True, ssl_context=context, standard_compatible=False
        )

    async def exchange(self, *pairs: tuple[bytes, bytes]) -> None:
        """Hear each command and give its answer."""
        for command, answer in pairs:
            await self.expect(command)
            await self.say(answer)


Script = Callable[[Peer], Awaitable[None]]


@asynccontextmanager
async def scripted(*scripts: Script, implicit: Issued | None = None) -> AsyncIterator[MailServer]:
    """Serve one connection by each script, in turn. A script that fails fails the test."""
    try:
        async with _serving(*scripts, implicit=implicit) as server:
            yield server
    except ExceptionGroup as group:
        raise _first(group) from None


def _first(error: Exception) -> Exception:
    return _first(error.exceptions[0]) if isinstance(error, ExceptionGroup) else error


@asynccontextmanager
async def _serving(*scripts: Script, implicit: Issued | None) -> AsyncIterator[MailServer]:
    left = list(scripts)
    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1") as listener,
        anyio.create_task_group() as group,
    ):

        async def serve(stream: SocketStream) -> None:
            script = left.pop(0)
            async with stream:
                peer = Peer(stream)
                try:
                    if implicit is not None:
                        await peer.secure(implicit.server_context())
                    await script(peer)
                except (ssl.SSLError, anyio.EndOfStream, anyio.BrokenResourceError):
                    pass  # the client left

        group.start_soon(listener.serve, serve)
        security = Security.IMPLICIT if implicit else Security.STARTTLS
        try:
            yield MailServer("localhost", listener.extra(SocketAttribute.local_port), security)
        finally:
            group.cancel_scope.cancel()
