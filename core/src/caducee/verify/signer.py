"""Who signed: the certificate of a signature, trusted or not, and the width of an ECDSA value."""

from __future__ import annotations

from datetime import datetime

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from caducee.errors import SignatureFlaw, SignatureInvalid
from caducee.verify.form import DS, Signed, decoded
from caducee.wire.ecdsa import DerFound, WrongWidth, check_raw


class SignerCertificate(msgspec.Struct, frozen=True):
    """The certificate of who signed."""

    parsed: x509.Certificate
    der: bytes

    @property
    def pem(self) -> bytes:
        """The certificate in PEM."""
        return self.parsed.public_bytes(Encoding.PEM)


def signer_of(signature: etree._Element, *, authorities: bytes, now: datetime) -> SignerCertificate:
    """Return the certificate of a signature, trusted at that instant.

    Raises:
        SignatureInvalid: absent, unreadable, out of its time, or of another authority.
    """
    element = signature.find(f"{{{DS}}}KeyInfo/{{{DS}}}X509Data/{{{DS}}}X509Certificate")
    if element is None:
        raise _refused("absent")
    try:
        der = decoded(element)
        certificate = x509.load_der_x509_certificate(der)
        bundle = x509.load_pem_x509_certificates(authorities)
    except (ValueError, UnsupportedAlgorithm):
        raise _refused("unreadable") from None
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise _refused("out of its time")
    if not any(_trusts(one, certificate, now) for one in bundle):
        raise _refused("of another authority")
    return SignerCertificate(certificate, der)


def check_width(signer: SignerCertificate, signed: Signed) -> None:
    """Check that key and method are of one kind, and that an ECDSA value is r followed by s (XML-Signature 1.1, 6.4.3).

    Raises:
        SignatureInvalid: they are not; DER is told by name.
    """
    key = signer.parsed.public_key()
    elliptic = "#ecdsa-" in signed.method
    if not isinstance(key, ec.EllipticCurvePublicKey if elliptic else rsa.RSAPublicKey):
        raise SignatureInvalid(SignatureFlaw.ALGORITHM, "the key is of another kind than the method")
    if isinstance(key, ec.EllipticCurvePublicKey):
        try:
            check_raw(signed.value, key.key_size)
        except DerFound:
            raise SignatureInvalid(SignatureFlaw.DER_VALUE, "DER was found where r followed by s is due") from None
        except WrongWidth as error:
            raise SignatureInvalid(SignatureFlaw.FORM, str(error)) from None


def _trusts(one: x509.Certificate, certificate: x509.Certificate, now: datetime) -> bool:
    if one == certificate:
        return True
    try:
        certificate.verify_directly_issued_by(one)
        authority = one.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    except x509.ExtensionNotFound:
        authority = one.issuer == one.subject  # a root from before version 3
    return authority and one.not_valid_before_utc <= now <= one.not_valid_after_utc


def _refused(detail: str) -> SignatureInvalid:
    return SignatureInvalid(SignatureFlaw.CERTIFICATE, f"the certificate is {detail}")
