"""The index as entries: what the directory plugin answers from this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import anyio
import msgspec
from anyio import to_thread

from caducee.clock import Clock
from caducee.contracts.directory import (
    DirectoryEntry,
    DirectoryOrganisation,
    DirectorySource,
    Mailbox,
    MailboxKind,
    Provenance,
    Suggestion,
)
from caducee_annuaire.addresses import Address
from caducee_annuaire.extraction.columns import Box
from caducee_annuaire.extraction.index import Index, Rows

_KINDS = {kind.value: kind for kind in MailboxKind}
_ONE_PERSON = frozenset({MailboxKind.PERSONAL, MailboxKind.CABINET})
_YES, _NO = frozenset({"o", "oui", "1", "true", "vrai"}), frozenset({"n", "non", "0", "false", "faux"})
AT_ONCE = 4


class Offline:
    """Asks the index in worker threads, a few at once. Entries older than ``old`` say that they are stale."""

    def __init__(self, path: Path, *, clock: Clock, old: timedelta) -> None:
        self._index = Index(path)
        self._clock = clock
        self._old = old
        self._threads = anyio.CapacityLimiter(AT_ONCE)

    async def suggest(self, typed: str, *, limit: int) -> tuple[Suggestion, ...]:
        """Return the first boxes that the words typed so far lead to."""
        rows = await self._ask(partial(self._index.suggest, typed, limit))
        provenance = self._provenance(rows.edition)
        return tuple(suggestion(box, provenance) for box in rows.boxes)

    async def search(self, name: str, *, profession: str, postal_code: str) -> tuple[DirectoryEntry, ...]:
        """Return the persons of that name who have a box."""
        ask = partial(self._index.by_name, name, profession=profession, postal_code=postal_code)
        return self._people(await self._ask(ask))

    async def professional(self, identifier: str) -> tuple[DirectoryEntry, ...]:
        """Return the places of one person, as far as they have boxes."""
        return self._people(await self._ask(partial(self._index.by, "identifier", identifier)))

    async def organisation(self, identifier: str) -> DirectoryOrganisation | None:
        """Return an organisation, as far as it has boxes."""
        return next(iter(self._organisations(await self._ask(partial(self._index.by, "structure", identifier)))), None)

    async def mailbox(self, address: Address) -> tuple[DirectoryEntry | DirectoryOrganisation, ...]:
        """Return the owners of a box."""
        rows = await self._ask(partial(self._index.by, "address", address.written))
        return (*self._people(rows), *self._organisations(rows))

    async def _ask(self, question: Callable[[], Rows]) -> Rows:
        return await to_thread.run_sync(question, limiter=self._threads)

    def _provenance(self, edition: datetime) -> Provenance:
        stale = self._clock.now() - edition > self._old
        return Provenance(source=DirectorySource.EXTRACTION, at=edition, stale=stale)

    def _people(self, rows: Rows) -> tuple[DirectoryEntry, ...]:
        provenance = self._provenance(rows.edition)
        places: dict[tuple[str, str], list[Box]] = {}
        for box in rows.boxes:
            if box.family_name:
                places.setdefault((box.identifier or box.address, box.structure), []).append(box)
        return tuple(_entry(boxes, provenance) for boxes in places.values())

    def _organisations(self, rows: Rows) -> tuple[DirectoryOrganisation, ...]:
        provenance = self._provenance(rows.edition)
        structures: dict[str, list[Box]] = {}
        for box in rows.boxes:
            if _kind(box) not in _ONE_PERSON:
                structures.setdefault(box.structure, []).append(box)
        return tuple(_organisation(boxes, provenance) for boxes in structures.values())


def suggestion(box: Box, provenance: Provenance | None = None) -> Suggestion:
    """Return a line as it is shown while somebody types."""
    return Suggestion(
        mailbox=_mailbox(box),
        name=box.shown,
        profession=box.profession_words,
        specialty=box.specialty_words,
        structure=box.structure,
        structure_name=box.structure_name,
        postal_code=box.postal_code,
        city=box.city,
        provenance=provenance,
    )


def _entry(boxes: list[Box], provenance: Provenance) -> DirectoryEntry:
    first = boxes[0]
    return DirectoryEntry(
        identifier=first.identifier,
        family_name=first.family_name,
        given_name=first.given_name,
        title=first.title,
        profession=first.profession,
        profession_words=first.profession_words,
        specialty=first.specialty,
        specialty_words=first.specialty_words,
        structure=first.structure,
        structure_name=first.structure_name,
        postal_code=first.postal_code,
        city=first.city,
        mailboxes=_distinct(map(_mailbox, boxes)),
        provenance=provenance,
    )


def _organisation(boxes: list[Box], provenance: Provenance) -> DirectoryOrganisation:
    first = boxes[0]
    return DirectoryOrganisation(
        identifier=first.structure,
        name=first.structure_name,
        postal_code=first.postal_code,
        city=first.city,
        mailboxes=_distinct(msgspec.structs.replace(_mailbox(box), owner=box.structure) for box in boxes),
        provenance=provenance,
    )


def _mailbox(box: Box) -> Mailbox:
    said = box.digitization.lower()
    return Mailbox(
        address=box.address,
        kind=_kind(box),
        owner=box.identifier or box.structure,
        service=box.service,
        digitization=True if said in _YES else False if said in _NO else None,
    )


def _kind(box: Box) -> MailboxKind:
    return _KINDS.get(box.kind, MailboxKind.UNKNOWN)


def _distinct(boxes: Iterable[Mailbox]) -> tuple[Mailbox, ...]:
    return tuple({box.address.lower(): box for box in boxes}.values())
