"""The boxes of this installation: which one an author writes from, and how their servers are reached."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from typing import TypeVar

from caducee.contracts.plugin import PluginContext
from caducee.errors import ConfigError, ConnectFailed, Finding
from caducee_mss.config import BoxConfig, MssConfig, ServerConfig
from caducee_mss.imap import ImapSession, mailbox
from caducee_mss.smtp import Submission, SubmissionAnswer, submit
from caducee_mss.transport import Login, MailLimits, MailServer, Security
from caducee_mss.transport.discovery import IMAP_LABELS, SUBMISSION_LABELS, SrvLabel, discover
from caducee_mss.transport.tokens import logged_in
from caducee_mss.transport.trust import Trust

T = TypeVar("T")
_KNOWN_FOR = timedelta(hours=1)


class Post:
    """Sends from the boxes of the configuration and opens them."""

    def __init__(self, context: PluginContext) -> None:
        config: MssConfig = context.config
        self._context = context
        self._config = config
        self._limits = MailLimits(connect=config.connect_timeout, answer=config.answer_timeout)
        self._trust = Trust(context)
        self._found: dict[tuple[str, str], tuple[datetime, tuple[MailServer, ...]]] = {}

    @property
    def boxes(self) -> dict[str, BoxConfig]:
        """The boxes by their names."""
        return self._config.boxes

    def box_of(self, author: str) -> str:
        """Return the name of the box that this professional writes from: their own, else one they are an author of.

        Raises:
            ConfigError: there is none.
        """
        own = [name for name, box in self.boxes.items() if box.practitioner == author and box.kind == "personal"]
        shared = [name for name, box in self.boxes.items() if author in box.authors]
        entitled = [name for name, box in self.boxes.items() if box.practitioner == author]
        found = own + shared + entitled
        if not found:
            message = "Aucune boîte MSSanté n'est configurée pour cet auteur."
            raise ConfigError((Finding(field="plugins.mss.boxes", rule="mss.no_box", message=message),))
        return found[0]

    def box(self, name: str) -> BoxConfig:
        """Return a box by its name.

        Raises:
            ConfigError: it is configured no more.
        """
        if name not in self.boxes:
            message = f"La boîte MSSanté « {name} » n'est plus configurée."
            raise ConfigError((Finding(field=f"plugins.mss.boxes.{name}", rule="mss.no_box", message=message),))
        return self.boxes[name]

    async def submit(self, name: str, submission: Submission) -> SubmissionAnswer:
        """Hand a message to the operator of a box. Errors as ``smtp.submit`` and ``logged_in``."""
        box = self.box(name)
        servers = await self._servers(box, box.submission, SUBMISSION_LABELS)

        async def at(server: MailServer) -> SubmissionAnswer:
            async def work(login: Login) -> SubmissionAnswer:
                tls = self._trust.tls(box)
                return await submit(server, tls=tls, login=login, submission=submission, limits=self._limits)

            return await logged_in(self._context, box, work)

        return await _first_that_answers(servers, at)

    @asynccontextmanager
    async def opened(self, name: str) -> AsyncIterator[ImapSession]:
        """Open a box. Errors as ``imap.mailbox`` and ``logged_in``."""
        box = self.box(name)
        servers = await self._servers(box, box.imap, IMAP_LABELS)
        async with AsyncExitStack() as stack:

            async def at(server: MailServer) -> ImapSession:
                async def work(login: Login) -> ImapSession:
                    opening = mailbox(server, tls=self._trust.tls(box), login=login, limits=self._limits)
                    return await stack.enter_async_context(opening)

                return await logged_in(self._context, box, work)

            yield await _first_that_answers(servers, at)

    async def _servers(
        self, box: BoxConfig, given: ServerConfig | None, labels: Sequence[SrvLabel]
    ) -> tuple[MailServer, ...]:
        """Return where to go: what the configuration says, else what the domain announces."""
        if given is not None:
            return (MailServer(given.host, given.port, Security(given.security)),)
        domain = box.address.rpartition("@")[2].lower()
        known = self._found.get((domain, labels[0].label))
        now = self._context.clock.now()
        if known is None or now > known[0] + _KNOWN_FOR:
            known = now, await discover(domain, labels=labels)
            self._found[domain, labels[0].label] = known
        return known[1]


async def _first_that_answers(servers: Sequence[MailServer], at: Callable[[MailServer], Awaitable[T]]) -> T:
    """Try the servers in their order; only one that nobody can connect to is passed over."""
    for server in servers[:-1]:
        try:
            return await at(server)
        except ConnectFailed:
            continue
    return await at(servers[-1])
