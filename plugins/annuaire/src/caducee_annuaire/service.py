"""The directory as callers see it: the national one, the index of this machine, and the rules on recipients."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from typing import TypeVar

from caducee.clock import Clock
from caducee.contracts.directory import DirectoryEntry, DirectoryOrganisation, Recipient, Suggestion, TrustSpace
from caducee.errors import CapabilityMissing, ServiceUnavailable
from caducee_annuaire.addresses import parse
from caducee_annuaire.errors import IndexUnusable, NoDirectory, QuestionInvalid, wrong
from caducee_annuaire.folding import words
from caducee_annuaire.identifiers import idnps, rpps_of, structure_of
from caducee_annuaire.lookups import Lookups
from caducee_annuaire.offline import Offline
from caducee_annuaire.recipients import Recipients

T = TypeVar("T")
MOST_SUGGESTIONS = 100


class AnnuaireService:
    """``caducee.contracts.directory.Directory``.

    The national directory is asked first when it is configured; when it is away and has not answered the same question
    before, the index answers. Each entry says which of them it comes from and how old it is.
    """

    def __init__(
        self,
        *,
        lookups: Lookups | None,
        offline: Offline | None,
        recipients: Recipients,
        clock: Clock,
        by_name: bool,
        space: Callable[[], AbstractAsyncContextManager[TrustSpace]] | None = None,
    ) -> None:
        self._lookups = lookups
        self._offline = offline
        self._recipients = recipients
        self._clock = clock
        self._by_name = by_name
        self._space = space

    async def professional(self, identifier: str) -> tuple[DirectoryEntry, ...]:
        """Return the places of practice of one professional."""
        number = idnps(rpps_of(identifier))
        return await self._ask(lambda far: far.professional(number), lambda near: near.professional(number))

    async def search(self, name: str, *, profession: str = "", postal_code: str = "") -> tuple[DirectoryEntry, ...]:
        """Search by name.

        Raises:
            QuestionInvalid: fewer than two letters of a name; nothing was sent.
        """
        if len("".join(words(name))) < 2:
            raise wrong(QuestionInvalid, "name", "name", "il faut au moins deux lettres d'un nom.")
        if not self._by_name:
            return await self._index().search(name, profession=profession, postal_code=postal_code)
        return await self._ask(
            lambda far: far.search(name, profession=profession, postal_code=postal_code),
            lambda near: near.search(name, profession=profession, postal_code=postal_code),
        )

    async def organisation(self, identifier: str) -> DirectoryOrganisation | None:
        """Return one organisation."""
        number = structure_of(identifier)
        return await self._ask(lambda far: far.organisation(number), lambda near: near.organisation(number))

    async def mailbox(self, address: str) -> tuple[DirectoryEntry | DirectoryOrganisation, ...]:
        """Return whose mailbox an address is; a patient's is not looked up.

        Raises:
            QuestionInvalid: it is no address; nothing was sent.
        """
        box = parse(address)
        if box is None:
            raise wrong(QuestionInvalid, "address", "address", "ce n'est pas une adresse de messagerie.")
        if box.of_patient:
            return ()
        return await self._ask(lambda far: far.mailbox(box), lambda near: near.mailbox(box))

    async def suggest(self, prefix: str, *, limit: int = 20) -> tuple[Suggestion, ...]:
        """Return the first boxes that the words typed so far lead to; empty without an index.

        Raises:
            IndexUnusable: the one that is configured is not there, or of another version.
        """
        if self._offline is None:
            return ()
        return await self._offline.suggest(prefix, limit=max(1, min(limit, MOST_SUGGESTIONS)))

    async def recipient(self, address: str) -> Recipient:
        """Say whether an address may be written to, and as what; by the vendor's trust space where there is one."""
        today = self._clock.now().date()
        if self._space is not None:
            with suppress(CapabilityMissing):
                async with self._space() as space:
                    return self._recipients.judge(address, on=today, space=space)
        return self._recipients.judge(address, on=today)

    async def _ask(self, far: Callable[[Lookups], Awaitable[T]], near: Callable[[Offline], Awaitable[T]]) -> T:
        """Ask the national directory; the index when it is away, or alone."""
        if self._lookups is None:
            return await near(self._index())
        try:
            return await far(self._lookups)
        except ServiceUnavailable:
            if self._offline is not None:
                with suppress(IndexUnusable):
                    return await near(self._offline)
            raise

    def _index(self) -> Offline:
        if self._offline is None:
            raise NoDirectory("no index is configured")
        return self._offline
