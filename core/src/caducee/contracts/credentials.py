"""What plugins may ask of the keys: a signer of one professional, a certificate for TLS."""

from __future__ import annotations

import ssl
from typing import Protocol

import msgspec

from caducee.contracts.signer import Signer
from caducee.contracts.tls import ClientTls
from caducee.model.practice import Practitioner
from caducee.services import ServiceKey


class CardHolder(msgspec.Struct, frozen=True, kw_only=True):
    """What a card says of its holder. ``identifier`` is the PS_IdNat; ``tries_left`` as the flags tell."""

    serial: str
    label: str
    identifier: str
    family_name: str
    given_name: str
    profession: str
    not_after: str
    tries_left: int | None = None


class CardAccess(Protocol):
    """The card at this desk."""

    async def holder(self) -> CardHolder:
        """Read the holder of the card that is present. No PIN is needed.

        Raises:
            CardAbsent, AmbiguousCard.
        """
        ...

    async def open(self, pin: str, *, use_last_try: bool = False) -> CardHolder:
        """Present the PIN once and keep the session open.

        A PIN that the card refused is never presented again by itself, and the last try only with
        ``use_last_try``.

        Raises:
            PinWrong, PinLastTry, PinBlocked, CardAbsent, CardRemoved.
        """
        ...

    async def close(self) -> None:
        """Forget the PIN and the session."""
        ...


CARD_ACCESS: ServiceKey[CardAccess] = ServiceKey("card_access")


class Credentials(Protocol):
    """Keys by the name of their configuration, never by position."""

    def practitioner(self, key: str) -> Practitioner:
        """Return the professional of ``[practitioner.KEY]``.

        Raises:
            ConfigError: no such table.
        """
        ...

    async def signer(self, practitioner: str) -> Signer:
        """Return the signature key of that professional and of nobody else.

        Raises:
            CardAbsent, OtherCard, PinRequired, CertificateExpired.
        """
        ...

    async def seal(self, credential: str) -> Signer:
        """Return the organisation's signature key of ``[credentials.NAME]``.

        Raises:
            CertificateExpired, CertificateUntrusted, ConfigError.
        """
        ...

    def tls(self, credential: str) -> ssl.SSLContext:
        """Return a client context with the certificate of ``[credentials.NAME]``, if any, and the pinned authorities.

        Raises:
            CertificateExpired, CertificateUntrusted, ConfigError.
        """
        ...

    def authorities(self, credential: str) -> bytes:
        """Return the PEM bundle of ``[credentials.NAME]`` that servers must chain to.

        Raises:
            ConfigError: none is named, or it cannot be read.
        """
        ...

    def certificate(self, credential: str) -> bytes:
        """Return the DER certificate of ``[credentials.NAME]``, to check whose it is before anything is sent.

        Raises:
            ConfigError: no such table, or a file that cannot be opened.
        """
        ...

    def tls_for(self, practitioner: str) -> ClientTls:
        """Return the TLS identity of the professional: the authentication key of their card.

        The card is looked for when a connection is made, not here.

        Raises:
            ConfigError: no authentication credential, not a card, or no authorities.
        """
        ...

    async def unlock(self, practitioner: str) -> None:
        """Have the professional's card open: whoever is at the desk is asked for the PIN now, if it is not.

        For what must not be held by a person once it has begun. Does nothing when the key is no card.

        Raises:
            CardAbsent, OtherCard, AmbiguousCard, CardModuleFailed, PinRequired, PinWrong, PinLastTry, PinBlocked,
            ConfigError.
        """
        ...

    async def subject_dn(self, practitioner: str) -> str:
        """Return the subject of the professional's authentication certificate, RFC 2253 with GN and ST.

        Raises:
            CardAbsent, OtherCard, AmbiguousCard, CertificateExpired, CardModuleFailed, ConfigError.
        """
        ...
