"""The authentication key of one professional's card: what signs a TLS handshake, and nothing else."""

from __future__ import annotations

import hashlib
from typing import Final

from caducee.clock import Clock
from caducee.contracts.signer import SignatureAlgorithm
from caducee.errors import MechanismMissing
from caducee.keys.card.access import Card
from caducee.keys.card.protocol import CardSeen, Mechanism, Use
from caducee.keys.card.selection import certificate_of
from caducee.keys.signer_tls import KeyAtHand

# DigestInfo of SHA-256, to be followed by the hash (RFC 8017, 9.2, note 1).
_SHA256_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")


class AuthenticationSigner:
    """The ``Signer`` of the authentication key of one card.

    The key wants other forms than the signature key: on a CPS3 only a DigestInfo reaches the card, RSA-PSS is there
    on a CPS4 (Cryptolib CPS, PKCS#11 specification).
    """

    def __init__(self, card: Card, seen: CardSeen, encoded: bytes) -> None:
        self._card = card
        self._seen = seen
        self._encoded = encoded

    @property
    def algorithms(self) -> frozenset[SignatureAlgorithm]:
        """PKCS#1 v1.5 with SHA-256; on a CPS4 PSS too."""
        pss = {SignatureAlgorithm.RSA_PSS_SHA256} if self._seen.pss else set()
        return frozenset({SignatureAlgorithm.RSA_SHA256} | pss)

    async def certificate(self) -> bytes:
        """Return the DER certificate of the authentication key."""
        return self._encoded

    async def sign(self, data: bytes, algorithm: SignatureAlgorithm) -> bytes:
        """Sign the full message: one operation of the card.

        Raises:
            MechanismMissing: the card has not this algorithm; it was not called.
            CardAbsent, CardRemoved, CardModuleFailed, PinRequired, PinWrong, PinLastTry, PinBlocked: nothing was
                signed.
        """
        if algorithm not in self.algorithms:
            raise MechanismMissing(algorithm)
        if algorithm is SignatureAlgorithm.RSA_PSS_SHA256:
            return await self._sign(Mechanism.SHA256_RSA_PKCS_PSS, data)
        return await self._sign(Mechanism.RSA_PKCS, _SHA256_INFO + hashlib.sha256(data).digest())

    async def _sign(self, mechanism: Mechanism, data: bytes) -> bytes:
        return await self._card.sign(self._seen, mechanism, data, use=Use.AUTHENTICATION)


async def authentication_key(card: Card, identifier: str, *, clock: Clock) -> KeyAtHand:
    """Find the authentication key of this professional in the readers; no PIN is needed.

    Raises:
        CardAbsent, OtherCard, AmbiguousCard, CertificateExpired, CardModuleFailed.
    """
    seen, encoded = await card.find(identifier, Use.AUTHENTICATION)
    certificate_of(encoded).check_dates(clock.now())
    return KeyAtHand(signer=AuthenticationSigner(card, seen, encoded), certificate=encoded, is_open=seen.logged_in)
