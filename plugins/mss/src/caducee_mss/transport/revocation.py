"""Whether a server's certificate is revoked: lists are fetched seldom, kept long, and a silent host is left alone.

The host of the lists limits how often one address may ask and then answers 403 for a while. So a list is kept at least
until its nextUpdate, asked for anew once a day, never twice at a time, and less and less often while it fails.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import anyio
import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from caducee.clock import Clock
from caducee.errors import CaduceeError
from caducee_mss.errors import SERVICE, MssRevocationUnknown, MssTlsUntrusted
from caducee_mss.transport.crl import BadList, RevocationList, issuer_of, places_of, read_list

REFRESH_AFTER = timedelta(hours=24)
ACCEPTED_AFTER_END = timedelta(hours=4)
_BACK_OFF = (60.0, 300.0, 1800.0, 7200.0)

# Gets a list by its address: the body of a 200 answer; anything else is raised as a CaduceeError.
Fetch = Callable[[str], Awaitable[bytes]]


class KeptList(msgspec.Struct, frozen=True):
    """A list as it is kept between two runs: its bytes and when they were fetched."""

    der: bytes
    fetched: datetime


class ListStore(Protocol):
    """Keeps lists between two runs. What it gives back is verified again."""

    async def load(self, url: str) -> KeptList | None:
        """Return the list kept for this address."""
        ...

    async def keep(self, url: str, kept: KeptList) -> None:
        """Keep a list in place of the one before."""
        ...


class _Place:
    """What is known of one address."""

    def __init__(self) -> None:
        self.lock = anyio.Lock()
        self.held: RevocationList | None = None
        self.fetched: datetime | None = None
        self.loaded = False
        self.failures = 0
        self.not_before: datetime | None = None


class RevocationChecker:
    """Checks servers' certificates against the lists of their authority.

    ``authorities`` is the PEM bundle whose certificates may have issued them, intermediate ones included. ``places``
    replaces the addresses that certificates name. A list is accepted for four hours after its end, then nothing is.
    """

    def __init__(
        self,
        authorities: bytes,
        *,
        fetch: Fetch,
        clock: Clock,
        store: ListStore | None = None,
        places: Sequence[str] = (),
    ) -> None:
        self._authorities = x509.load_pem_x509_certificates(authorities)
        self._fetch = fetch
        self._clock = clock
        self._store = store
        self._fixed = tuple(places)
        self._places: dict[tuple[str, bytes], _Place] = {}

    async def check(self, certificate: bytes) -> None:
        """Return when the certificate (DER) is not revoked.

        Raises:
            MssTlsUntrusted: it is revoked.
            MssRevocationUnknown: its issuer is not among the authorities, it names no list, or no list is valid now.
        """
        shown = x509.load_der_x509_certificate(certificate)
        issuer = issuer_of(shown, self._authorities)
        if issuer is None:
            raise MssRevocationUnknown(SERVICE, "the issuer of the server's certificate is not among the authorities")
        places = self._fixed or places_of(shown)
        for url in places:
            held = await self._valid(url, issuer, shown)
            if held is not None and held.revokes(shown):
                raise MssTlsUntrusted(
                    f"{SERVICE}: the server's certificate is revoked",
                    why="Le certificat du serveur a été révoqué.",
                )
            if held is not None:
                return
        why = "no valid revocation list" if places else "the server's certificate names no revocation list"
        raise MssRevocationUnknown(SERVICE, why)

    async def _valid(self, url: str, issuer: x509.Certificate, shown: x509.Certificate) -> RevocationList | None:
        place = self._places.setdefault((url, issuer.fingerprint(hashes.SHA256())), _Place())
        if self._fresh(place) or _known_revoked(place, shown):
            return place.held
        async with place.lock:  # one download at a time; who waited finds it done
            if not place.loaded:
                await self._load(url, place, issuer)
            if not self._fresh(place) and not _known_revoked(place, shown) and self._may_ask(place):
                await self._renew(url, place, issuer)
        if place.held is None or self._clock.now() > place.held.next_update + ACCEPTED_AFTER_END:
            return place.held if _known_revoked(place, shown) else None
        return place.held

    def _fresh(self, place: _Place) -> bool:
        now = self._clock.now()
        held, fetched = place.held, place.fetched
        return held is not None and fetched is not None and now < held.next_update and now < fetched + REFRESH_AFTER

    def _may_ask(self, place: _Place) -> bool:
        return place.not_before is None or self._clock.now() >= place.not_before

    async def _load(self, url: str, place: _Place, issuer: x509.Certificate) -> None:
        kept = await self._store.load(url) if self._store is not None else None
        place.loaded = True
        if kept is not None:
            self._take(place, kept.der, issuer, fetched=kept.fetched)

    async def _renew(self, url: str, place: _Place, issuer: x509.Certificate) -> None:
        try:
            content = await self._fetch(url)
        except CaduceeError:
            self._failed(place)
            return
        now = self._clock.now()
        if not self._take(place, content, issuer, fetched=now):
            self._failed(place)
            return
        place.failures, place.not_before = 0, None
        if self._store is not None:
            await self._store.keep(url, KeptList(content, now))

    def _take(self, place: _Place, content: bytes, issuer: x509.Certificate, *, fetched: datetime) -> bool:
        """Hold a list when it verifies, is not over, and is no older than the one held."""
        try:
            found = read_list(content, issuer=issuer, now=self._clock.now())
        except BadList:
            return False
        if self._clock.now() > found.next_update + ACCEPTED_AFTER_END:
            return False
        if place.held is not None and found.issued < place.held.issued:
            return False
        place.held, place.fetched = found, fetched
        return self._clock.now() < found.next_update

    def _failed(self, place: _Place) -> None:
        wait = _BACK_OFF[min(place.failures, len(_BACK_OFF) - 1)]
        place.failures += 1
        place.not_before = self._clock.now() + timedelta(seconds=wait)


def _known_revoked(place: _Place, certificate: x509.Certificate) -> bool:
    """Say whether the list held names the certificate: once revoked, a newer list is not waited for."""
    return place.held is not None and place.held.revokes(certificate)
