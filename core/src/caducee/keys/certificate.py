"""A certificate and its holder, read leniently: cards of every age must be readable."""

from __future__ import annotations

from datetime import datetime

import msgspec
from cryptography import x509

from caducee.errors import CertificateExpired, CertificateUntrusted
from caducee.keys import der
from caducee.keys.names import COMMON_NAME, GIVEN_NAME, SURNAME, TITLE, UNIT, Name


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Whose certificate it is. ``identifier`` is the CN: the PS_IdNat for a professional."""

    identifier: str
    family_name: str
    given_name: str
    profession: str


class Certificate:
    """One X.509 certificate.

    Raises:
        ValueError: ``encoded`` is not a DER certificate.
    """

    def __init__(self, encoded: bytes) -> None:
        self.der = encoded
        self.subject = Name.from_der(der.subject(encoded))
        parsed = x509.load_der_x509_certificate(encoded)
        self.not_before = parsed.not_valid_before_utc
        self.not_after = parsed.not_valid_after_utc

    def holder(self) -> Holder:
        """Return the holder; the profession is the title, or the unit of an older card."""
        name = self.subject
        return Holder(
            identifier=name.first(COMMON_NAME),
            family_name=name.first(SURNAME),
            given_name=name.first(GIVEN_NAME),
            profession=name.first(TITLE) or name.first(UNIT),
        )

    def check_dates(self, now: datetime) -> None:
        """Check that the certificate is valid at that instant.

        Raises:
            CertificateExpired: not yet, or no longer.
        """
        if not self.not_before <= now <= self.not_after:
            raise CertificateExpired(f"valid from {self.not_before:%Y-%m-%d} to {self.not_after:%Y-%m-%d}")

    def check_holder(self, identifier: str) -> None:
        """Check that the certificate is this professional's.

        Raises:
            CertificateUntrusted: it is somebody else's.
        """
        found = self.holder().identifier
        if found != identifier:
            raise CertificateUntrusted(
                f"certificate of {found}, expected {identifier}",
                why=f"Il est au nom de {found} alors que le professionnel configuré est {identifier}.",
            )
