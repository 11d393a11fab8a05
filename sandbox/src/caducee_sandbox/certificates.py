"""What a client's certificate says, and whether the test authority issued it.

What depends on its bytes alone is found once; whether it is valid now is asked each time.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID


@lru_cache(maxsize=256)
def common_name(der: bytes) -> str:
    """Return the CN of the subject; empty when there is none."""
    return _first(x509.load_der_x509_certificate(der), NameOID.COMMON_NAME)


def organisational_unit(certificate: x509.Certificate) -> str:
    """Return the OU of the subject: the structure of a software certificate; empty for a card."""
    return _first(certificate, NameOID.ORGANIZATIONAL_UNIT_NAME)


def holder(certificate: x509.Certificate) -> str:
    """Return the CN of the subject: the PS_IdNat on a card."""
    return _first(certificate, NameOID.COMMON_NAME)


@lru_cache(maxsize=256)
def is_signature_certificate(certificate: x509.Certificate) -> bool:
    """Say whether the certificate is for signatures that bind its holder (nonRepudiation)."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return usage.content_commitment


def is_trusted(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """Say whether the authority issued this certificate and it is valid now."""
    now = datetime.now(UTC)
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        return False
    return _issued(certificate, authority)


@lru_cache(maxsize=256)
def _issued(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """Say whether the authority signed these very bytes, which never changes; whether they are valid now does."""
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


@lru_cache(maxsize=256)
def _first(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""
