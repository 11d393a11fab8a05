"""A test authority, and the desk of a virtual CPS with two invented doctors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

from caducee.clock import SystemClock
from caducee.keys.card.access import Card as CardAtDesk
from caducee.keys.card.process import CardProcess
from caducee_sandbox.cards import ENVIRONMENT, Card, CardDesk, CardKey, module_path


@lru_cache(maxsize=32)
def make_key(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def professional_name(identifier: str, family: str, given: str) -> x509.Name:
    one = x509.NameAttribute
    return x509.Name(
        [
            x509.RelativeDistinguishedName([one(NameOID.COUNTRY_NAME, "FR")]),
            x509.RelativeDistinguishedName([one(NameOID.TITLE, "Médecin")]),
            x509.RelativeDistinguishedName(
                [
                    one(NameOID.COMMON_NAME, identifier),
                    one(NameOID.SURNAME, family),
                    one(NameOID.GIVEN_NAME, given),
                ]
            ),
        ]
    )


class Authority:
    """A test authority: never trusted by anything but these tests."""

    def __init__(self, name: str) -> None:
        self.key = make_key(name)
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = self._builder(self.name, self.key, datetime.now(UTC), 30)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.certificate = builder.sign(self.key, hashes.SHA256())
        self.pem = self.certificate.public_bytes(Encoding.PEM).decode()

    def issue(
        self, subject: x509.Name, key: rsa.RSAPrivateKey, *, begins: datetime | None = None, days: int = 10
    ) -> x509.Certificate:
        builder = self._builder(subject, key, begins or datetime.now(UTC) - timedelta(hours=1), days)
        loopback = x509.IPAddress(IPv4Address("127.0.0.1"))
        builder = builder.add_extension(x509.SubjectAlternativeName([loopback]), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def pkcs12(self, subject: x509.Name, password: bytes, **dates: object) -> bytes:
        key = make_key("pkcs12")
        certificate = self.issue(subject, key, **dates)
        return pkcs12.serialize_key_and_certificates(
            b"key", key, certificate, [self.certificate], BestAvailableEncryption(password)
        )

    def _builder(
        self, subject: x509.Name, key: rsa.RSAPrivateKey, begins: datetime, days: int
    ) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder(self.name, subject, key.public_key(), x509.random_serial_number())
        return builder.not_valid_before(begins).not_valid_after(begins + timedelta(days=days))


class Doctor:
    """One invented doctor and the card of theirs."""

    def __init__(self, serial: str, pin: str, identifier: str, family: str, given: str) -> None:
        self.serial, self.pin, self.identifier = serial, pin, identifier
        self.name = professional_name(identifier, family, given)

    def card(self, authority: Authority, **options: object) -> Card:
        pairs = {}
        for use in ("auth", "sign"):
            key = make_key(f"{self.serial} {use}")
            pairs[use] = CardKey(certificate=authority.issue(self.name, key), key=key)
        return Card(serial=self.serial, pin=self.pin, **pairs, **options)


ROUX = Doctor("8000000001", "1234", "899700000017", "ROUX", "CAMILLE")
LENOIR = Doctor("8000000077", "4321", "899700000025", "LENOIR", "DOMINIQUE")


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority("AC DE TEST")


@pytest.fixture(scope="session")
def other_authority() -> Authority:
    return Authority("AUTRE AC DE TEST")


@pytest.fixture
def roux() -> Doctor:
    return ROUX


@pytest.fixture
def lenoir() -> Doctor:
    return LENOIR


@pytest.fixture
def name_of() -> object:
    return professional_name


@pytest.fixture
def desk(tmp_path: Path, authority: Authority) -> CardDesk:
    """The card of Dr Roux is in reader A; that of Dr Lenoir is issued and in no reader."""
    desk = CardDesk(tmp_path / "vcps")
    desk.issue(ROUX.card(authority))
    desk.issue(LENOIR.card(authority))
    desk.insert(ROUX.serial)
    return desk


@pytest.fixture
def process(desk: CardDesk) -> Iterator[CardProcess]:
    process = CardProcess(str(module_path()), environment={ENVIRONMENT: str(desk.directory)}, timeout=20)
    yield process
    process.stop()


@pytest.fixture
def events() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def make_card(process: CardProcess, events: list[tuple[str, str]]) -> object:
    async def note(action: str, detail: str) -> None:
        events.append((action, detail))

    def make(**options: object) -> CardAtDesk:
        return CardAtDesk(process, clock=SystemClock(pace=25), on_event=note, **options)

    return make
