"""A conversation with a submission server, one command at a time, over a connection that becomes TLS."""

from __future__ import annotations

from collections.abc import Sequence

from caducee.errors import CaduceeError, ConnectFailed, ProtocolViolation
from caducee_mss.errors import SERVICE, MssAuthRefused, MssBusy, MssNotSecure, MssServerRefused, MssTlsUntrusted
from caducee_mss.smtp.extensions import Extensions
from caducee_mss.smtp.replies import BadReply, Reply, ReplyReader
from caducee_mss.transport.connection import Connection, Hungup
from caducee_mss.transport.login import Sasl, encoded

_LONGEST_COMMAND = 510  # RFC 5321, 4.5.3.1.4, CRLF not counted: a longer token goes after the server's 334
_REFUSED_LOGIN = (535, 534, 538)


class SmtpSession:
    """Commands and replies. ``extensions`` is what the server offers now."""

    def __init__(self, connection: Connection, *, name: str) -> None:
        self._connection = connection
        self._name = name
        self._reader = ReplyReader()
        self.extensions = Extensions()

    async def open(self) -> None:
        """Read the greeting, begin TLS when it is not there yet, and learn what the server offers.

        Raises:
            MssNotSecure: the server offers no STARTTLS, refuses it, or speaks in clear text after it.
            MssTlsUntrusted: the server refuses our certificate, or wants one.
            MssBusy, MssServerRefused: the server wants nobody now, or not us.
        """
        if self._connection.secured:
            await self._first_encrypted_words()
            return
        self._expect(await self.reply(), "greeting")
        await self._hello()
        if "STARTTLS" not in self.extensions:
            raise MssNotSecure(SERVICE, "the server offers no STARTTLS")
        reply = await self.command(b"STARTTLS\r\n")
        if not reply.positive:
            raise MssNotSecure(SERVICE, "the server refuses STARTTLS", service_code=str(reply.code))
        await self._connection.secure(self._reader.unread)
        await self._first_encrypted_words()

    async def authenticate(self, login: Sasl) -> None:
        """Log in.

        Raises:
            MssAuthRefused: the server refuses this token or certificate, by a reply or by hanging up after its
                challenge.
            MssBusy: it cannot tell now.
            ProtocolViolation: it does not offer this mechanism.
        """
        if login.mechanism not in self.extensions.mechanisms:
            raise ProtocolViolation(SERVICE, f"the submission server does not offer {login.mechanism}")
        payload = encoded(login.response())
        first = b"AUTH " + login.mechanism.encode()
        direct = login.initial_response and len(first) + 1 + len(payload) <= _LONGEST_COMMAND
        reply = await self.command(first + b" " + payload + b"\r\n" if direct else first + b"\r\n")
        if reply.code == 334 and not direct:
            reply = await self.command((b"" if payload == b"=" else payload) + b"\r\n")
        if reply.code == 334:
            reply = await self._refusal_after_challenge(login)
        if reply.code in _REFUSED_LOGIN:
            raise MssAuthRefused(SERVICE, "log-in refused", service_code=f"{reply.code} {reply.enhanced}".strip())
        self._expect(reply, f"AUTH {login.mechanism}")
        await self._hello()

    async def command(self, line: bytes) -> Reply:
        """Send one command and return its reply."""
        return (await self.commands([line]))[0]

    async def commands(self, lines: Sequence[bytes]) -> list[Reply]:
        """Send commands and return their replies: all at once when the server takes that (RFC 2920)."""
        if "PIPELINING" in self.extensions:
            await self._connection.send(b"".join(lines))
            return [await self.reply() for _ in lines]
        replies = []
        for line in lines:
            await self._connection.send(line)
            replies.append(await self.reply())
        return replies

    async def reply(self, *, within: float | None = None) -> Reply:
        """Return the next reply.

        Raises:
            ProtocolViolation: it is not one.
            MssBusy: the server closes (421).
        """
        try:
            while (reply := self._reader.next()) is None:
                self._reader.feed(await self._connection.receive(within=within))
        except BadReply as error:
            raise ProtocolViolation(SERVICE, f"SMTP: {error}") from None
        if reply.code == 421:
            code = f"421 {reply.enhanced}".strip()
            raise MssBusy(SERVICE, "the server closes the connection", service_code=code)
        return reply

    async def send(self, content: bytes) -> None:
        """Send bytes that are no command."""
        await self._connection.send(content)

    async def quit(self) -> None:
        """Take leave; a server that does not answer is no failure, the message is already taken."""
        try:
            await self._connection.send(b"QUIT\r\n")
            await self.reply(within=2.0)
        except CaduceeError:
            return

    async def _first_encrypted_words(self) -> None:
        """Say EHLO, after the greeting with implicit TLS: here comes out that our certificate is refused."""
        try:
            if not self.extensions.offered:
                self._expect(await self.reply(), "greeting")
            await self._hello()
        except MssBusy as error:
            if not error.service_code.startswith("421 4.7."):
                raise
            raise MssTlsUntrusted(
                f"{SERVICE}: the server refused our certificate, or wants one ({error.service_code})",
                why="Le serveur refuse le certificat présenté par ce poste, ou en exige un.",
            ) from None
        except Hungup:
            what = "the server hung up after the TLS handshake, perhaps over our certificate"
            raise ConnectFailed(SERVICE, what) from None

    async def _hello(self) -> None:
        reply = await self.command(b"EHLO " + self._name.encode() + b"\r\n")
        self._expect(reply, "EHLO")
        self.extensions = Extensions.of(reply)

    async def _refusal_after_challenge(self, login: Sasl) -> Reply:
        """Answer the challenge by which a server says no: some then reply, some hang up."""
        try:
            return await self.command((encoded(login.give_up()) if login.give_up() else b"") + b"\r\n")
        except (Hungup, MssBusy):
            raise MssAuthRefused(SERVICE, "log-in refused, the server hung up", service_code="334") from None

    def _expect(self, reply: Reply, what: str) -> None:
        raise_refused(reply, what)
        if reply.code >= 300:
            raise ProtocolViolation(SERVICE, f"{what}: unexpected {reply.code}")


def raise_refused(reply: Reply, what: str) -> None:
    """Raise what a negative reply to a command means.

    Raises:
        MssBusy: refused for now.
        MssServerRefused: refused for good.
    """
    if reply.positive:
        return
    code = f"{reply.code} {reply.enhanced}".strip()
    if reply.transient:
        raise MssBusy(SERVICE, what, service_code=code)
    raise MssServerRefused(what, service_code=code, enhanced=reply.enhanced, text=reply.text)
