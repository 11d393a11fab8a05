"""A mail server, how it is trusted and how long it may take."""

from __future__ import annotations

import ssl
from enum import StrEnum
from typing import Protocol

import msgspec


class Security(StrEnum):
    """When TLS begins: by command on the standard port, or with the first byte."""

    STARTTLS = "starttls"
    IMPLICIT = "implicit"


class MailServer(msgspec.Struct, frozen=True):
    """One server. ``host`` is also the name its certificate must bear: after SRV, the target (RFC 6125)."""

    host: str
    port: int
    security: Security = Security.STARTTLS


class MailLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds and bytes. No bound on a whole exchange: a message of 25 MB takes minutes on a slow line.

    ``answer`` is long since operators were seen to take 58 s for a read; ``final`` is the wait after the final dot
    (RFC 5321, 4.5.3.2.6: ten minutes). ``largest_message`` bounds what is read, ``largest_response`` the rest.
    """

    connect: float = 20.0
    answer: float = 90.0
    final: float = 600.0
    largest_message: int = 64 * 1024 * 1024
    largest_response: int = 8 * 1024 * 1024


class RevocationCheck(Protocol):
    """Says whether a server's certificate is still good."""

    async def check(self, certificate: bytes) -> None:
        """Return when this certificate (DER) is not revoked.

        Raises:
            MssTlsUntrusted: it is revoked.
            MssRevocationUnknown: that cannot be known now.
        """
        ...


class MailTls:
    """TLS as this network wants it: the caller's context, and the revocation of the server's certificate.

    Raises:
        ValueError: the context accepts less than TLS 1.2, or does not check authority and name.
    """

    def __init__(self, context: ssl.SSLContext, *, revocation: RevocationCheck | None) -> None:
        if not context.check_hostname or context.verify_mode != ssl.CERT_REQUIRED:
            raise ValueError("the context must check the server's authority and name")
        if context.minimum_version < ssl.TLSVersion.TLSv1_2:
            raise ValueError("the context must refuse anything below TLS 1.2")
        self.context = context
        self.revocation = revocation
