"""The keys that one plugin may use: those that its table names, and a practitioner's when it declared the need."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from caducee.contracts.credentials import Credentials
from caducee.contracts.plugin import Need
from caducee.contracts.signer import Signer
from caducee.contracts.tls import ClientTls
from caducee.errors import NotGranted
from caducee.model.practice import Practitioner


class Granted:
    """The ``Credentials`` of one plugin."""

    def __init__(self, credentials: Credentials, *, plugin: str, config: Any, needs: frozenset[Need]) -> None:
        self._credentials = credentials
        self._plugin = plugin
        self._named = frozenset(_texts(config))
        self._needs = needs

    def practitioner(self, key: str) -> Practitioner:
        """Return the professional of ``[practitioner.KEY]``."""
        return self._credentials.practitioner(key)

    async def signer(self, practitioner: str) -> Signer:
        """Return the signature key of that professional; needs ``Need.SIGNATURE``."""
        self._refuse_without(Need.SIGNATURE)
        return await self._credentials.signer(practitioner)

    async def seal(self, credential: str) -> Signer:
        """Return the organisation's seal; its name must stand in the plugin's table."""
        self._refuse_unnamed(credential)
        return await self._credentials.seal(credential)

    def tls(self, credential: str) -> ssl.SSLContext:
        """Return a client context; the name must stand in the plugin's table."""
        self._refuse_unnamed(credential)
        return self._credentials.tls(credential)

    def authorities(self, credential: str) -> bytes:
        """Return pinned authorities; the name must stand in the plugin's table."""
        self._refuse_unnamed(credential)
        return self._credentials.authorities(credential)

    def certificate(self, credential: str) -> bytes:
        """Return a certificate; the name must stand in the plugin's table."""
        self._refuse_unnamed(credential)
        return self._credentials.certificate(credential)

    def tls_for(self, practitioner: str) -> ClientTls:
        """Return the TLS identity of a professional; needs ``Need.AUTHENTICATION``."""
        self._refuse_without(Need.AUTHENTICATION)
        return self._credentials.tls_for(practitioner)

    async def unlock(self, practitioner: str) -> None:
        """Have the card of a professional open; needs ``Need.AUTHENTICATION``."""
        self._refuse_without(Need.AUTHENTICATION)
        await self._credentials.unlock(practitioner)

    async def subject_dn(self, practitioner: str) -> str:
        """Return the subject of a professional's certificate; needs ``Need.AUTHENTICATION``."""
        self._refuse_without(Need.AUTHENTICATION)
        return await self._credentials.subject_dn(practitioner)

    def _refuse_unnamed(self, credential: str) -> None:
        if credential not in self._named:
            raise NotGranted(self._plugin, f"credential {credential} was asked for, and its table does not name it")

    def _refuse_without(self, need: Need) -> None:
        if need not in self._needs:
            raise NotGranted(self._plugin, f"{need} keys were asked for, and registrar.needs(…) does not say so")


def _texts(value: Any) -> Iterator[str]:
    """Every text of a configuration, at any depth."""
    plain = msgspec.to_builtins(value, enc_hook=str)  # a path is a text here
    pending = [plain]
    while pending:
        current = pending.pop()
        if isinstance(current, str):
            yield current
        elif isinstance(current, Mapping):
            pending.extend(current.values())
        elif isinstance(current, list | tuple):
            pending.extend(current)
