"""Who may open which mailbox: a bearer token that is asked about, or a certificate."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from cryptography import x509

from caducee_sandbox.certificates import holder, organisational_unit
from caducee_sandbox.mail.people import BY_ADDRESS, HOLDERS

CHALLENGE = base64.b64encode(b'{"status":"401","schemes":"bearer","scope":"mail"}')
MECHANISMS = ("XOAUTH2", "OAUTHBEARER", "EXTERNAL")

# Answers with the PS_IdNat of a live token, None for any other.
Introspect = Callable[[str], Awaitable[str | None]]


@dataclass
class Tokens:
    """The tokens set through the control address, asked before the provider of tokens."""

    live: dict[str, str]
    provider: Introspect | None = None

    async def introspect(self, token: str) -> str | None:
        """Return the PS_IdNat of a live token."""
        known = self.live.get(token)
        if known is None and self.provider is not None:
            known = await self.provider(token)
        return known


class Access:
    """Tells the address that a log-in opens."""

    def __init__(self, introspect: Introspect) -> None:
        self._introspect = introspect

    async def by_token(self, mechanism: str, response: bytes) -> str | None:
        """Return the mailbox of a bearer response, ``None`` when it opens none."""
        address, token = _bearer(mechanism, response)
        box = BY_ADDRESS.get(address)
        identifier = await self._introspect(token) if token else None
        return address if box is not None and identifier is not None and identifier in box.doctors else None

    def by_certificate(self, der: bytes | None, asked: str = "") -> str | None:
        """Return the mailbox of a software certificate, the one asked for when it is named."""
        if der is None:
            return None
        certificate = x509.load_der_x509_certificate(der)
        shown = (organisational_unit(certificate), holder(certificate))
        found = [h.address for h in HOLDERS if h.certificate == shown and asked.lower() in ("", h.address)]
        return found[0] if found else None


def decoded(line: bytes) -> bytes | None:
    """Return what a base64 line holds, ``None`` when it is none. ``=`` is an empty response."""
    try:
        return b"" if line == b"=" else base64.b64decode(line, validate=True)
    except binascii.Error:
        return None


def _bearer(mechanism: str, response: bytes) -> tuple[str, str]:
    text = response.decode("utf-8", errors="replace")
    if mechanism == "XOAUTH2":
        found = re.fullmatch(r"user=([^\x01]+)\x01auth=Bearer ([^\x01]+)\x01\x01", text)
    else:
        found = re.fullmatch(
            r"n,a=([^,\x01]+),\x01(?:[^\x01]+\x01)*?auth=Bearer ([^\x01]+)\x01(?:[^\x01]+\x01)*\x01", text
        )
    return (found[1].lower(), found[2]) if found else ("", "")
