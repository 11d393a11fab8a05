"""TLS of a client: a context of ``ssl``, or a key that stays on its card and answers through a ``Signer``."""

from __future__ import annotations

import ssl
from enum import StrEnum
from typing import Protocol


class ByteChannel(Protocol):
    """A connection as bytes. Each end may be used by one task at a time."""

    async def receive(self) -> bytes:
        """Return what arrived, nothing at the end."""
        ...

    async def send(self, data: bytes) -> None:
        """Send bytes."""
        ...


class TlsTrouble(StrEnum):
    """Why there is no secure connection."""

    SERVER_UNTRUSTED = "tls.server_untrusted"
    SERVER_NAME = "tls.server_name"
    SERVER_EXPIRED = "tls.server_expired"
    CLIENT_REFUSED = "tls.client_refused"
    KEY_TOO_OLD = "tls.key_too_old"
    """The server takes TLS 1.3 only, and the key cannot sign for it."""
    BROKEN = "tls.broken"


class TlsFailure(Exception):
    """There is no secure connection, or no longer. Nothing of what was said is in it."""

    def __init__(self, trouble: TlsTrouble) -> None:
        self.trouble = trouble
        super().__init__(trouble)


class SignerTls(Protocol):
    """A TLS identity whose private key never leaves its place: a handshake asks the key's ``Signer``."""

    async def secure(self, channel: ByteChannel, *, server: str) -> ByteChannel:
        """Agree with the server of that name over ``channel``, and return the secured connection.

        A full handshake is one operation of the key, which may take as long as a person takes to give a PIN; a
        resumed one is none.

        Raises:
            TlsFailure: one side refused the other; nothing was sent.
            CredentialError: the key is not there or does not sign; nothing was sent.
        """
        ...


ClientTls = ssl.SSLContext | SignerTls
