"""One revocation list: read, verified, asked about a certificate (RFC 5280, 5 and 6.3). No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa

_SKEW = timedelta(minutes=5)


class BadList(ValueError):
    """Not a revocation list of this authority that can be relied on."""


class RevocationList(msgspec.Struct, frozen=True):
    """A verified list. ``der`` is what was verified; times are aware, UTC."""

    der: bytes
    issued: datetime
    next_update: datetime
    parsed: x509.CertificateRevocationList

    def revokes(self, certificate: x509.Certificate) -> bool:
        """Say whether the certificate is in the list; one on hold is."""
        return self.parsed.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None


def issuer_of(certificate: x509.Certificate, authorities: Sequence[x509.Certificate]) -> x509.Certificate | None:
    """Return the authority that issued this certificate, its signature checked; ``None`` when it is not there."""
    for authority in authorities:
        if authority.subject == certificate.issuer:
            try:
                certificate.verify_directly_issued_by(authority)
            except (InvalidSignature, ValueError, TypeError):
                continue
            return authority
    return None


def places_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the http addresses where the certificate says its list is."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return ()
    names = [name for point in points for name in point.full_name or ()]
    uris = [name.value for name in names if isinstance(name, x509.UniformResourceIdentifier)]
    return tuple(uri for uri in uris if uri.lower().startswith("http://"))


def read_list(content: bytes, *, issuer: x509.Certificate, now: datetime) -> RevocationList:
    """Read a list, DER or PEM, and verify that this authority signed it for such certificates.

    Raises:
        BadList: unreadable, of another authority, wrongly signed, of the future, without nextUpdate, or one that
            only tells of a part of the certificates (delta, indirect, authorities only).
    """
    try:
        pem = content.lstrip().startswith(b"-----BEGIN")
        parsed = x509.load_pem_x509_crl(content) if pem else x509.load_der_x509_crl(content)
        extensions = list(parsed.extensions)
        key = issuer.public_key()
        signed = isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey) and parsed.is_signature_valid(key)
    except (ValueError, TypeError) as error:
        raise BadList("not a revocation list") from error
    if parsed.issuer != issuer.subject or not signed:
        raise BadList("not signed by the authority of the certificate")
    issued, until = parsed.last_update_utc, parsed.next_update_utc
    if until is None or issued > now + _SKEW:
        raise BadList("no nextUpdate, or a list of the future")
    if any(_narrows(extension) for extension in extensions):
        raise BadList("a list of some certificates only")
    return RevocationList(content, issued, until, parsed)


def _narrows(extension: x509.Extension[x509.ExtensionType]) -> bool:
    value = extension.value
    if isinstance(value, x509.IssuingDistributionPoint):
        return (
            value.only_contains_ca_certs
            or value.only_contains_attribute_certs
            or value.indirect_crl
            or value.only_some_reasons is not None
        )
    return extension.critical and not isinstance(value, x509.CRLNumber | x509.AuthorityKeyIdentifier)
