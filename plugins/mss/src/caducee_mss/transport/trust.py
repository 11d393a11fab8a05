"""How the servers of operators are trusted: pinned authorities, name, dates, revocation."""

from __future__ import annotations

import msgspec

from caducee.contracts.http import Limits
from caducee.contracts.plugin import PluginContext
from caducee.errors import ServiceUnavailable
from caducee_mss.config import BoxConfig, MssConfig
from caducee_mss.errors import SERVICE
from caducee_mss.transport import MailTls
from caducee_mss.transport.revocation import KeptList, RevocationChecker

_COLLECTION = "revocation_lists"
_LARGEST_LIST = 32 * 1024 * 1024
_OK = 200


class Trust:
    """TLS for each box; one checker of revocation for all that share their authorities."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._config: MssConfig = context.config
        self._checkers: dict[str, RevocationChecker] = {}

    def tls(self, box: BoxConfig) -> MailTls:
        """Return how the servers of a box are trusted.

        Raises:
            ConfigError, CertificateExpired: the credential cannot be used.
        """
        credential = box.credential or self._config.trust
        context = self._context.credentials.tls(credential)
        return MailTls(context, revocation=self._checker(credential))

    def _checker(self, credential: str) -> RevocationChecker | None:
        if self._config.revocation == "off":
            return None
        if credential not in self._checkers:
            self._checkers[credential] = RevocationChecker(
                self._context.credentials.authorities(credential),
                fetch=self._fetch,
                clock=self._context.clock,
                store=_Lists(self._context),
                places=self._config.revocation_lists,
            )
        return self._checkers[credential]

    async def _fetch(self, url: str) -> bytes:
        """Return a list. Its signature says whether it is one: it may come in clear."""
        limits = Limits(connect=10.0, answer=20.0, largest_answer=_LARGEST_LIST)
        async with self._context.http(url, public=True, limits=limits) as client:
            answer = await client.get("")
        if answer.status != _OK:
            raise ServiceUnavailable(SERVICE, f"the host of revocation lists answers {answer.status}")
        return answer.body


class _Lists:
    """Keeps lists between two runs, in the plugin's own state."""

    def __init__(self, context: PluginContext) -> None:
        self._state = context.state

    async def load(self, url: str) -> KeptList | None:
        kept = await self._state.get(_COLLECTION, url)
        return msgspec.msgpack.decode(kept, type=KeptList) if kept is not None else None

    async def keep(self, url: str, kept: KeptList) -> None:
        async with self._state.transaction() as tx:
            await tx.put(_COLLECTION, url, msgspec.msgpack.encode(kept))
