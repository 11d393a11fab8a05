"""TLS as a server, over any byte stream.

A client that is refused is told why: the alert is sent before the connection closes, as real servers do.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import anyio
from anyio.abc import ByteStream

T = TypeVar("T")


class SecureStream:
    """An encrypted connection. Nothing is sent or received before :meth:`handshake` has returned."""

    def __init__(self, stream: ByteStream, context: ssl.SSLContext) -> None:
        self._stream = stream
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)

    async def handshake(self) -> bytes | None:
        """Agree on keys and return the client's certificate (DER).

        Raises:
            ssl.SSLError: one side refused the other, or left.
        """
        await self._call(self._tls.do_handshake)
        return self._tls.getpeercert(binary_form=True)

    async def receive(self, size: int) -> bytes:
        """Return what arrived.

        Raises:
            anyio.EndOfStream: the client closed, in order or not.
        """
        try:
            received = await self._call(self._tls.read, size)
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            raise anyio.EndOfStream from None
        if not received:
            raise anyio.EndOfStream
        return received

    async def send(self, content: bytes) -> None:
        """Send bytes."""
        rest = memoryview(content)
        while rest:
            rest = rest[await self._call(self._tls.write, rest) :]

    async def _call(self, function: Callable[..., T], *arguments: Any) -> T:
        while True:
            try:
                result = function(*arguments)
            except ssl.SSLWantReadError:
                await self._flush()
                await self._feed()
            except ssl.SSLError:
                with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
                    await self._flush()
                raise
            else:
                await self._flush()
                return result

    async def _feed(self) -> None:
        try:
            self._incoming.write(await self._stream.receive())
        except anyio.EndOfStream:
            self._incoming.write_eof()

    async def _flush(self) -> None:
        if self._outgoing.pending:
            await self._stream.send(self._outgoing.read())
