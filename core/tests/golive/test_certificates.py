"""Certificates of tests and of the sandbox never reach a real record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from caducee.config import Config, Pkcs12Config, Secret, TrustConfig
from caducee.errors import ConfigError, Finding
from caducee.golive import missing
from caducee.model.environment import Environment

from .practices import practice

REAL, TEST, SIMULATED = ("IGC", "AC REELLE"), ("IGC", "TEST AC QUELCONQUE"), ("ESSAI", "Autorité d'essai")
BOTH = (Environment.INTEGRATION, Environment.PRODUCTION)


def issued_by(organisation: str, name: str) -> x509.Certificate:
    """Return a certificate whose subject and issuer have this name."""
    key = ec.generate_private_key(ec.SECP256R1())
    attributes = ((NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, name))
    subject = x509.Name([x509.NameAttribute(kind, text) for kind, text in attributes])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 1, now, now + timedelta(days=1))
    return builder.sign(key, hashes.SHA256())


def with_key_file(environment: Environment, authorities: Path | None = None) -> Config:
    """Return a practice that has everything, and a key file."""
    keys = Pkcs12Config(file=Path("org.p12"), password=Secret(env="P"), authorities=authorities)
    config = practice(environment)
    return msgspec.structs.replace(config, credentials={**config.credentials, "org": keys})


def fields(config: Config, issuer: tuple[str, str]) -> set[str]:
    """Return the keys under which something is missing when the key file was issued by this authority."""
    der = issued_by(*issuer).public_bytes(Encoding.DER)
    return {finding.field for finding in missing(config, {}, lambda name: der)}


@pytest.mark.parametrize(
    ("issuer", "refusing"), [(REAL, ()), (TEST, (Environment.PRODUCTION,)), (SIMULATED, BOTH)], ids=str
)
@pytest.mark.parametrize("environment", BOTH)
def test_a_key_file_of_a_test_authority_is_refused_where_it_does_not_belong(
    environment: Environment, issuer: tuple[str, str], refusing: tuple[Environment, ...]
) -> None:
    expected = {"credentials.org.file"} if environment in refusing else set()
    assert fields(with_key_file(environment), issuer) == expected


@pytest.mark.parametrize(
    ("issuer", "refusing"), [(REAL, ()), (TEST, (Environment.PRODUCTION,)), (SIMULATED, BOTH)], ids=str
)
@pytest.mark.parametrize("environment", BOTH)
def test_one_test_authority_among_the_pinned_ones_is_refused(
    environment: Environment, issuer: tuple[str, str], refusing: tuple[Environment, ...], tmp_path: Path
) -> None:
    pinned = tmp_path / "ca.pem"
    pinned.write_bytes(b"".join(issued_by(*name).public_bytes(Encoding.PEM) for name in (REAL, issuer)))
    expected = {"credentials.org.authorities"} if environment in refusing else set()
    assert fields(with_key_file(environment, pinned), REAL) == expected


@pytest.mark.parametrize("content", [None, b"", b"not PEM"])
def test_authorities_that_cannot_be_read_are_missing(content: bytes | None, tmp_path: Path) -> None:
    pinned = tmp_path / "ca.pem"
    if content is not None:
        pinned.write_bytes(content)
    assert fields(with_key_file(Environment.INTEGRATION, pinned), REAL) == {"credentials.org.authorities"}


def test_a_key_file_that_cannot_be_opened_is_listed_with_the_rest() -> None:
    wrong = Finding(field="credentials.org.file", rule="config.unusable", message="…")

    def refuse(name: str) -> bytes:
        raise ConfigError((wrong,))

    assert missing(with_key_file(Environment.INTEGRATION), {}, refuse) == (wrong,)


@pytest.mark.parametrize("environment", BOTH)
def test_simulated_authorities_are_refused_without_a_key_too(tmp_path: Path, environment: Environment) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_bytes(issued_by(*SIMULATED).public_bytes(Encoding.PEM))
    config = practice(environment)
    trusting = {**config.credentials, "trust": TrustConfig(authorities=bundle)}
    changed = msgspec.structs.replace(config, credentials=trusting)
    assert fields(changed, REAL) == {"credentials.trust.authorities"}
