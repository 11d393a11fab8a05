"""Documents as xmlsec signs them, under an authority of the test's own."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from lxml import etree

NOW = datetime(2026, 11, 28, tzinfo=UTC)
DS = "{http://www.w3.org/2000/09/xmldsig#}"
PLAIN = b'<Lot xmlns="urn:essai" ID="lot"><Doc>Compte rendu</Doc><Doc>Ordonnance</Doc></Lot>'
ISSUER = [
    (NameOID.COUNTRY_NAME, "FR"),
    (NameOID.ORGANIZATION_NAME, "ESSAI, Santé & Fils"),
    (NameOID.ORGANIZATION_IDENTIFIER, "NTRFR-123"),
    (NameOID.COMMON_NAME, "AC Été #1"),
]
SERIAL = (1 << 127) + 15
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class Party:
    """An authority and a signer of its own. The serial number of the signer has its top bit set."""

    def __init__(self, key: Key | None = None, *, ca: bool = True) -> None:
        self.key: Key = key or rsa.generate_private_key(65537, 2048)
        self._root_key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(oid, value) for oid, value in ISSUER])
        self.root = self._issue(name, self._root_key, x509.random_serial_number(), ca=ca)
        holder = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ESSAI CABINET")])
        self.leaf = self._issue(holder, self.key, SERIAL, ca=False)

    @property
    def authorities(self) -> bytes:
        return self.root.public_bytes(Encoding.PEM)

    @property
    def der(self) -> bytes:
        return self.leaf.public_bytes(Encoding.DER)

    def _issue(self, subject: x509.Name, key: Key, serial: int, *, ca: bool) -> x509.Certificate:
        issuer = x509.Name([x509.NameAttribute(oid, value) for oid, value in ISSUER])
        builder = x509.CertificateBuilder(issuer, subject, key.public_key(), serial)
        return (
            builder.not_valid_before(NOW - timedelta(days=1))
            .not_valid_after(NOW + timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .sign(self._root_key, hashes.SHA256())
        )

    def sign(self, document: bytes = PLAIN, *, uri: str = "#lot", digest: str = "Sha256", named: str = "") -> bytes:
        """Sign a document, enveloped; ``named`` is the issuer that signed properties name, when there are some."""
        root = etree.fromstring(document)
        method = f"TransformRsa{digest}" if isinstance(self.key, rsa.RSAPrivateKey) else f"TransformEcdsa{digest}"
        canonical = xmlsec.constants.TransformExclC14N
        node = xmlsec.template.create(root, canonical, getattr(xmlsec.constants, method), ns="ds")
        root.append(node)
        hashed = getattr(xmlsec.constants, f"Transform{digest}")
        reference = xmlsec.template.add_reference(node, hashed, uri=uri)
        xmlsec.template.add_transform(reference, xmlsec.constants.TransformEnveloped)
        xmlsec.template.add_transform(reference, canonical)
        xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(node))
        context = xmlsec.SignatureContext()
        private = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        context.key = xmlsec.Key.from_memory(private, xmlsec.constants.KeyDataFormatPem)
        context.key.load_cert_from_memory(self.leaf.public_bytes(Encoding.PEM), xmlsec.constants.KeyDataFormatPem)
        if named:
            self._add_properties(node, named)
            xmlsec.template.add_reference(node, hashed, uri="#p", type="http://uri.etsi.org/01903#SignedProperties")
            context.register_id(next(node.iter("{*}SignedProperties")), "Id")
        context.register_id(root, "ID")
        context.sign(node)
        return etree.tostring(root)

    def _add_properties(self, node: etree._Element, issuer: str) -> None:
        said = etree.fromstring(
            '<ds:Object xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><x:QualifyingProperties '
            'xmlns:x="http://uri.etsi.org/01903/v1.3.2#"><x:SignedProperties Id="p"><x:SignedSignatureProperties>'
            "<x:SigningCertificate><x:Cert><x:CertDigest><ds:DigestMethod "
            'Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></x:CertDigest><x:IssuerSerial>'
            "<ds:X509IssuerName/><ds:X509SerialNumber/></x:IssuerSerial></x:Cert></x:SigningCertificate>"
            "</x:SignedSignatureProperties></x:SignedProperties></x:QualifyingProperties></ds:Object>"
        )
        told = {
            "DigestValue": base64.b64encode(hashlib.sha256(self.der).digest()).decode(),
            "X509IssuerName": issuer,
            "X509SerialNumber": str(SERIAL),
        }
        for name, value in told.items():
            next(said.iter(f"{DS}{name}")).text = value
        node.append(said)
