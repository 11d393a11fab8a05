"""The signed properties of a XAdES signature: that they name the certificate which signed."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Any

from lxml import etree

from caducee.errors import SignatureFlaw, SignatureInvalid
from caducee.keys.name_text import Match, compare
from caducee.keys.names import Name
from caducee.verify.form import DS
from caducee.verify.signer import SignerCertificate

_HASHES = {
    f"{DS}sha1": "sha1",
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}
REVERSED = "the issuer of the signing certificate is written in the other order"


def check_properties(signature: etree._Element, signer: SignerCertificate) -> tuple[str, ...]:
    """Compare ``SigningCertificate`` with the signer's certificate, and return what was let pass.

    The digest decides. Issuer names are compared by what they say (RFC 5280, 7.1); the other order is met in the field
    and let pass with a warning, since the digest holds. Of ``SigningCertificateV2`` the digest alone is read.

    Raises:
        SignatureInvalid: another certificate is named.
    """
    named = [
        cert
        for kind in ("SigningCertificate", "SigningCertificateV2")
        for around in signature.iterfind(f".//{{*}}{kind}")
        for cert in around.iterfind("{*}Cert")
    ]
    if not named:
        return ()
    if not _digest_holds(named[0], signer.der):
        raise SignatureInvalid(SignatureFlaw.PROPERTIES, "the digest of the signing certificate is another's")
    issuer, serial = _text(named[0], "X509IssuerName"), _text(named[0], "X509SerialNumber")
    if issuer is None and serial is None:
        return ()
    match = compare(issuer or "", Name.from_der(signer.parsed.issuer.public_bytes()))
    if match is Match.OTHER or not same_serial(serial or "", signer.parsed.serial_number):
        raise SignatureInvalid(SignatureFlaw.PROPERTIES, "issuer or serial of the signing certificate is another's")
    return (REVERSED,) if match is Match.REVERSED else ()


def same_serial(written: str, number: int) -> bool:
    """Say whether a text is this serial number: decimal and positive (RFC 5280, 4.1.2.2)."""
    return re.fullmatch("[0-9]{1,60}", written.strip(), re.ASCII) is not None and int(written) == number


def _digest_holds(cert: Any, certificate: bytes) -> bool:
    method = cert.find(".//{*}DigestMethod")
    algorithm = _HASHES.get("" if method is None else method.get("Algorithm", ""))
    if algorithm is None:
        return False
    try:
        value = base64.b64decode("".join((_text(cert, "DigestValue") or "").split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    return value == hashlib.new(algorithm, certificate, usedforsecurity=False).digest()


def _text(parent: Any, name: str) -> str | None:
    found: str | None = parent.findtext(f".//{{*}}{name}")
    return found
