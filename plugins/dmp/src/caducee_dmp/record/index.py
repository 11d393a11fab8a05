"""The index of one record, in the plugin's durable state: encrypted, found by blind indexes.

One index for each professional and patient: the DMP shows each professional what they may see, and what one was shown
is not another's to read.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from caducee.contracts.state import PluginTransaction, Record, State
from caducee_dmp.record.model import IndexedDocument, News, Notice, Standing

_DOCUMENTS = "record.documents"
_CONTENTS = "record.contents"
_NOTICES = "record.notices"
_PASSES = "record.passes"
EVENT = "record.notice"


class Pass(msgspec.Struct, kw_only=True):
    """How far the following of a record is: what survives between two calls, and a kill in the middle of one.

    ``asked`` is when the pass under way began, empty between passes; ``sets`` are those of its answer. ``waiting`` are
    entries still to be looked at, ``looked`` those that were. ``replacing`` maps an entry to the one that replaced it,
    ``lids`` each entry seen in this pass to its logical identifier and document, ``obsolete`` are the deprecated ones.
    ``hidden`` says that an entry was named and not shown. ``notices`` counts all that were ever given. ``compared`` is
    when the index was last held against all that the DMP shows. ``searched`` names what was asked for without limit of
    date, ``refused`` is the code with which the DMP last refused the record to this professional. Times are UTC,
    ``YYYYMMDDhhmmss``; ``since`` is a date of care, ``types`` are as queries write them.
    """

    last_call: str = ""
    since: str = ""
    types: list[str] = []
    searched: list[str] = []
    refused: str = ""
    asked: str = ""
    sets: list[str] = []
    waiting: list[str] = []
    looked: list[str] = []
    replacing: dict[str, str] = {}
    lids: dict[str, tuple[str, str]] = {}
    obsolete: list[str] = []
    hidden: bool = False
    notices: int = 0
    compared: str = ""

    @property
    def opened(self) -> bool:
        """Whether the record was listed once."""
        return bool(self.last_call)

    def end(self) -> None:
        """Close the pass under way: from now on changes are asked for since it began."""
        self.last_call, self.asked = self.asked, ""
        self.waiting, self.looked, self.obsolete = [], [], []
        self.replacing, self.lids, self.hidden = {}, {}, False


class RecordIndex:
    """The documents, notices and contents of one patient's record as one professional is shown it."""

    def __init__(self, state: State, *, practitioner: str, local_id: str) -> None:
        self._state = state
        self._local_id = local_id
        self._scope = msgspec.json.encode((practitioner, local_id)).decode()

    async def following(self) -> Pass:
        """Return how far the following is; a new one for a record that was never opened."""
        kept = await self._state.get(_PASSES, self._scope)
        return Pass() if kept is None else msgspec.msgpack.decode(kept, type=Pass)

    async def documents(self) -> tuple[IndexedDocument, ...]:
        """Return every document of the index, in the order they were first listed."""
        return self._read(await self._state.find(_DOCUMENTS, "scope", self._scope))

    async def of_class(self, code: str) -> tuple[IndexedDocument, ...]:
        """Return the documents of one class (JDV_J57)."""
        return self._read(await self._state.find(_DOCUMENTS, "class", self._in_scope(code)))

    async def document(self, document_id: str) -> IndexedDocument | None:
        """Return a document by its OID."""
        kept = await self._state.get(_DOCUMENTS, self._in_scope(document_id))
        return None if kept is None else msgspec.msgpack.decode(kept, type=IndexedDocument)

    async def by_entry(self, entry_uuid: str) -> IndexedDocument | None:
        """Return a document by the identifier of its present description."""
        return self._only(await self._state.find(_DOCUMENTS, "entry", self._in_scope(entry_uuid)))

    async def by_logical_id(self, logical_id: str) -> IndexedDocument | None:
        """Return a document by the identifier that all its descriptions share."""
        if not logical_id:
            return None
        return self._only(await self._state.find(_DOCUMENTS, "lid", self._in_scope(logical_id)))

    async def content(self, document_id: str) -> bytes | None:
        """Return the bytes of a document that is kept."""
        return await self._state.get(_CONTENTS, self._in_scope(document_id))

    async def notices(self, *, after: int = 0) -> tuple[Notice, ...]:
        """Return what the professional was not told yet, oldest first."""
        found = await self._state.find(_NOTICES, "scope", self._scope)
        notices = (msgspec.msgpack.decode(record.value, type=Notice) for record in found)
        return tuple(sorted((n for n in notices if n.number > after), key=lambda notice: notice.number))

    async def told(self, *, through: int) -> None:
        """Forget the notices up to this number: the professional was told."""
        seen = [notice.number for notice in await self.notices() if notice.number <= through]
        async with self._state.transaction() as tx:
            for number in seen:
                await tx.delete(_NOTICES, self._in_scope(str(number)))

    async def put(self, tx: PluginTransaction, documents: Iterable[IndexedDocument]) -> None:
        """Write documents into a transaction."""
        for document in documents:
            entry = document.entry
            found_by = {"scope": self._scope, "entry": self._in_scope(entry.entry_uuid)}
            if entry.logical_id:
                found_by["lid"] = self._in_scope(entry.logical_id)
            if entry.class_ is not None:
                found_by["class"] = self._in_scope(entry.class_.code)
            value = msgspec.msgpack.encode(document)
            await tx.put(_DOCUMENTS, self._in_scope(document.document_id), value, index=found_by)

    async def keep(self, tx: PluginTransaction, document: IndexedDocument, content: bytes) -> None:
        """Write the bytes of a document into a transaction, and that they are here."""
        await self.keep_content(tx, document.document_id, content)
        await self.put(tx, (msgspec.structs.replace(document, kept=True, trouble=""),))

    async def keep_content(self, tx: PluginTransaction, document_id: str, content: bytes) -> None:
        """Write bytes into a transaction."""
        await tx.put(_CONTENTS, self._in_scope(document_id), content)

    async def note(self, tx: PluginTransaction, following: Pass, notice: Notice) -> Notice:
        """Write a notice into a transaction, numbered, with the event that tells the practice's software."""
        following.notices += 1
        numbered = msgspec.structs.replace(notice, number=following.notices)
        await self.put_notice(tx, numbered)
        await tx.event(EVENT, reference=numbered.document_id, code=numbered.news)
        return numbered

    async def put_notice(self, tx: PluginTransaction, notice: Notice) -> None:
        """Write a notice that has its number into a transaction."""
        key = self._in_scope(str(notice.number))
        await tx.put(_NOTICES, key, msgspec.msgpack.encode(notice), index={"scope": self._scope})

    async def advance(self, tx: PluginTransaction, following: Pass) -> None:
        """Write how far the following is into a transaction."""
        value = msgspec.msgpack.encode(following)
        await tx.put(_PASSES, self._scope, value, index={"patient": self._local_id})

    def _in_scope(self, name: str) -> str:
        return f"{self._scope} {name}"

    @staticmethod
    def _read(records: Iterable[Record]) -> tuple[IndexedDocument, ...]:
        decoder = msgspec.msgpack.Decoder(IndexedDocument)
        return tuple(decoder.decode(record.value) for record in records)

    def _only(self, records: Iterable[Record]) -> IndexedDocument | None:
        """Of several descriptions the one that is read wins: a logical identifier belongs to one document."""
        found = self._read(records)
        return next((one for one in found if one.standing is Standing.CURRENT), next(iter(found), None))


def notice(document: IndexedDocument, news: News, *, at: str, other: str = "") -> Notice:
    """Return the notice of something that happened to a document; ``note`` gives it its number."""
    return Notice(number=0, at=at, news=news, document_id=document.document_id, title=document.entry.title, other=other)


async def practitioners_of(state: State, local_id: str) -> tuple[str, ...]:
    """Return for whom the record of a patient is followed, in the order they began."""
    found = await state.find(_PASSES, "patient", local_id)
    return tuple(msgspec.json.decode(record.key, type=tuple[str, str])[0] for record in found)
