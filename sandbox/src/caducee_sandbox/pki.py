"""The test authorities and the certificates they issue, shaped as the real ones are.

A card certificate has one RDN of three attributes (CN+SN+GN) and a title; a software certificate names its
structure in OU. Keys are made at run time, live in the state folder only (mode 0600) and are worth nothing.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from caducee_sandbox.people import Doctor, Structure

LIFE = timedelta(days=1095)


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    def __repr__(self) -> str:
        return "Pair()"


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a leaf certificate is for."""

    subject: x509.Name
    server: bool = False
    signs: bool = False
    life: tuple[datetime, datetime] | None = None


class Authority:
    """A self-signed test authority that issues leaf certificates."""

    def __init__(self, name: str) -> None:
        subject = _name((NameOID.COUNTRY_NAME, "FR"), (NameOID.ORGANIZATION_NAME, "ESSAI"), (NameOID.COMMON_NAME, name))
        key = _key()
        usage = _usage(certificates=True)
        builder = _builder(subject, subject, key.public_key(), _years())
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.pair = Pair(builder.add_extension(usage, critical=True).sign(key, hashes.SHA256()), key)

    def issue(self, profile: Profile) -> Pair:
        """Make a key and issue its certificate."""
        key = _key()
        issuer = self.pair.certificate
        builder = _builder(profile.subject, issuer.subject, key.public_key(), profile.life or _years())
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(signs=profile.signs), critical=True)
        own = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.pair.key.public_key())
        builder = builder.add_extension(own, critical=False)
        if not profile.signs:
            purpose = ExtendedKeyUsageOID.SERVER_AUTH if profile.server else ExtendedKeyUsageOID.CLIENT_AUTH
            builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        if profile.server:
            builder = builder.add_extension(_loopback(), critical=False)
        return Pair(builder.sign(self.pair.key, hashes.SHA256()), key)


def doctor_name(doctor: Doctor) -> x509.Name:
    """Return the subject of a card: country, title, then one RDN with CN, SN and GN."""
    holder = x509.RelativeDistinguishedName(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, doctor.identifier),
            x509.NameAttribute(NameOID.SURNAME, doctor.family),
            x509.NameAttribute(NameOID.GIVEN_NAME, doctor.given.upper()),
        ]
    )
    country = x509.RelativeDistinguishedName([x509.NameAttribute(NameOID.COUNTRY_NAME, "FR")])
    title = x509.RelativeDistinguishedName([x509.NameAttribute(NameOID.TITLE, "Médecin")])
    return x509.Name([country, title, holder])


def structure_name(structure: Structure, service: str) -> x509.Name:
    """Return the subject of a software certificate of a structure."""
    return _name(
        (NameOID.COUNTRY_NAME, "FR"),
        (NameOID.STATE_OR_PROVINCE_NAME, "Exemple (99)"),
        (NameOID.ORGANIZATION_NAME, structure.name.upper()),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, structure.identifier),
        (NameOID.COMMON_NAME, service),
    )


def server_name() -> x509.Name:
    """Return the subject of the simulated services' own certificate."""
    return _name((NameOID.COUNTRY_NAME, "FR"), (NameOID.COMMON_NAME, "localhost"))


def past() -> tuple[datetime, datetime]:
    """Return a validity that is over."""
    now = datetime.now(UTC)
    return now - timedelta(days=30), now - timedelta(days=1)


def _years() -> tuple[datetime, datetime]:
    now = datetime.now(UTC)
    return now - timedelta(days=1), now + LIFE


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _name(*parts: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def _loopback() -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPublicKey, life: tuple[datetime, datetime]
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number(), *life)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


def _usage(*, certificates: bool = False, signs: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates and not signs,
        content_commitment=signs,
        key_encipherment=not certificates and not signs,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )
