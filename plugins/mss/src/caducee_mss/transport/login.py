"""Who asks: the SASL mechanisms of the API LPS and their payloads (RFC 4422, RFC 7628, Google's XOAUTH2 note)."""

from __future__ import annotations

import base64

import msgspec


class Bearer(msgspec.Struct, frozen=True, kw_only=True):
    """A Pro Santé Connect access token for the box ``address``.

    ``mechanism`` is XOAUTH2 or OAUTHBEARER. ``initial_response`` false sends the token after the server's go-ahead,
    which some operators want.
    """

    address: str
    token: str
    mechanism: str = "XOAUTH2"
    initial_response: bool = True

    def __post_init__(self) -> None:
        if self.mechanism not in ("XOAUTH2", "OAUTHBEARER"):
            raise ValueError("mechanism: XOAUTH2 or OAUTHBEARER")
        if any(c in self.address + self.token for c in "\x00\x01\r\n") or not self.token:
            raise ValueError("address and token: no control character, and a token")

    def __repr__(self) -> str:
        return f"Bearer(mechanism={self.mechanism!r})"

    def response(self) -> bytes:
        """Return what proves the identity, before base64."""
        if self.mechanism == "XOAUTH2":
            return f"user={self.address}\x01auth=Bearer {self.token}\x01\x01".encode()
        name = self.address.replace("=", "=3D").replace(",", "=2C")
        return f"n,a={name},\x01auth=Bearer {self.token}\x01\x01".encode()

    def give_up(self) -> bytes:
        """Return the answer to the server's error challenge, before base64."""
        return b"" if self.mechanism == "XOAUTH2" else b"\x01"


class External(msgspec.Struct, frozen=True, kw_only=True):
    """The certificate shown in TLS is the log-in; ``address`` names the box when one certificate opens several."""

    address: str = ""
    mechanism: str = "EXTERNAL"
    initial_response: bool = True

    def response(self) -> bytes:
        """Return the identity asked for, before base64."""
        return self.address.encode()

    def give_up(self) -> bytes:
        """Return the answer to an unexpected challenge, before base64."""
        return b""


class NoLogin(msgspec.Struct, frozen=True):
    """No SASL: the operator takes the certificate shown in TLS as it is."""


Sasl = Bearer | External
Login = Bearer | External | NoLogin


def encoded(payload: bytes) -> bytes:
    """Return the base64 line of a payload, ``=`` for an empty initial response (RFC 4954, 4; RFC 4959, 3)."""
    return base64.b64encode(payload) or b"="
