"""Questions with memory: a fresh answer is not asked for again, an old one stands in when the directory is away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec

from caducee.clock import Clock
from caducee.contracts.directory import DirectorySource, Provenance
from caducee.errors import ServiceUnavailable
from caducee_annuaire.cache import Cache, Kept
from caducee_annuaire.fhir.client import Found


class Searches(Protocol):
    """Who asks the directory."""

    def url(self, kind: str, criteria: Mapping[str, str]) -> str:
        """Return what tells one question from another."""
        ...

    async def search(self, kind: str, criteria: Mapping[str, str]) -> Found:
        """Ask."""
        ...


class Answered(msgspec.Struct, frozen=True):
    """An answer and how old it is."""

    found: Found
    provenance: Provenance


class Asking:
    """Asks the directory, or remembers."""

    def __init__(self, client: Searches, *, cache: Cache, clock: Clock) -> None:
        self._client = client
        self._cache = cache
        self._clock = clock

    async def search(self, kind: str, criteria: Mapping[str, str]) -> Answered:
        """Return a fresh answer, or an old one that says so when the directory is away.

        Raises:
            CaduceeError: as ``FhirClient.search``.
        """
        question = self._client.url(kind, criteria)
        kept = self._cache.fresh(question, self._clock.now())
        if kept is not None:
            return _answered(kept, stale=False)
        try:
            found = await self._client.search(kind, criteria)
        except ServiceUnavailable:
            old = self._cache.any(question, self._clock.now())
            if old is None:
                raise
            return _answered(old, stale=True)
        kept = Kept(found, self._clock.now())
        self._cache.put(question, kept)
        return _answered(kept, stale=False)


def _answered(kept: Kept, *, stale: bool) -> Answered:
    return Answered(kept.found, Provenance(source=DirectorySource.FHIR, at=kept.at, stale=stale))
