"""Bytes to and from a mail server, encrypted before anything is said, with every failure named."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import anyio
from anyio.abc import ByteStream
from anyio.streams.tls import TLSAttribute, TLSStream

from caducee.errors import CaduceeError, ConnectFailed, ServiceUnavailable, Timeout
from caducee_mss.errors import SERVICE, MssNotSecure, MssTlsUntrusted
from caducee_mss.transport.server import MailLimits, MailServer, MailTls, Security

_OURS_REFUSED = (
    "CERTIFICATE_REQUIRED",
    "ALERT_UNKNOWN_CA",
    "ALERT_BAD_CERTIFICATE",
    "ALERT_CERTIFICATE",
    "ALERT_UNSUPPORTED_CERTIFICATE",
    "ALERT_ACCESS_DENIED",
)
_PIECE = 64 * 1024


class Hungup(ServiceUnavailable):
    """The server closed the connection."""

    code = "mss.hung_up"


class Connection:
    """One connection. ``secured`` says whether TLS is up; nothing but the greeting and STARTTLS goes before it."""

    def __init__(self, stream: ByteStream, *, server: MailServer, tls: MailTls, limits: MailLimits) -> None:
        self._stream = stream
        self._server = server
        self._tls = tls
        self.limits = limits
        self.secured = False

    async def secure(self, unread: bytes = b"") -> None:
        """Begin TLS and check the server's certificate: authority, name, date, revocation.

        ``unread`` is what came in clear text after the server's go-ahead: anything there was put by somebody who
        wants to speak for the server inside TLS, and ends the connection.

        Raises:
            MssNotSecure: clear text came after the go-ahead.
            MssTlsUntrusted, MssRevocationUnknown: the certificate is not good, or that cannot be known.
            ConnectFailed, Timeout: no handshake.
        """
        if unread:
            raise MssNotSecure(SERVICE, "the server spoke in clear text after STARTTLS")
        with self._named("the TLS handshake", self.limits.connect):
            try:
                secured = await TLSStream.wrap(
                    self._stream,
                    server_side=False,
                    hostname=self._server.host,
                    ssl_context=self._tls.context,
                    standard_compatible=False,
                )
            except (anyio.EndOfStream, anyio.BrokenResourceError):
                raise ConnectFailed(SERVICE, "the server broke the TLS handshake off") from None
        if self._tls.revocation is not None:
            shown = secured.extra_attributes[TLSAttribute.peer_certificate_binary]()
            await self._tls.revocation.check(shown)
        self._stream = secured
        self.secured = True

    async def receive(self, *, within: float | None = None) -> bytes:
        """Return what arrived.

        Raises:
            Hungup: the server closed.
            Timeout: nothing came in time.
            MssTlsUntrusted: the server refused our certificate (with TLS 1.3, said at the first read only).
        """
        with self._named("an answer", within or self.limits.answer):
            return await self._stream.receive(_PIECE)

    async def send(self, content: bytes) -> None:
        """Send bytes, however slow the line, as long as it moves; errors as :meth:`receive`."""
        for start in range(0, len(content), _PIECE):
            with self._named("sending", self.limits.answer):
                await self._stream.send(content[start : start + _PIECE])

    async def aclose(self) -> None:
        """Close at once."""
        await anyio.aclose_forcefully(self._stream)

    @contextmanager
    def _named(self, what: str, seconds: float) -> Iterator[None]:
        try:
            with anyio.fail_after(seconds):
                yield
        except TimeoutError:
            raise Timeout(SERVICE, f"{what}: nothing in time") from None
        except ssl.SSLError as error:
            raise _untrusted(error) from None
        except (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError, OSError):
            raise Hungup(SERVICE, f"{what}: the server closed the connection") from None


@asynccontextmanager
async def connect(server: MailServer, *, tls: MailTls, limits: MailLimits) -> AsyncIterator[Connection]:
    """Connect; with implicit TLS it is up when the block begins.

    Raises:
        ConnectFailed: nobody listens there.
        MssTlsUntrusted, MssRevocationUnknown: see :meth:`Connection.secure`.
    """
    try:
        with anyio.fail_after(limits.connect):
            stream = await anyio.connect_tcp(server.host, server.port)
    except (OSError, TimeoutError):
        raise ConnectFailed(SERVICE, "no connection, nothing was sent") from None
    connection = Connection(stream, server=server, tls=tls, limits=limits)
    try:
        if server.security is Security.IMPLICIT:
            await connection.secure()
        yield connection
    finally:
        with anyio.CancelScope(shield=True):
            await connection.aclose()


def _untrusted(error: ssl.SSLError) -> CaduceeError:
    reason = (error.reason or "").upper().replace(" ", "_")
    if isinstance(error, ssl.SSLCertVerificationError):
        return MssTlsUntrusted(
            f"{SERVICE}: the server's certificate is refused ({error.verify_message})",
            why="Le serveur ne présente pas un certificat valable des autorités configurées pour ce nom.",
        )
    if any(word in reason for word in _OURS_REFUSED):
        return MssTlsUntrusted(
            f"{SERVICE}: the server refused our certificate ({reason})",
            why="Le serveur refuse le certificat présenté par ce poste.",
        )
    return ConnectFailed(SERVICE, f"the TLS handshake failed ({reason or 'unknown'})")
