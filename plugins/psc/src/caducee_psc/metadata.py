"""What the provider says of itself (OpenID Connect Discovery 1.0, section 3)."""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec

from caducee_psc.errors import AnswerForged, unreadable

_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
_OPTIONAL = ("end_session_endpoint", "revocation_endpoint")


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """The addresses of a provider. The one where people log in may be on another host than the others."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    end_session_endpoint: str = ""
    revocation_endpoint: str = ""
    code_challenge_methods_supported: tuple[str, ...] = ()
    authorization_response_iss_parameter_supported: bool = False
    mtls_endpoint_aliases: dict[str, str] = {}

    def called(self, endpoint: str, *, certificate: bool) -> str:
        """Return the address of an endpoint: with a certificate, its alias for mutual TLS if any (RFC 8705, 5)."""
        alias = self.mtls_endpoint_aliases.get(endpoint, "") if certificate else ""
        return alias or str(getattr(self, endpoint))


def read_metadata(body: bytes, *, issuer: str) -> Metadata:
    """Read the description that was found where the provider keeps it.

    Raises:
        AnswerForged: it describes another issuer than the configured one (section 4.3).
        ProtocolViolation: an address is missing or not HTTPS, or the provider does not know PKCE by S256.
    """
    try:
        found = msgspec.json.decode(body, type=Metadata)
    except msgspec.DecodeError:
        raise unreadable("the discovery document is not one") from None
    if found.issuer != issuer:
        raise AnswerForged("the discovery document is another issuer's")
    for name in (*_ENDPOINTS, *_OPTIONAL):
        _must_be_https(name, getattr(found, name), optional=name in _OPTIONAL)
    for name, url in found.mtls_endpoint_aliases.items():
        _must_be_https(name, url, optional=False)
    methods = found.code_challenge_methods_supported
    if methods and "S256" not in methods:
        raise unreadable("the provider does not know PKCE by S256")
    return found


def _must_be_https(name: str, url: str, *, optional: bool) -> None:
    if optional and not url:
        return
    address = urlsplit(url)
    if address.scheme != "https" or not address.hostname or address.fragment or address.username:
        raise unreadable(f"{name} is no HTTPS address")
