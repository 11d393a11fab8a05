"""A professional's card for tests: there, absent, somebody else's, or asking for its PIN."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from functools import cached_property

from caducee.contracts.signer import RSA_ALGORITHMS, SignatureAlgorithm, Signer
from caducee.errors import CardAbsent, OtherCard, PinRequired
from caducee.keys.software import SoftwareKey, SoftwareSigner
from caducee.model.practice import Practitioner
from caducee.testing.authority import InventedAuthority
from caducee.testing.letters import AUTHOR


class CardPlace(StrEnum):
    """Where the card of the practitioner is, as a plugin finds out."""

    PRESENT = "present"
    ABSENT = "absent"
    OTHER = "other"
    NEEDS_PIN = "needs_pin"


_TROUBLES = {CardPlace.ABSENT: CardAbsent, CardPlace.OTHER: OtherCard, CardPlace.NEEDS_PIN: PinRequired}


class FakeCard:
    """The ``Credentials`` of a kernel with one card, which is every practitioner's.

    ``place`` may be changed at any time. ``operations`` lists the signatures made. ``certificates`` gives the common
    name of each ``[credentials.*]`` that a plugin asks for; keys are made when they are first needed, under
    ``authority``, whose ``server`` is what a scripted service shows.
    """

    def __init__(
        self,
        practitioner: Practitioner = AUTHOR,
        *,
        place: CardPlace = CardPlace.PRESENT,
        certificates: Mapping[str, str] | None = None,
        authority: InventedAuthority | None = None,
    ) -> None:
        self.place = place
        self.operations: list[SignatureAlgorithm] = []
        self.authority = authority or InventedAuthority()
        self._practitioner = practitioner
        self._names = certificates or {}
        self._keys: dict[str, SoftwareKey] = {}

    @cached_property
    def key(self) -> SoftwareKey:
        """The card's key."""
        return self.authority.issue(self._practitioner.identifier)

    @contextmanager
    def moved(self, place: CardPlace) -> Iterator[None]:
        """Put the card elsewhere for a while."""
        before, self.place = self.place, place
        try:
            yield
        finally:
            self.place = before

    def practitioner(self, key: str) -> Practitioner:  # noqa: ARG002 - one person holds every key
        """Return the holder."""
        return self._practitioner

    async def signer(self, practitioner: str) -> Signer:  # noqa: ARG002
        """Return the signature key, if the card is there.

        Raises:
            CardAbsent, OtherCard, PinRequired: as ``place`` says.
        """
        self._must_be_there()
        return _CardSigner(self)

    async def seal(self, credential: str) -> Signer:
        """Return the organisation's seal: the key of the certificate of that name."""
        return SoftwareSigner(self._named(credential))

    def tls(self, credential: str) -> ssl.SSLContext:
        """Return a client context of the certificate of that name."""
        return self.authority.client(self._named(credential))

    def authorities(self, credential: str) -> bytes:  # noqa: ARG002 - there is one authority
        """Return the authority of the tests."""
        return self.authority.pem.encode()

    def certificate(self, credential: str) -> bytes:
        """Return the DER certificate of that name."""
        return self._named(credential).certificate.der

    def tls_for(self, practitioner: str) -> ssl.SSLContext:  # noqa: ARG002
        """Return a client context of the holder."""
        return self.authority.client(self.key)

    async def unlock(self, practitioner: str) -> None:
        """The TLS identity of the tests is no card: there is nothing to open."""

    async def subject_dn(self, practitioner: str) -> str:  # noqa: ARG002
        """Return the subject of the holder's certificate, RFC 2253."""
        return self.key.certificate.subject.rfc2253()

    def sign(self, data: bytes, algorithm: SignatureAlgorithm) -> bytes:
        """Make one operation of the card and count it.

        Raises:
            CardAbsent, OtherCard, PinRequired: nothing was signed.
        """
        self._must_be_there()
        self.operations.append(algorithm)
        return self.key.sign(data, algorithm)

    def _must_be_there(self) -> None:
        trouble = _TROUBLES.get(self.place)
        if trouble is not None:
            raise trouble

    def _named(self, credential: str) -> SoftwareKey:
        if credential not in self._keys:
            self._keys[credential] = self.authority.issue(self._names.get(credential, credential))
        return self._keys[credential]


class _CardSigner:
    algorithms = RSA_ALGORITHMS

    def __init__(self, card: FakeCard) -> None:
        self._card = card

    async def certificate(self) -> bytes:
        return self._card.key.certificate.der

    async def sign(self, data: bytes, algorithm: SignatureAlgorithm) -> bytes:
        return self._card.sign(data, algorithm)
