"""An authority made for one run: servers' and clients' certificates, and its revocation list."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CRL_URL = "http://crl.test.mssante.fr/ca.crl"
APPLICATIVE = "applicative@cabinet.test.mssante.fr"


class Issued:
    """A certificate and its key, in files."""

    def __init__(self, folder: Path, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        self.certificate, self.key = certificate, key
        self.pem, self.key_file = folder / f"{name}.pem", folder / f"{name}.key"
        self.pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        self.key_file.write_bytes(key.private_bytes(*form))
        self.key_file.chmod(0o600)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.pem, self.key_file)
        return context


class TestAuthority:
    """Issues into ``folder``. What it revokes is in the list of the next :meth:`crl`."""

    __test__ = False

    def __init__(self, folder: Path, name: str = "ca") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._revoked: list[int] = []
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"AC ESSAI {name}")])
        builder = _builder(subject, subject, key).add_extension(x509.BasicConstraints(True, None), critical=True)
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = builder.add_extension(usage, critical=True)
        self.own = Issued(folder, name, builder.sign(key, hashes.SHA256()), key)

    @property
    def bundle(self) -> bytes:
        return self.own.pem.read_bytes()

    def server(self, name: str = "server", *, host: str = "localhost", crl: str | None = CRL_URL) -> Issued:
        names: list[x509.GeneralName] = [x509.DNSName(host)]
        if host == "localhost":
            names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
        return self._issue(name, host, ExtendedKeyUsageOID.SERVER_AUTH, names=names, crl=crl)

    def client(self, name: str, common_name: str = APPLICATIVE) -> Issued:
        return self._issue(name, common_name, ExtendedKeyUsageOID.CLIENT_AUTH, names=[], crl=None)

    def revoke(self, issued: Issued) -> None:
        self._revoked.append(issued.certificate.serial_number)

    def crl(
        self,
        *,
        issued: datetime | None = None,
        life: timedelta = timedelta(days=7),
        extensions: tuple[x509.ExtensionType, ...] = (),
    ) -> bytes:
        """Return the revocation list, DER."""
        at = issued or datetime.now(UTC) - timedelta(minutes=1)
        builder = x509.CertificateRevocationListBuilder(self.own.certificate.subject, at, at + life)
        for serial in self._revoked:
            builder = builder.add_revoked_certificate(x509.RevokedCertificateBuilder(serial, at).build())
        for extension in extensions:
            builder = builder.add_extension(extension, critical=True)
        return builder.sign(self.own.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def context(self, shown: Issued | None = None) -> ssl.SSLContext:
        """Return what a client uses: this authority alone, TLS 1.2 at least, its certificate when it has one."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_verify_locations(cadata=self.bundle.decode())
        if shown is not None:
            context.load_cert_chain(shown.pem, shown.key_file)
        return context

    def _issue(
        self, name: str, common_name: str, use: x509.ObjectIdentifier, *, names: list[x509.GeneralName], crl: str | None
    ) -> Issued:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
        builder = _builder(subject, self.own.certificate.subject, key)
        builder = builder.add_extension(x509.BasicConstraints(False, None), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([use]), critical=False)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        if crl:
            point = x509.DistributionPoint([x509.UniformResourceIdentifier(crl)], None, None, None)
            builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        return Issued(self.folder, name, builder.sign(self.own.key, hashes.SHA256()), key)


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
