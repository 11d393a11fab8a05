"""Keys in PKCS#12 files: certificates of a structure, and of a professional where the card's key is not used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

from caducee.batches import Cancel, in_windows
from caducee.contracts.signer import RSA_ALGORITHMS, SignatureAlgorithm
from caducee.errors import MechanismMissing
from caducee.keys.certificate import Certificate
from caducee_native import NativeError, RsaKey


class SoftwareKey:
    """A private key with its certificate and the chain that came with it. Its repr shows the certificate only."""

    def __init__(self, key: RSAPrivateKey, certificate: Certificate, chain: tuple[bytes, ...]) -> None:
        self._key = key
        self._native = RsaKey.from_pkcs8(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
        self.certificate = certificate
        self._chain = chain

    def __repr__(self) -> str:
        return f"SoftwareKey({self.certificate.subject.rfc2253()!r})"

    @classmethod
    def from_pkcs12(cls, content: bytes, password: bytes) -> SoftwareKey:
        """Open a PKCS#12 file.

        Raises:
            ValueError: wrong password, not a PKCS#12 file, no RSA key or no certificate in it.
        """
        key, certificate, others = load_key_and_certificates(content, password)
        if not isinstance(key, RSAPrivateKey) or certificate is None:
            raise ValueError("no RSA key with its certificate")
        pem = tuple(c.public_bytes(Encoding.PEM) for c in (certificate, *others))
        return cls(key, Certificate(certificate.public_bytes(Encoding.DER)), pem)

    def sealed_pem(self, password: bytes) -> bytes:
        """Return the chain and the key, the key encrypted under ``password``."""
        key = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password))
        return key + b"".join(self._chain)

    def sign(self, data: bytes, algorithm: SignatureAlgorithm) -> bytes:
        """Sign the full message."""
        if algorithm is SignatureAlgorithm.RSA_SHA256:
            return self._native.sign_sha256(data)
        if algorithm is SignatureAlgorithm.RSA_PSS_SHA256:
            pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
            return self._key.sign(data, pss, hashes.SHA256())
        # The native library does not sign with SHA-1.
        return self._key.sign(data, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - the DMP's default form

    def sign_many(
        self, messages: Iterable[bytes], *, workers: int = 2, window: int = 256, cancel: Cancel | None = None
    ) -> Iterator[bytes]:
        """Sign many messages with RSA-SHA256 and that many threads, in order, in the memory of one window.

        Raises:
            BatchCancelled: ``cancel`` was set; what had been begun was yielded before.
            NativeError: the key cannot sign.
        """
        cancel = cancel or Cancel()

        def work(taken: list[bytes]) -> list[bytes | None]:
            results = self._native.sign_many(taken, workers=workers, cancel=cancel.native)
            for result in results:
                if isinstance(result, NativeError):
                    raise result
            return [result for result in results if not isinstance(result, NativeError)]

        return in_windows(messages, work, window=window, cancelled=cancel.is_set)


class SoftwareSigner:
    """The ``Signer`` of a key file."""

    def __init__(self, key: SoftwareKey) -> None:
        self._key = key

    @property
    def algorithms(self) -> frozenset[SignatureAlgorithm]:
        """Every form of RSA."""
        return RSA_ALGORITHMS

    async def certificate(self) -> bytes:
        """Return the DER certificate of the key."""
        return self._key.certificate.der

    async def sign(self, data: bytes, algorithm: SignatureAlgorithm) -> bytes:
        """Sign the full message.

        Raises:
            MechanismMissing: another algorithm; the key was not used.
        """
        if algorithm not in self.algorithms:
            raise MechanismMissing(algorithm)
        return self._key.sign(data, algorithm)
