"""The keys of ``[credentials.*]``, given out by name and checked against who should hold them."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from caducee.clock import Clock
from caducee.config import Config, Pkcs11Config, Place, Secrets, TrustConfig
from caducee.contracts.signer import Signer
from caducee.contracts.tls import ClientTls
from caducee.errors import ConfigError
from caducee.keys.card.access import Card, OnEvent
from caducee.keys.card.authentication import authentication_key
from caducee.keys.card.pin import PinPrompt
from caducee.keys.card.process import CardProcess
from caducee.keys.card.selection import certificate_of
from caducee.keys.card.signer import CardSigner
from caducee.keys.files import KeyFiles
from caducee.keys.signer_tls import KeyAtHand, TlsBySigner
from caducee.keys.software import SoftwareKey, SoftwareSigner
from caducee.keys.tls import client_context
from caducee.model.practice import Practitioner


class Roster(Protocol):
    """The professionals of the configuration."""

    def practitioner(self, key: str) -> Practitioner:
        """Return the professional of ``[practitioner.KEY]``, or raise ``ConfigError``."""
        ...


class ConfiguredCredentials:
    """The ``Credentials`` of one kernel. Key files are opened at first use and kept; cards are found at each use.

    ``prompt`` is asked when a card wants its PIN; ``on_event`` is told of PIN events, for the audit trail.
    """

    def __init__(
        self,
        config: Config,
        roster: Roster,
        *,
        secrets: Secrets,
        clock: Clock,
        prompt: PinPrompt | None = None,
        on_event: OnEvent | None = None,
    ) -> None:
        self._config = config
        self._roster = roster
        self._clock = clock
        self._prompt = prompt
        self._on_event = on_event
        self._cards: dict[str, Card] = {}
        self._files = KeyFiles(config, secrets)
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._identities: dict[str, ClientTls] = {}

    def practitioner(self, key: str) -> Practitioner:
        """Return the professional of ``[practitioner.KEY]``.

        Raises:
            ConfigError: no such table.
        """
        return self._roster.practitioner(key)

    async def signer(self, practitioner: str) -> Signer:
        """Return the signature key of that professional and of nobody else.

        Raises:
            CardAbsent, OtherCard, AmbiguousCard, CardModuleFailed: the card is not there.
            CertificateExpired, CertificateUntrusted: not valid today, or somebody else's.
            ConfigError: no signature credential.
        """
        identifier = self.practitioner(practitioner).identifier
        name = self._named(practitioner, "signature")
        if isinstance(self._config.credentials.get(name), Pkcs11Config):
            signer = CardSigner(self.card(name), identifier, clock=self._clock)
            await signer.certificate()
            return signer
        key = self._valid_key(name)
        key.certificate.check_holder(identifier)
        return SoftwareSigner(key)

    async def seal(self, credential: str) -> Signer:
        """Return the organisation's signature key of ``[credentials.NAME]``.

        Raises:
            CertificateExpired: not valid today.
            ConfigError: no such credential, or a file that cannot be used.
        """
        return SoftwareSigner(self._valid_key(credential))

    def tls(self, credential: str) -> ssl.SSLContext:
        """Return a client context with the certificate of ``[credentials.NAME]``, if any, and the pinned authorities.

        Raises:
            CertificateExpired: not valid today.
            ConfigError: no such credential, no authorities, or a file that cannot be used.
        """
        only_trust = isinstance(self._config.credentials.get(credential), TrustConfig)
        key = None if only_trust else self._valid_key(credential)
        if credential not in self._contexts:
            try:
                self._contexts[credential] = client_context(key, self._files.authorities(credential))
            except ValueError:
                raise self._files.refusal(
                    credential, "authorities", "ce n'est pas une liste de certificats PEM."
                ) from None
        return self._contexts[credential]

    def authorities(self, credential: str) -> bytes:
        """Return the PEM bundle that servers must chain to.

        Raises:
            ConfigError: none is named, or it cannot be read.
        """
        return self._files.authorities(credential).encode("ascii", errors="replace")

    def certificate(self, credential: str) -> bytes:
        """Return the DER certificate of ``[credentials.NAME]``, whatever its dates.

        Raises:
            ConfigError: no such table, or a file that cannot be opened.
        """
        return self._files.key(credential).certificate.der

    def tls_for(self, practitioner: str) -> ClientTls:
        """Return the TLS identity of the professional: the authentication key of their card, found at each connection.

        Raises:
            ConfigError: no authentication credential, not a card, or no authorities.
        """
        known = self._identities.get(practitioner)
        if known is not None:
            return known
        find = self._authentication(practitioner)
        authorities = self.authorities(self._named(practitioner, "authentication"))
        return self._identities.setdefault(practitioner, TlsBySigner(find, authorities=authorities))

    async def unlock(self, practitioner: str) -> None:
        """Have the card of the professional open, asking for the PIN if it is not.

        Raises:
            CardAbsent, OtherCard, AmbiguousCard, CardModuleFailed, PinRequired, PinWrong, PinLastTry, PinBlocked.
            ConfigError: no authentication credential.
        """
        name = self._named(practitioner, "authentication")
        if isinstance(self._config.credentials.get(name), Pkcs11Config):
            await self.card(name).unlock(self.practitioner(practitioner).identifier)

    async def subject_dn(self, practitioner: str) -> str:
        """Return the subject of the professional's authentication certificate, RFC 2253 with GN and ST.

        Raises:
            CardAbsent, OtherCard, AmbiguousCard, CertificateExpired, CardModuleFailed, ConfigError.
        """
        key = await self._authentication(practitioner)()
        return certificate_of(key.certificate).subject.rfc2253()

    def card(self, credential: str) -> Card:
        """Return the card access of ``[credentials.NAME]``.

        Raises:
            ConfigError: no such credential, not a card, or no module at that path.
        """
        card = self._cards.get(credential)
        if card is not None:
            return card
        config = self._config.credentials.get(credential)
        if not isinstance(config, Pkcs11Config):
            raise self._files.refusal(credential, "kind", "ce n'est pas une carte (kind = « pkcs11 »).")
        if not config.module.is_file():
            raise self._files.refusal(credential, "module", "ce module PKCS#11 n'existe pas.")
        process = CardProcess(str(config.module), environment=config.env, timeout=config.timeout)
        return self._cards.setdefault(
            credential,
            Card(process, clock=self._clock, serial=config.serial, prompt=self._prompt, on_event=self._on_event),
        )

    def card_credentials(self) -> tuple[str, ...]:
        """Return the names of the credentials that are cards."""
        return tuple(n for n, c in self._config.credentials.items() if isinstance(c, Pkcs11Config))

    async def aclose(self) -> None:
        """End the card processes and forget the keys."""
        cards = list(self._cards.values())
        self._cards.clear()
        self._files.forget()
        self._contexts.clear()
        self._identities.clear()
        for card in cards:
            await card.aclose()

    def _authentication(self, practitioner: str) -> Callable[[], Awaitable[KeyAtHand]]:
        card = self.card(self._named(practitioner, "authentication"))
        identifier = self.practitioner(practitioner).identifier
        return partial(authentication_key, card, identifier, clock=self._clock)

    def _named(self, practitioner: str, use: str) -> str:
        self.practitioner(practitioner)
        name: str | None = getattr(self._config.practitioner[practitioner], use)
        if name is None:
            place = Place(self._config.file, self._config.base).at("practitioner").at(practitioner).at(use)
            raise ConfigError((place.finding("missing_key", "clé absente ; elle est nécessaire ici."),))
        return name

    def _valid_key(self, credential: str) -> SoftwareKey:
        key = self._files.key(credential)
        key.certificate.check_dates(self._clock.now())
        return key
