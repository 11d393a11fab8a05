"""What is kept of each prescription: its model, its paper, and the stream of what happened to it."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

import msgspec

from caducee.clock import Clock
from caducee.contracts.state import PluginTransaction, State
from caducee.model.document import Document
from caducee_eprescription.errors import UnknownPrescription
from caducee_eprescription.events import AnyEvent
from caducee_eprescription.life import Life, replayed
from caducee_eprescription.numbers import typed

PRESCRIPTIONS, PAPERS, PUBLICATIONS, WATCHED = "prescription", "paper", "publication", "watch"
_PAGE = 500
Also = Callable[[PluginTransaction], Awaitable[None]]


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """A prescription that must not be at the base: it stayed local, or another one came in its place."""

    local_id: str
    since: datetime


class Keeping:
    """Reads and writes the lives of prescriptions. An event is kept only on top of the life it was decided on."""

    def __init__(self, state: State, clock: Clock) -> None:
        self._state = state
        self._clock = clock

    def now(self) -> str:
        """Return the present instant as events carry it."""
        return self._clock.now().astimezone(UTC).isoformat(timespec="milliseconds")

    async def life(self, local_id: str) -> Life:
        """Return where a prescription stands; a draft when nothing is known of it."""
        return replayed(await self.events(local_id))

    async def events(self, local_id: str, *, after: int = 0) -> tuple[AnyEvent, ...]:
        """Return what happened, in order."""
        stream, found = _stream(local_id), []
        while True:
            page = await self._state.read(stream, after=after, limit=_PAGE)
            found += [msgspec.json.decode(entry.value, type=AnyEvent) for entry in page]
            if len(page) < _PAGE:
                break
            after = page[-1].number
        return tuple(found)

    async def append(self, local_id: str, life: Life, *happened: AnyEvent, also: Also | None = None) -> Life:
        """Keep events, with what else must be durable together with them.

        Raises:
            ImpossibleStep: one of them cannot follow; nothing was kept.
            StateConflict: somebody else has added to this life meanwhile; nothing was kept.
        """
        before = life
        for event in happened:
            life = life.after(event)
        async with self._state.transaction() as tx:
            for at, event in enumerate(happened):
                await tx.append(_stream(local_id), msgspec.json.encode(event), expected=before.entries + at)
                await tx.event(type(event).__name__.lower(), reference=reference_of(local_id), code=life.code)
            if also is not None:
                await also(tx)
        return life

    async def document(self, local_id: str) -> Document:
        """Return the model of a prescription.

        Raises:
            UnknownPrescription: there is none.
        """
        kept = await self._state.get(PRESCRIPTIONS, local_id)
        if kept is None:
            raise UnknownPrescription
        return msgspec.json.decode(kept, type=Document)

    async def published_as(self, document_id: str) -> str | None:
        """Return which prescription was published under this document identifier."""
        kept = await self._state.get(PUBLICATIONS, document_id)
        return kept.decode() if kept is not None else None

    def publication(self, local_id: str, document_id: str) -> Also:
        """Return what keeps under which identifier a prescription was published."""

        async def write(tx: PluginTransaction) -> None:
            await tx.put(PUBLICATIONS, document_id, local_id.encode())

        return write

    async def local_ids(self) -> tuple[str, ...]:
        """Return every prescription that has a number."""
        return tuple([record.key async for record in self._state.records(PRESCRIPTIONS)])

    async def paper(self, local_id: str) -> bytes | None:
        """Return the PDF that was printed."""
        return await self._state.get(PAPERS, local_id)

    async def found(self, reference: str) -> str:
        """Return the local identifier that a number, typed in whatever way, or the identifier itself stands for.

        Raises:
            UnknownPrescription: nothing here has it.
        """
        if await self._state.get(PRESCRIPTIONS, reference) is not None:
            return reference
        for number in (reference, typed(reference)):  # another policy may have letters that ours reads as figures
            for record in await self._state.find(PRESCRIPTIONS, "number", number):
                return record.key
        raise UnknownPrescription

    def transaction(self) -> AbstractAsyncContextManager[PluginTransaction]:
        """Open a transaction of the plugin's state."""
        return self._state.transaction()

    async def watched(self) -> AsyncIterator[Watched]:
        """Read what is watched for."""
        async for record in self._state.records(WATCHED):
            yield msgspec.json.decode(record.value, type=Watched)

    async def forget(self, local_id: str) -> None:
        """Watch for it no more."""
        async with self._state.transaction() as tx:
            await tx.delete(WATCHED, local_id)

    def watch(self, local_id: str) -> Also:
        """Return what puts a prescription on the list of those that must not be at the base."""

        async def write(tx: PluginTransaction) -> None:
            watched = Watched(local_id=local_id, since=self._clock.now())
            await tx.put(WATCHED, local_id, msgspec.json.encode(watched))

        return write


def reference_of(local_id: str) -> str:
    """Return the opaque name of a prescription in events, logs and names of streams."""
    return hashlib.sha256(local_id.encode()).hexdigest()[:32]


def _stream(local_id: str) -> str:
    return f"life/{reference_of(local_id)}"
