"""The request that the browser carries: PKCE (RFC 7636), state and nonce, fresh for each log-in."""

from __future__ import annotations

import base64
import hashlib
import secrets
from urllib.parse import urlencode

import msgspec

from caducee_psc.config import PscConfig


class AuthorizationRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What must come back as it left. Its ``repr`` shows none of it."""

    redirect_uri: str
    state: str
    nonce: str
    verifier: str

    def __repr__(self) -> str:
        return f"AuthorizationRequest(redirect_uri={self.redirect_uri!r})"

    @classmethod
    def fresh(cls, redirect_uri: str) -> AuthorizationRequest:
        """Return a request with secrets of its own: 256 bits each, 43 characters."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(redirect_uri=redirect_uri, state=state, nonce=nonce, verifier=verifier)

    def address(self, endpoint: str, config: PscConfig) -> str:
        """Return the address to open in the browser."""
        asked = {
            "client_id": config.client_id,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "scope": config.scope,
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
        }
        if config.acr_values:
            asked["acr_values"] = config.acr_values
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636, 4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
