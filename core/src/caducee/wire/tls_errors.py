"""Failures of a connection before anything was done: what they are, and whose certificate is at fault."""

from __future__ import annotations

import ssl

import httpx

from caducee.contracts.tls import TlsFailure, TlsTrouble
from caducee.errors import CaduceeError, CardTooOld, CertificateUntrusted, ConnectFailed

_REFUSED = (
    "CERTIFICATE_REQUIRED",
    "ALERT_UNKNOWN_CA",
    "ALERT_BAD_CERTIFICATE",
    "ALERT_CERTIFICATE_EXPIRED",
    "ALERT_CERTIFICATE_REVOKED",
    "ALERT_CERTIFICATE_UNKNOWN",
    "ALERT_UNSUPPORTED_CERTIFICATE",
    "ALERT_ACCESS_DENIED",
)


_WHY = {
    TlsTrouble.SERVER_UNTRUSTED: (
        "the server's certificate is not of a pinned authority",
        "Le serveur ne présente pas un certificat des autorités configurées.",
    ),
    TlsTrouble.SERVER_NAME: (
        "the server's certificate is for another name",
        "Le certificat du serveur n'est pas établi pour cette adresse.",
    ),
    TlsTrouble.SERVER_EXPIRED: (
        "the server's certificate is not valid today",
        "Le certificat du serveur est périmé, ou pas encore valide.",
    ),
    TlsTrouble.CLIENT_REFUSED: (
        "the server refused our certificate; nothing was done",
        "Le serveur refuse le certificat présenté par ce poste.",
    ),
}


def tls_failure(service: str, failure: TlsFailure) -> CaduceeError:
    """Return what a handshake means that one side broke off: nothing was done."""
    if failure.trouble is TlsTrouble.KEY_TOO_OLD:
        return CardTooOld(f"{service}: the server takes TLS 1.3 only")
    detail, why = _WHY.get(failure.trouble, ("", ""))
    if not detail:
        return ConnectFailed(service, "no connection, nothing was sent")
    return CertificateUntrusted(f"{service}: {detail}", why=why)


def connection_error(service: str, error: httpx.HTTPError | OSError) -> CaduceeError | None:
    """Return what a failure to connect means, ``None`` when a connection was there."""
    if not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.UnsupportedProtocol):
        return None
    cause = _tls_cause(error)
    if isinstance(cause, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
        return CertificateUntrusted(
            f"{service}: the server's certificate is not of a pinned authority for this address",
            why="Le serveur ne présente pas un certificat des autorités configurées pour cette adresse.",
        )
    refused = refused_certificate(service, error)
    if refused is not None:
        return refused
    if isinstance(cause, ssl.SSLError):
        return ConnectFailed(service, "the server broke the TLS handshake off, perhaps over our certificate")
    return ConnectFailed(service, "no connection, nothing was sent")


def refused_certificate(service: str, error: httpx.HTTPError | OSError) -> CaduceeError | None:
    """Return the error of a server that refused our certificate, ``None`` when that is not what happened.

    With TLS 1.3 this alert comes after our first bytes, yet before the server reads any of them (RFC 8446, 4.4.2.4).
    """
    words = f"{error} {_tls_cause(error)}".upper().replace(" ", "_")
    if any(reason in words for reason in _REFUSED):
        return CertificateUntrusted(
            f"{service}: the server refused our certificate; nothing was done",
            why="Le serveur refuse le certificat présenté par ce poste.",
        )
    return None


def _tls_cause(error: BaseException) -> ssl.SSLError | None:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None
