"""Lines and literals of a mail client, over a connection that becomes TLS."""

from __future__ import annotations

import ssl

import anyio
from anyio.abc import SocketStream

from caducee_sandbox.tls import SecureStream

LONGEST_LINE = 64 * 1024


class Gone(Exception):
    """The client left, or sent what no client sends."""


class MailWire:
    """One connection. ``certificate`` is the client's own (DER), once TLS is up."""

    def __init__(self, stream: SocketStream) -> None:
        self._raw = stream
        self._stream: SocketStream | SecureStream = stream
        self._buffer = bytearray()
        self.secured = False
        self.certificate: bytes | None = None

    async def secure(self, context: ssl.SSLContext) -> None:
        """Begin TLS; what came before it is forgotten.

        Raises:
            Gone: no agreement.
        """
        self._buffer.clear()
        secured = SecureStream(self._raw, context)
        try:
            self.certificate = await secured.handshake()
        except (ssl.SSLError, anyio.BrokenResourceError) as error:
            raise Gone(str(getattr(error, "reason", None) or type(error).__name__)) from None
        self._stream = secured
        self.secured = True

    async def line(self) -> bytes:
        """Return the next line without its end."""
        while (end := self._buffer.find(b"\r\n")) < 0:
            if len(self._buffer) > LONGEST_LINE:
                raise Gone("a line without end")
            await self._more()
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return line

    async def exactly(self, size: int) -> bytes:
        """Return so many bytes."""
        while len(self._buffer) < size:
            await self._more()
        content = bytes(self._buffer[:size])
        del self._buffer[:size]
        return content

    async def until_dot(self, largest: int) -> bytes | None:
        """Return the message up to its final dot, dots undone; ``None`` when it is larger."""
        lines: list[bytes] = []
        size = 0
        while (line := await self.line()) != b".":
            size += len(line) + 2
            if size <= largest:
                lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(line + b"\r\n" for line in lines) if size <= largest else None

    async def send(self, content: bytes) -> None:
        """Send bytes."""
        try:
            await self._stream.send(content)
        except (ssl.SSLError, anyio.BrokenResourceError, anyio.ClosedResourceError):
            raise Gone("the client left") from None

    async def _more(self) -> None:
        try:
            self._buffer += await self._stream.receive(64 * 1024)
        except (ssl.SSLError, anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
            raise Gone(str(getattr(error, "reason", None) or "the client left")) from None
