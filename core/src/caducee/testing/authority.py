"""An authority of the tests' own: certificates for a scripted service and for whoever calls it."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from caducee.keys.software import SoftwareKey
from caducee.keys.tls import client_context

_PASSWORD = b"invented"


class InventedAuthority:
    """Issues certificates at run time; nothing of it is ever written to disk beyond the moment OpenSSL reads it."""

    @cached_property
    def pem(self) -> str:
        """The authority's own certificate."""
        return self._certificate.public_bytes(serialization.Encoding.PEM).decode()

    @cached_property
    def server(self) -> ssl.SSLContext:
        """What a scripted service shows: a certificate of 127.0.0.1. It asks its callers for one of ours."""
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.minimum_version = ssl.TLSVersion.TLSv1_2
        server.verify_mode = ssl.CERT_REQUIRED
        server.load_verify_locations(cadata=self.pem)
        _load(server, self.issue("127.0.0.1"))
        return server

    def client(self, key: SoftwareKey) -> ssl.SSLContext:
        """Return what a caller shows with this key, trusting this authority alone."""
        return client_context(key, self.pem)

    def issue(self, common_name: str, *, unit: str = "") -> SoftwareKey:
        """Return a key and its certificate."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        parts = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
        parts += [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit)] if unit else []
        names = [x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")]
        certificate = (
            _builder(x509.Name(parts), self._certificate.subject, key)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        sealed = serialization.BestAvailableEncryption(_PASSWORD)
        bundle = pkcs12.serialize_key_and_certificates(b"invented", key, certificate, None, sealed)
        return SoftwareKey.from_pkcs12(bundle, _PASSWORD)

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @cached_property
    def _certificate(self) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Invented authority of the tests")])
        builder = _builder(name, name, self._key)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        return builder.sign(self._key, hashes.SHA256())


def _load(context: ssl.SSLContext, key: SoftwareKey) -> None:
    # ssl reads keys from files only.
    with TemporaryDirectory() as folder:
        file = Path(folder, "key.pem")
        file.write_bytes(key.sealed_pem(_PASSWORD))
        context.load_cert_chain(file, password=_PASSWORD)


def _builder(subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return x509.CertificateBuilder(
        subject_name=subject,
        issuer_name=issuer,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(days=1),
        not_valid_after=now + timedelta(days=30),
    )
