"""The best that Python does by itself: strings already canonical, signed by ``cryptography``. No parser, no library."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from benches.document.model import Report
from benches.key import Key
from benches.peers import by_strings
from benches.peers.metadata import body
from benches.peers.submitting import SIGNED_AT, package

_DS = 'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
_XAD = 'xmlns:xad="http://uri.etsi.org/01903/v1.1.1#"'
_C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_SHA256 = '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>'


class Expert:
    """Writes each signed part once, in canonical form."""

    def __init__(self, key: Key) -> None:
        self._key = key

    def submit(self, reports: Sequence[Report]) -> bytes:
        """Return the whole MTOM body of one submission of these reports, signed once."""
        built = [by_strings.build(report) for report in reports]
        digests = [(f"urn:oid:{r.id.root}", _digest(document)) for r, document in zip(reports, built, strict=True)]
        signature = self._sign(digests)
        names = [f"Document{n:02}" for n in range(1, len(built) + 1)]
        described = list(zip(names, reports, built, strict=True))
        return package(body(described, signature), [*zip(names, built, strict=True), ("Signature01", signature)])

    def _sign(self, digests: Sequence[tuple[str, str]]) -> bytes:
        references = "".join(_reference(uri, digest) for uri, digest in digests)
        properties = self._properties()
        # Inclusive canonical form: the first element of a digested part repeats the namespaces in scope.
        manifest_digest = _digest(f'<ds:Manifest {_DS} Id="IHEManifest">{references}</ds:Manifest>'.encode())
        properties_digest = _digest(
            f'<xad:SignedProperties {_DS} {_XAD} Id="S0-SignedProperties">{properties}</xad:SignedProperties>'.encode()
        )
        info = (
            f'<ds:CanonicalizationMethod Algorithm="{_C14N}"></ds:CanonicalizationMethod>'
            '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod>'
            '<ds:Reference Type="http://www.w3.org/2000/09/xmldsig#Manifest" URI="#IHEManifest">'
            f"{_SHA256}<ds:DigestValue>{manifest_digest}</ds:DigestValue></ds:Reference>"
            '<ds:Reference Type="http://uri.etsi.org/01903/v1.1.1#SignedProperties" URI="#S0-SignedProperties">'
            f"{_SHA256}<ds:DigestValue>{properties_digest}</ds:DigestValue></ds:Reference>"
        )
        to_sign = f"<ds:SignedInfo {_DS}>{info}</ds:SignedInfo>".encode()
        value = base64.b64encode(self._key.private.sign(to_sign, padding.PKCS1v15(), hashes.SHA256())).decode()
        return (
            f'<ds:Signature {_DS} Id="Sig01"><ds:SignedInfo>{info}</ds:SignedInfo>'
            f"<ds:SignatureValue>{value}</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>"
            f"{self._key.certificate_text}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
            f'<ds:Object><ds:Manifest Id="IHEManifest">{references}</ds:Manifest></ds:Object>'
            f'<ds:Object><xad:QualifyingProperties {_XAD} Target="#Sig01">'
            f'<xad:SignedProperties Id="S0-SignedProperties">{properties}</xad:SignedProperties>'
            "</xad:QualifyingProperties></ds:Object></ds:Signature>"
        ).encode()

    def _properties(self) -> str:
        return (
            f"<xad:SignedSignatureProperties><xad:SigningTime>{SIGNED_AT}</xad:SigningTime>"
            '<xad:SigningCertificate><xad:Cert><xad:CertDigest><xad:DigestMethod Algorithm="'
            'http://www.w3.org/2001/04/xmlenc#sha256"></xad:DigestMethod>'
            f"<xad:DigestValue>{self._key.certificate_digest}</xad:DigestValue></xad:CertDigest><xad:IssuerSerial>"
            "<ds:X509IssuerName>CN=mesure</ds:X509IssuerName><ds:X509SerialNumber>4242</ds:X509SerialNumber>"
            "</xad:IssuerSerial></xad:Cert></xad:SigningCertificate><xad:SignaturePolicyIdentifier>"
            "<xad:SignaturePolicyImplied></xad:SignaturePolicyImplied></xad:SignaturePolicyIdentifier>"
            "</xad:SignedSignatureProperties><xad:SignedDataObjectProperties></xad:SignedDataObjectProperties>"
        )


def _reference(uri: str, digest: str) -> str:
    return (
        f'<ds:Reference URI="{uri}"><ds:Transforms><ds:Transform Algorithm="{_C14N}#WithComments"></ds:Transform>'
        f"</ds:Transforms>{_SHA256}<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>"
    )


def _digest(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()
