"""The signature key of one professional's card, and of no other card."""

from __future__ import annotations

from typing import Final

from caducee.clock import Clock
from caducee.contracts.signer import SignatureAlgorithm
from caducee.errors import MechanismMissing
from caducee.keys.card.access import Card
from caducee.keys.card.protocol import CardSeen, Mechanism
from caducee.keys.card.selection import certificate_of

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
        """What the signature key of a CPS can do."""
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
        if mechanism is None:
            raise MechanismMissing(algorithm)
        card, _ = await self._found()
        return await self._card.sign(card, mechanism, data)

    async def _found(self) -> tuple[CardSeen, bytes]:
        card, encoded = await self._card.find(self._identifier)
        certificate_of(encoded).check_dates(self._clock.now())
        return card, encoded
