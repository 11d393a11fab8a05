"""The revocation list of the sandbox's authority, and the host that gives it out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from caducee_sandbox.http import Answer

STATES = ("good", "revoked", "stale", "limited")


class RevocationHost:
    """Answers with a list signed when asked. ``state`` is what goes wrong.

    ``revoked``: the servers' certificate is in the list. ``stale``: the list is out of date by a day. ``limited``:
    403, as the real host answers to whom asks too often.
    """

    def __init__(self, authority: x509.Certificate, key: rsa.RSAPrivateKey, server: x509.Certificate) -> None:
        self._authority, self._key, self._server = authority, key, server
        self.state = "good"
        self.asked = 0

    def set(self, state: str) -> None:
        """Choose the state.

        Raises:
            ValueError: an unknown one.
        """
        if state not in STATES:
            raise ValueError(f"state: one of {', '.join(STATES)}")
        self.state = state

    def answer(self) -> Answer:
        """Return the list, DER, or the refusal."""
        self.asked += 1
        if self.state == "limited":
            return Answer(status=403, content_type="text/html", body=b"<html>Too many requests</html>")
        end = datetime.now(UTC) + timedelta(days=-1 if self.state == "stale" else 2)
        start = end - timedelta(days=3)
        builder = x509.CertificateRevocationListBuilder(self._authority.subject, start, end)
        if self.state == "revoked":
            entry = x509.RevokedCertificateBuilder(self._server.serial_number, start).build()
            builder = builder.add_revoked_certificate(entry)
        signed = builder.sign(self._key, hashes.SHA256()).public_bytes(Encoding.DER)
        return Answer(content_type="application/pkix-crl", body=signed)
