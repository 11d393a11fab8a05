"""``RecordKeeper`` of the DMP: the followed records of a patient, for whoever keeps the patient's record next."""

from __future__ import annotations

import msgspec

from caducee.contracts.portability import KeptDocument, KeptRecord
from caducee.contracts.state import State
from caducee.errors import RecordUnreadable
from caducee_dmp.record.index import Pass, RecordIndex, practitioners_of
from caducee_dmp.record.model import IndexedDocument, Notice


class FollowedFor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far the following of a record is for one professional, and what they were not told yet."""

    practitioner: str
    following: Pass
    notices: tuple[Notice, ...]


class DmpKeeper:
    """Gives the index, the bytes and the notices of each professional, and takes them in."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def give(self, local_id: str) -> KeptRecord:
        """Return what is kept of a patient."""
        documents, followed = [], []
        for practitioner in await practitioners_of(self._state, local_id):
            index = RecordIndex(self._state, practitioner=practitioner, local_id=local_id)
            followed.append(FollowedFor(practitioner, await index.following(), await index.notices()))
            for document in await index.documents():
                content = await index.content(document.document_id) if document.kept else None
                documents.append(_carried(document, practitioner, content))
        if not followed:
            return KeptRecord()
        return KeptRecord(documents=tuple(documents), state=msgspec.json.encode(followed).decode())

    async def take(self, local_id: str, kept: KeptRecord) -> None:
        """Keep what was given; an index that is further than what is given stays as it is."""
        try:
            followed = msgspec.json.decode(kept.state, type=list[FollowedFor]) if kept.state else []
            documents = [(one, msgspec.json.decode(one.description, type=IndexedDocument)) for one in kept.documents]
        except msgspec.MsgspecError:
            raise RecordUnreadable("the part of the DMP was not made by this plugin, or by a newer one") from None
        for given in followed:
            index = RecordIndex(self._state, practitioner=given.practitioner, local_id=local_id)
            if (await index.following()).last_call < given.following.last_call:
                theirs = [pair for pair in documents if pair[0].holder == given.practitioner]
                await self._restore(index, given, theirs)

    async def _restore(
        self, index: RecordIndex, given: FollowedFor, documents: list[tuple[KeptDocument, IndexedDocument]]
    ) -> None:
        async with self._state.transaction() as tx:
            for carried, document in documents:
                if carried.content is not None:
                    await index.keep_content(tx, document.document_id, carried.content)
                await index.put(tx, (document,))
            for notice in given.notices:
                await index.put_notice(tx, notice)
            await index.advance(tx, given.following)


def _carried(document: IndexedDocument, practitioner: str, content: bytes | None) -> KeptDocument:
    return KeptDocument(
        document_id=document.document_id,
        holder=practitioner,
        title=document.entry.title,
        mime_type=document.entry.mime_type,
        description=msgspec.json.encode(document).decode(),
        entry=msgspec.json.encode(document.entry).decode(),
        content=content,
    )
