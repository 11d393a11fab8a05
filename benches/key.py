"""A throw-away RSA-2048 key with its certificate, made for one run and never written outside it."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from caducee_native import RsaKey


class Key:
    """The key in every form that a candidate wants."""

    def __init__(self, private: rsa.RSAPrivateKey | None = None) -> None:
        self.private = private or rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mesure")])
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder(name, name, self.private.public_key(), 4242, now, now + timedelta(days=1))
        signed = builder.sign(self.private, hashes.SHA256())
        self.x509 = signed
        self.certificate = signed.public_bytes(Encoding.DER)
        self.certificate_pem = signed.public_bytes(Encoding.PEM)
        self.pkcs8 = self.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        self.pem = self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.native = RsaKey.from_pkcs8(self.pkcs8)

    def __repr__(self) -> str:
        return "Key()"

    @property
    def certificate_text(self) -> str:
        """The certificate in base 64."""
        return base64.b64encode(self.certificate).decode()

    @property
    def certificate_digest(self) -> str:
        """Its SHA-256 in base 64."""
        return base64.b64encode(hashlib.sha256(self.certificate).digest()).decode()


@cache
def run_key() -> Key:
    """Return the key of this run."""
    return Key()
