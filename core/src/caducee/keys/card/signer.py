"""The signature key of one professional's card, and of no other card."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from caducee.clock import Clock
from caducee.contracts.signer import SignatureAlgorithm
from caducee.errors import CardAbsent, CardModuleFailed, CardRemoved, MechanismMissing
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
    """The ``Signer`` bound to one PS_IdNat: the card whose certificate carries it, found at the first call.

    The card is named by its serial number at each signature, so it is not looked for again while it is there.
    """

    def __init__(self, card: Card, identifier: str, *, clock: Clock) -> None:
        self._card = card
        self._identifier = identifier
        self._clock = clock
        self._known: tuple[CardSeen, bytes] | None = None

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
            PinRequired, PinWrong, PinLastTry, PinBlocked: nothing was signed. ``CardRemoved`` too where another card
            of the same professional has taken the place of the one whose certificate was told.
        """
        mechanism = _MECHANISMS.get(algorithm)
        elliptic = algorithm is SignatureAlgorithm.ECDSA_SHA256
        if mechanism is None and not elliptic:
            raise MechanismMissing(algorithm)
        card, told = await self._found()
        bits = _elliptic_bits(told)
        if (bits > 0) is not elliptic:
            raise MechanismMissing(algorithm)
        if mechanism is not None:
            return await self._signed(card, told, mechanism, data)
        value = await self._signed(card, told, Mechanism.ECDSA, hashlib.sha256(data).digest())
        try:
            return to_raw(value, bits)  # a token gives r followed by s; some modules answer DER
        except WrongWidth as error:
            raise CardModuleFailed(str(error)) from None

    async def _signed(self, card: CardSeen, told: bytes, mechanism: Mechanism, data: bytes) -> bytes:
        try:
            return await self._card.sign(card, mechanism, data)
        except CardAbsent:
            self._known = None
            there, certificate = await self._found()
            if certificate != told:
                raise CardRemoved from None
            return await self._card.sign(there, mechanism, data)

    async def _found(self) -> tuple[CardSeen, bytes]:
        if self._known is None:
            self._known = await self._card.find(self._identifier)
        certificate_of(self._known[1]).check_dates(self._clock.now())
        return self._known


@lru_cache(maxsize=16)
def _elliptic_bits(certificate: bytes) -> int:
    """Return the width of the curve of a certificate's key; 0 for any other key."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    return key.key_size if isinstance(key, ec.EllipticCurvePublicKey) else 0
