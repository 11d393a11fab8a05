"""Mutual TLS, against a real server on loopback."""

from __future__ import annotations

import socket
import ssl
import tempfile
import threading
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from caducee.keys.software import SoftwareKey
from caducee.keys.tls import client_context

PASSWORD = b"motdepasse"


@pytest.fixture
def key(authority, roux):
    return SoftwareKey.from_pkcs12(authority.pkcs12(roux.name, PASSWORD), PASSWORD)


class Server:
    """Answers each connection with the subject of the client's certificate."""

    def __init__(self, issuer, trusted, folder, maximum=None):
        key = issuer.key
        certificate = issuer.issue(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "serveur")]), key)
        pem = folder / "server.pem"
        pem.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            + certificate.public_bytes(Encoding.PEM)
        )
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(pem)
        self.context.verify_mode = ssl.CERT_REQUIRED
        self.context.load_verify_locations(cadata=trusted.pem)
        if maximum:
            self.context.minimum_version = maximum
            self.context.maximum_version = maximum
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self):
        plain, _ = self.socket.accept()
        with plain:
            try:
                with self.context.wrap_socket(plain, server_side=True) as secured:
                    secured.sendall(str(secured.getpeercert()["subject"]).encode())
            except OSError:
                return

    def visit(self, context):
        try:
            with (
                socket.create_connection(self.socket.getsockname()) as plain,
                context.wrap_socket(plain, server_hostname="127.0.0.1") as secured,
            ):
                return secured.version(), secured.cipher()[0], secured.recv(4096).decode()
        finally:
            self.thread.join()
            self.socket.close()


def test_the_server_sees_our_certificate(authority, key, roux, tmp_path):
    _, _, seen = Server(authority, authority, tmp_path).visit(client_context(key, authority.pem))
    assert roux.identifier in seen


@pytest.mark.requirement("PDT-INF-579-TLS")
def test_the_suites_of_tls_1_2_are_those_of_the_dmp(authority, key, tmp_path):
    server = Server(authority, authority, tmp_path, ssl.TLSVersion.TLSv1_2)
    version, suite, _ = server.visit(client_context(key, authority.pem))
    assert version == "TLSv1.2"
    assert suite == "ECDHE-RSA-AES256-GCM-SHA384"
    offered = {c["name"] for c in client_context(key, authority.pem).get_ciphers() if c["protocol"] == "TLSv1.2"}
    assert offered == {
        "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-RSA-CHACHA20-POLY1305",
        "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES256-SHA384",
    }


def test_a_server_of_another_authority_is_refused(authority, other_authority, key, tmp_path):
    with pytest.raises(ssl.SSLCertVerificationError):
        Server(other_authority, authority, tmp_path).visit(client_context(key, authority.pem))


def test_nothing_older_than_tls_1_2_is_spoken(authority, key):
    assert client_context(key, authority.pem).minimum_version == ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize(
    "bundle", ["", "not a certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_without_an_authority_there_is_no_context(key, bundle):
    with pytest.raises(ValueError):
        client_context(key, bundle)


def test_the_key_is_on_disk_encrypted_and_for_a_moment_only(authority, key, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    seen = []
    load = ssl.SSLContext.load_cert_chain

    def spy(self, certfile, **options):
        path = Path(certfile)
        seen.append((path.parent, path.stat().st_mode & 0o777, path.read_bytes()))
        load(self, certfile, **options)

    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", spy)
    client_context(key, authority.pem)
    [(folder, mode, content)] = seen
    assert folder == tmp_path
    assert mode == 0o600
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in content
    assert b"BEGIN PRIVATE KEY" not in content
    assert list(tmp_path.iterdir()) == []
