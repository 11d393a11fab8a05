"""The signature key of one professional's card, and of no other card."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from caducee.clock import Clock
from caducee.contracts.signer import SignatureAlgorithm
from caducee.errors import CardModuleFailed, MechanismMissing
from caducee.keys.card.access import Card
from caducee.keys.card.protocol import CardSeen, Mechanism
from caducee.keys.card.selection import certificate_of
from caducee.wire.ecdsa import WrongWidth, to_raw

# The signature key takes the whole message, with SHA-1 or SHA-256 only (Cryptolib CPS, PKCS#11 specification).
_MECHANISMS: Final = {
    SignatureAlgorithm.RSA_SHA1: Mechanism.SHA1_RSA_PKCS,
    SignatureAlgorithm.RSA_SHA256: Mechanism.SHA256_RSA_PKCS,
}


class CardSigner:
    """The ``Signer`` bound to one PS_IdNat: each call finds the card whose certificate carries it."""

    def __init__(self, card: Card, identifier: str, *, clock: Clock) -> None:
        self._card = card
        self._identifier = identifier
        self._clock = clock

    @property
    def algorithms(self) -> frozenset[SignatureAlgorithm]:
        """What the signature key of a CPS can do; an elliptic key of another token: ``ECDSA_SHA256``."""
        return frozenset(_MECHANISMS)

    async def certificate(self) -> bytes:
        """Return the DER certificate of the signature key.

        Raises:
            CardAbsent, OtherCard, AmbiguousCard, CertificateExpired, CardModuleFailed.
        """
        return (await self._found())[1]

    async def sign(self, data: bytes, algorithm: SignatureAlgorithm) -> bytes:
        """Sign the full message: one operation of the card.

        Raises:
            MechanismMissing: the key has not this algorithm; the card was not called.
            CardAbsent, OtherCard, AmbiguousCard, CardRemoved, CertificateExpired, CardModuleFailed,
            PinRequired, PinWrong, PinLastTry, PinBlocked: nothing was signed.
        """
        mechanism = _MECHANISMS.get(algorithm)
        elliptic = algorithm is SignatureAlgorithm.ECDSA_SHA256
        if mechanism is None and not elliptic:
            raise MechanismMissing(algorithm)
        card, encoded = await self._found()
        bits = _elliptic_bits(encoded)
        if (bits > 0) is not elliptic:
            raise MechanismMissing(algorithm)
        if mechanism is not None:
            return await self._card.sign(card, mechanism, data)
        value = await self._card.sign(card, Mechanism.ECDSA, hashlib.sha256(data).digest())
        try:
            return to_raw(value, bits)  # a token gives r followed by s; some modules answer DER
        except WrongWidth as error:
            raise CardModuleFailed(str(error)) from None

    async def _found(self) -> tuple[CardSeen, bytes]:
        card, encoded = await self._card.find(self._identifier)
        certificate_of(encoded).check_dates(self._clock.now())
        return card, encoded


@lru_cache(maxsize=16)
def _elliptic_bits(certificate: bytes) -> int:
    """Return the width of the curve of a certificate's key; 0 for any other key."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    return key.key_size if isinstance(key, ec.EllipticCurvePublicKey) else 0
