"""The boxes of this installation: which one an author writes from, and how their servers are reached."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from caducee.contracts.plugin import PluginContext
from caducee.errors import ConfigError, Finding
from caducee_mss.config import BoxConfig, MssConfig, ServerConfig
from caducee_mss.imap import ImapSession, mailbox
from caducee_mss.smtp import Submission, SubmissionAnswer, submit
from caducee_mss.tokens import logged_in
from caducee_mss.transport import Login, MailLimits, MailServer, MailTls, Security


class Post:
    """Sends from the boxes of the configuration and opens them."""

    def __init__(self, context: PluginContext) -> None:
        config: MssConfig = context.config
        self._context = context
        self._config = config
        self._limits = MailLimits(connect=config.connect_timeout, answer=config.answer_timeout)

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

    async def submit(self, name: str, submission: Submission) -> SubmissionAnswer:
        """Hand a message to the operator of a box. Errors as ``smtp.submit`` and ``logged_in``."""
        box = self.boxes[name]
        server = await self._server(box, box.submission, "submission")
        tls = self._tls(box)

        async def work(login: Login) -> SubmissionAnswer:
            return await submit(server, tls=tls, login=login, submission=submission, limits=self._limits)

        return await logged_in(self._context, box, work)

    @asynccontextmanager
    async def opened(self, name: str) -> AsyncIterator[ImapSession]:
        """Open a box. Errors as ``imap.mailbox`` and ``logged_in``."""
        box = self.boxes[name]
        server = await self._server(box, box.imap, "imap")
        tls = self._tls(box)
        async with AsyncExitStack() as stack:

            async def work(login: Login) -> ImapSession:
                return await stack.enter_async_context(mailbox(server, tls=tls, login=login, limits=self._limits))

            yield await logged_in(self._context, box, work)

    async def _server(self, box: BoxConfig, given: ServerConfig | None, service: str) -> MailServer:
        if given is None:
            raise NotImplementedError(service)
        return MailServer(given.host, given.port, Security(given.security))

    def _tls(self, box: BoxConfig) -> MailTls:
        credential = box.credential or self._config.trust
        return MailTls(self._context.credentials.tls(credential), revocation=None)
