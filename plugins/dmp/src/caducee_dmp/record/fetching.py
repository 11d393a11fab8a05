"""Bringing documents home (TD3.2), one by one: each is durable before the next is asked for."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from caducee.contracts.state import State
from caducee.errors import ProtocolViolation, ServiceRejected
from caducee_dmp.record.changes import Told
from caducee_dmp.record.index import Pass, RecordIndex, notice
from caducee_dmp.record.model import READABLE, IndexedDocument, News, Notice, Progress, Standing, Step
from caducee_dmp.record.registry import RecordRegistry

_NOT_THERE = frozenset({"XDSDocumentUniqueIdError", "XDSMissingDocument"})


class Fetching:
    """Retrieves what is not here yet. One document that cannot be had does not keep the others away."""

    def __init__(self, state: State, index: RecordIndex, registry: RecordRegistry, *, at: str, progress: Told) -> None:
        self._state, self._index, self._registry = state, index, registry
        self._at, self._progress = at, progress
        self.fetched = 0
        self.notices: list[Notice] = []
        self.troubled: list[tuple[str, str]] = []

    async def run(self, following: Pass, document_ids: Sequence[str]) -> None:
        """Retrieve these documents; those that are here, or may not be read, are passed over.

        Raises:
            ServiceUnavailable, CredentialError: nothing more can be had for the moment; what came is kept.
        """
        for done, document_id in enumerate(document_ids, start=1):
            document = await self._index.document(document_id)
            if document is not None and not document.kept and document.standing in READABLE:
                await self.one(following, document)
            self._progress(Progress(Step.DOCUMENTS, done, len(document_ids)))

    async def one(self, following: Pass, document: IndexedDocument) -> bytes | None:
        """Retrieve one document and keep it; ``None`` when it cannot be had, with the reason in the index."""
        try:
            content = await self._registry.retrieve(document.entry)
        except ServiceRejected as error:
            await self._missed(following, document, error.service_code or error.code)
            return None
        except ProtocolViolation as error:
            await self._missed(following, document, error.code)
            return None
        async with self._state.transaction() as tx:
            await self._index.keep(tx, document, content)
        self.fetched += 1
        return content

    async def _missed(self, following: Pass, document: IndexedDocument, why: str) -> None:
        gone = why in _NOT_THERE
        changed = msgspec.structs.replace(document, trouble=why, standing=Standing.GONE if gone else document.standing)
        self.troubled.append((document.document_id, why))
        async with self._state.transaction() as tx:
            await self._index.put(tx, (changed,))
            if gone:
                said = await self._index.note(tx, following, notice(changed, News.GONE, at=self._at))
                await self._index.advance(tx, following)
        if gone:
            self.notices.append(said)
