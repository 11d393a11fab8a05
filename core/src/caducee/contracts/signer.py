"""The seam between what must be signed and the key that signs it."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class SignatureAlgorithm(StrEnum):
    """Over the full message. The value is the XML-DSig URI.

    RSA: PKCS#1 v1.5, or PSS with a salt as long as the hash. ECDSA: the signature is r followed by s, each as wide as
    the curve, as XML-Signature and JWS want it and tokens give it; a source that gives DER passes it through
    ``caducee.wire.ecdsa.to_raw``. No CPS has an elliptic curve: it is for keys of a structure.
    """

    RSA_SHA1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
    RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    RSA_PSS_SHA256 = "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1"
    ECDSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"


RSA_ALGORITHMS = frozenset(SignatureAlgorithm) - {SignatureAlgorithm.ECDSA_SHA256}
"""What an RSA key in software can do."""


class Signer(Protocol):
    """A signature key, wherever it lives: card, key file, another machine.

    Every call may take minutes. One ``sign`` is exactly one operation of the key.
    """

    @property
    def algorithms(self) -> frozenset[SignatureAlgorithm]:
        """What this key can do. Anything else is refused before the key is called."""
        ...

    async def certificate(self) -> bytes:
        """Return the DER certificate of the key."""
        ...

    async def sign(self, data: bytes, algorithm: SignatureAlgorithm) -> bytes:
        """Sign the full message ``data``.

        Raises:
            MechanismMissing: the key has not this algorithm; it was not called.
            CardAbsent, CardRemoved, OtherCard, PinRequired: nothing was signed.
        """
        ...
