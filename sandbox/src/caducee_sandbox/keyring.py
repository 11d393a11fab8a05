"""The key material of one state folder: made once, written with mode 0600, read again by the next start."""

from __future__ import annotations

import os
import secrets
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

from caducee_sandbox.cards import READER, Card, CardDesk, CardKey
from caducee_sandbox.people import DOCTORS, ROUX, ROUX_PRACTICE, STAFF
from caducee_sandbox.pki import Authority, Pair, Profile, doctor_name, past, server_name, structure_name

CLIENTS = (
    "insi_manu",
    "insi_wrong_cn",
    "expired",
    "roux_auth",
    "roux_sign",
    "lenoir_auth",
    "lenoir_sign",
    "org_auth",
    "org_sign",
    "stranger_auth",
    "petit_auth",
    "blanc_auth",
    "blanc_sign",
)


class Keyring:
    """Where the authorities, the servers' certificates and the clients' PKCS#12 of a state folder are."""

    def __init__(self, state: Path) -> None:
        self.directory = state / "pki"
        self.cards = CardDesk(state / "vcps")
        if not all((self.directory / name).exists() for name in ("complete", "ca.key", "annuaire.key")):
            self._make()

    @property
    def authorities(self) -> Path:
        """PEM of the authority of the sandbox."""
        return self.directory / "ca.pem"

    @property
    def other_authorities(self) -> Path:
        """PEM of an unrelated authority."""
        return self.directory / "other_ca.pem"

    @property
    def psc_secret(self) -> Path:
        """Secret of the software at the simulated Pro Santé Connect."""
        return self.directory / "psc.secret"

    @property
    def annuaire_key(self) -> Path:
        """API key of the software at the simulated directory."""
        return self.directory / "annuaire.key"

    @property
    def payment_key(self) -> Path:
        """Key with which the simulated payment provider signs its messages."""
        return self.directory / "payment.key"

    def authority(self) -> x509.Certificate:
        """Return the certificate of the sandbox's authority."""
        return x509.load_pem_x509_certificate(self.authorities.read_bytes())

    def authority_key(self) -> rsa.RSAPrivateKey:
        """Return the key of the sandbox's authority, for what it signs after its certificates."""
        key = load_pem_private_key((self.directory / "ca.key").read_bytes(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return key

    def server_certificate(self) -> x509.Certificate:
        """Return the certificate that the services show."""
        return x509.load_pem_x509_certificate((self.directory / "server.pem").read_bytes())

    def credentials(self) -> dict[str, dict[str, str]]:
        """Return where each client's PKCS#12 and its password are."""
        return {
            name: {
                "file": str(self.directory / f"{name}.p12"),
                "password_file": str(self.directory / f"{name}.pass"),
            }
            for name in CLIENTS
        }

    def context(self, name: str = "server", *, demands: bool = True) -> ssl.SSLContext:
        """Return a server context that demands a certificate of the sandbox's authority, or only asks for one."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.directory / f"{name}.pem")
        context.load_verify_locations(self.authorities)
        context.verify_mode = ssl.CERT_REQUIRED if demands else ssl.CERT_OPTIONAL
        return context

    def _make(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        ours, other = Authority("AC RACINE ESSAI"), Authority("AC ETRANGERE ESSAI")
        _write(self.authorities, ours.pair.certificate.public_bytes(Encoding.PEM))
        _write(self.directory / "ca.key", _plain(ours.pair))
        _write(self.other_authorities, other.pair.certificate.public_bytes(Encoding.PEM))
        for name, authority in (("server", ours), ("other_server", other)):
            self._write_server(name, authority.issue(Profile(subject=server_name(), server=True)))
        _write(self.psc_secret, secrets.token_urlsafe(24).encode())
        _write(self.annuaire_key, secrets.token_urlsafe(24).encode())
        _write(self.payment_key, secrets.token_urlsafe(24).encode())
        pairs = _clients(ours, other)
        for name in CLIENTS:
            self._write_client(name, pairs[name])
        self._issue_cards(pairs)
        _write(self.directory / "complete", b"")

    def _issue_cards(self, pairs: dict[str, Pair]) -> None:
        for doctor in DOCTORS:
            auth, sign = (_card_key(pairs[f"{doctor.key}_{use}"]) for use in ("auth", "sign"))
            self.cards.issue(Card(serial=doctor.card_serial, pin=doctor.pin, auth=auth, sign=sign))
        self.cards.insert(ROUX.card_serial, READER)

    def _write_server(self, name: str, pair: Pair) -> None:
        _write(self.directory / f"{name}.pem", _plain(pair) + pair.certificate.public_bytes(Encoding.PEM))

    def _write_client(self, name: str, pair: Pair) -> None:
        password = secrets.token_urlsafe(18).encode()
        locked = pkcs12.serialize_key_and_certificates(
            name.encode(), pair.key, pair.certificate, None, BestAvailableEncryption(password)
        )
        _write(self.directory / f"{name}.p12", locked)
        _write(self.directory / f"{name}.pass", password)


def _clients(ours: Authority, other: Authority) -> dict[str, Pair]:
    manual = structure_name(ROUX_PRACTICE, "INSI-MANU")
    seal = structure_name(ROUX_PRACTICE, "DMP-CABINET")
    pairs = {
        "insi_manu": ours.issue(Profile(subject=manual)),
        "insi_wrong_cn": ours.issue(Profile(subject=structure_name(ROUX_PRACTICE, "insi-manu"))),
        "expired": ours.issue(Profile(subject=manual, life=past())),
        "org_auth": ours.issue(Profile(subject=seal)),
        "org_sign": ours.issue(Profile(subject=seal, signs=True)),
        "stranger_auth": other.issue(Profile(subject=doctor_name(ROUX))),
    }
    for doctor in (*DOCTORS, *STAFF):
        subject = doctor_name(doctor)
        pairs[f"{doctor.key}_auth"] = ours.issue(Profile(subject=subject))
        pairs[f"{doctor.key}_sign"] = ours.issue(Profile(subject=subject, signs=True))
    return pairs


def _plain(pair: Pair) -> bytes:
    return pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _card_key(pair: Pair) -> CardKey:
    return CardKey(certificate=pair.certificate, key=pair.key)


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
