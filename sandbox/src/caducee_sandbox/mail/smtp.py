"""One submission conversation (RFC 5321, 3207, 4954, 1870, 3461)."""

from __future__ import annotations

import re
import ssl
from collections.abc import Awaitable, Callable

import anyio

from caducee_sandbox.faults import FaultBoard
from caducee_sandbox.mail.access import CHALLENGE, MECHANISMS, Access, decoded
from caducee_sandbox.mail.office import Envelope, PostOffice, Reply
from caducee_sandbox.mail.rules import LARGEST
from caducee_sandbox.mail.wire import Gone, MailWire

PATH = re.compile(r"(FROM|TO):\s*<([^<>\s]*)>((?: \S+)*)\Z", re.IGNORECASE)
NAME = "smtp.operateur.test.mssante.fr"
REFUSED = Reply(code=535, text="5.7.8 authentication refused")


class SmtpConversation:
    """Serves one client. ``login`` is the mailbox it may send from, empty before."""

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
        self._access = access
        self._board = board
        self._context = context
        self._login = ""
        self._envelope: Envelope | None = None

    async def serve(self) -> None:
        """Serve until the client leaves.

        Raises:
            Gone: it left in the middle.
        """
        self._enter()
        await self._say(220, f"{NAME} ESMTP")
        while True:
            verb, _, rest = (await self._wire.line()).decode("utf-8", "replace").partition(" ")
            if verb.upper() == "QUIT":
                await self._say(221, "2.0.0 Bye")
                return
            await self._command(verb.upper(), rest.strip())

    def _enter(self) -> None:
        self._login = self._access.by_certificate(self._wire.certificate) or ""

    async def _command(self, verb: str, rest: str) -> None:
        commands: dict[str, Callable[[str], Awaitable[None]]] = {
            "EHLO": self._ehlo,
            "STARTTLS": self._starttls,
            "AUTH": self._auth,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "RSET": self._rset,
            "NOOP": self._noop,
        }
        known = commands.get(verb)
        if known is None:
            await self._say(502, "5.5.1 command unknown")
        elif not self._wire.secured and verb not in ("EHLO", "STARTTLS", "NOOP"):
            await self._say(530, "5.7.0 STARTTLS first")
        else:
            await known(rest)

    async def _ehlo(self, _: str) -> None:
        offered = [NAME, f"SIZE {LARGEST}", "8BITMIME", "DSN", "ENHANCEDSTATUSCODES", "PIPELINING"]
        offered.append(f"AUTH {' '.join(MECHANISMS)}" if self._wire.secured else "STARTTLS")
        lines = [f"250-{word}" for word in offered[:-1]] + [f"250 {offered[-1]}"]
        await self._wire.send("".join(f"{line}\r\n" for line in lines).encode())

    async def _starttls(self, _: str) -> None:
        if self._wire.secured:
            await self._say(503, "5.5.1 already encrypted")
            return
        await self._say(220, "2.0.0 go ahead")
        await self._wire.secure(self._context())
        self._enter()

    async def _auth(self, rest: str) -> None:
        mechanism, _, first = rest.partition(" ")
        mechanism = mechanism.upper()
        if mechanism not in MECHANISMS:
            await self._say(504, "5.5.4 mechanism unknown")
            return
        if not first:
            await self._wire.send(b"334 \r\n")
            first = (await self._wire.line()).decode("ascii", "replace")
        response = decoded(first.encode())
        if response is None:
            await self._say(501, "5.5.2 not base64")
        elif mechanism == "EXTERNAL":
            await self._answer(self._access.by_certificate(self._wire.certificate, response.decode("utf-8", "replace")))
        else:
            await self._bearer(mechanism, response)

    async def _bearer(self, mechanism: str, response: bytes) -> None:
        fault = self._board.take_of("mail", ("refuse_login", "refuse_and_drop"), "auth")
        login = None if fault else await self._access.by_token(mechanism, response)
        if login is None:
            await self._wire.send(b"334 " + CHALLENGE + b"\r\n")
            if fault is not None and fault.kind == "refuse_and_drop":
                self._office.note("auth", "", REFUSED, fault=fault.kind)
                raise Gone("dropped after the challenge")
            await self._wire.line()
        await self._answer(login)

    async def _answer(self, login: str | None) -> None:
        if login is None:
            self._office.note("auth", "", REFUSED)
            await self._wire.send(REFUSED.line())
            return
        self._login = login
        await self._say(235, "2.7.0 welcome")

    async def _mail(self, rest: str) -> None:
        found = PATH.match(rest)
        if found is None or found[1].upper() != "FROM":
            await self._say(501, "5.5.4 MAIL FROM:<address>")
            return
        words = _parameters(found[3])
        if not self._login:
            await self._say(530, "5.7.0 authentication required")
        elif found[2].lower() not in ("", self._login):  # none: a notification, which nothing may answer
            await self._say(553, "5.7.1 this mailbox is not yours")
        elif int(words.get("SIZE", "0") or 0) > LARGEST:
            await self._say(552, "5.3.4 message too large")
        else:
            self._envelope = Envelope(
                sender=found[2], envelope_id=words.get("ENVID", ""), headers_only=words.get("RET") != "FULL"
            )
            await self._say(250, "2.1.0 Ok")

    async def _rcpt(self, rest: str) -> None:
        found = PATH.match(rest)
        if self._envelope is None:
            await self._say(503, "5.5.1 MAIL first")
        elif found is None or found[1].upper() != "TO":
            await self._say(501, "5.5.4 RCPT TO:<address>")
        else:
            fault = self._board.take_of("mail", ("box_full",), "rcpt")
            reply = Reply(code=452, text="4.2.2 mailbox full") if fault else self._office.recipient(found[2])
            if reply.code == 250:
                wanted = _parameters(found[3]).get("NOTIFY", "FAILURE").upper()
                self._envelope.notify[found[2].lower()] = frozenset(wanted.split(","))
            await self._wire.send(reply.line())

    async def _data(self, _: str) -> None:
        envelope, self._envelope = self._envelope, None
        if envelope is None or not envelope.notify:
            await self._say(503, "5.5.1 no recipient")
            return
        await self._say(354, "go on, end with a dot")
        content = await self._wire.until_dot(LARGEST)
        lost = self._board.take_of("mail", ("drop_after_dot",), "data")
        slow = self._board.take_of("mail", ("slow",), "data")
        if slow is not None:
            await anyio.sleep(slow.seconds)
        if content is None:
            await self._say(552, "5.3.4 message too large")
            return
        reply = self._office.submit(envelope, content, login=self._login)
        if lost is not None:
            raise Gone("dropped after the final dot")
        await self._wire.send(reply.line())

    async def _rset(self, _: str) -> None:
        self._envelope = None
        await self._say(250, "2.0.0 Ok")

    async def _noop(self, _: str) -> None:
        await self._say(250, "2.0.0 Ok")

    async def _say(self, code: int, text: str) -> None:
        await self._wire.send(Reply(code=code, text=text).line())


def _parameters(text: str) -> dict[str, str]:
    pairs = (word.partition("=") for word in text.split())
    return {name.upper(): value for name, _, value in pairs}
