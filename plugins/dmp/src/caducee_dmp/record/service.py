"""``SharedRecord``: one index a professional and patient, one synchronisation of it at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from functools import partial
from weakref import WeakValueDictionary

import anyio
import anyio.to_thread

from caducee.contracts.plugin import PluginContext
from caducee.errors import PatientOpposed, ServiceRejected
from caducee.model.patient import Patient
from caducee.model.permissions import Verb, require
from caducee.model.practice import Actor
from caducee_dmp.access import NORMAL, Access
from caducee_dmp.api import DmpService
from caducee_dmp.brief.compose import DENIED, compose
from caducee_dmp.brief.model import Brief
from caducee_dmp.brief.page import to_page
from caducee_dmp.brief.selection import date_of, wanted
from caducee_dmp.errors import DocumentNotHad, DocumentNotIndexed
from caducee_dmp.exchange import SERVICE
from caducee_dmp.record.api import DEFAULT
from caducee_dmp.record.asking import AskedRecord
from caducee_dmp.record.changes import stamp
from caducee_dmp.record.fetching import Fetching
from caducee_dmp.record.index import RecordIndex
from caducee_dmp.record.model import (
    READABLE,
    Beyond,
    Choice,
    Fetch,
    Followed,
    Found,
    IndexedDocument,
    Notice,
    Progress,
    Synchronised,
)
from caducee_dmp.record.synchronisation import Synchronisation, silent


class FollowedRecords:
    """``SharedRecord`` over the DMP's own service and the plugin's state."""

    def __init__(self, context: PluginContext, dmp: DmpService) -> None:
        self._context = context
        self._state = context.state
        self._dmp = dmp
        self._locks: WeakValueDictionary[tuple[str, str], anyio.Lock] = WeakValueDictionary()

    async def synchronise(
        self,
        patient: Patient,
        *,
        practitioner: str,
        acting: Actor,
        access: Access = NORMAL,
        choice: Choice = DEFAULT,
        fetch: Fetch = Fetch.BRIEF,
        held: Collection[str] = frozenset(),
        compare: bool = False,
        progress: Callable[[Progress], None] | None = None,
    ) -> Synchronised:
        """Follow the record."""
        registry = AskedRecord(self._dmp, patient, practitioner=practitioner, acting=acting, access=access)
        async with self._alone(patient, practitioner) as index:
            synchronisation = Synchronisation(
                self._state,
                index,
                registry,
                now=self._context.clock.now(),
                held=held,
                progress=progress or silent,
            )
            async with self._remembering_refusals(index):
                return await synchronisation.run(choice, wanted=partial(self._wanted, fetch), compare=compare)

    async def search(
        self, patient: Patient, beyond: Beyond, *, practitioner: str, acting: Actor, access: Access = NORMAL
    ) -> Found:
        """Search without limit of date."""
        registry = AskedRecord(self._dmp, patient, practitioner=practitioner, acting=acting, access=access)
        async with self._alone(patient, practitioner) as index, self._remembering_refusals(index):
            return await Synchronisation(self._state, index, registry, now=self._context.clock.now()).search(beyond)

    async def followed(self, patient: Patient, *, practitioner: str) -> Followed:
        """Say how the record is followed."""
        following = await self._index(patient, practitioner).following()
        return Followed(
            last_call=following.last_call,
            since=following.since,
            searched=tuple(Beyond(name) for name in following.searched),
            types=tuple(following.types),
            refused=following.refused,
        )

    async def documents(
        self, patient: Patient, *, practitioner: str, acting: Actor, class_code: str = ""
    ) -> tuple[IndexedDocument, ...]:
        """Return the index."""
        require(acting, Verb.CONSULT)
        index = self._index(patient, practitioner)
        found = await (index.of_class(class_code) if class_code else index.documents())
        return tuple(sorted(found, key=date_of, reverse=True))

    async def notices(self, patient: Patient, *, practitioner: str, after: int = 0) -> tuple[Notice, ...]:
        """Return what is to be told."""
        return await self._index(patient, practitioner).notices(after=after)

    async def told(self, patient: Patient, *, practitioner: str, through: int) -> None:
        """Forget what was told."""
        await self._index(patient, practitioner).told(through=through)

    async def open(
        self, patient: Patient, document_id: str, *, practitioner: str, acting: Actor, access: Access = NORMAL
    ) -> bytes:
        """Give a document."""
        require(acting, Verb.CONSULT)
        async with self._alone(patient, practitioner) as index:
            document = await index.document(document_id)
            if document is None:
                raise DocumentNotIndexed("not in the index of this professional")
            content = await index.content(document_id) if document.kept else None
            if content is not None:
                await self._audited(f"record {document_id}", patient=patient, acting=acting)
                return content
            registry = AskedRecord(self._dmp, patient, practitioner=practitioner, acting=acting, access=access)
            fetching = Fetching(self._state, index, registry, at=stamp(self._context.clock.now()), progress=silent)
            content = await fetching.one(await index.following(), document)
            if content is None:
                code = fetching.troubled[0][1]
                raise DocumentNotHad(SERVICE, "a document of the index was not given", service_code=code)
            return content

    async def brief(self, patient: Patient, *, practitioner: str, acting: Actor) -> Brief:
        """Put the brief together."""
        require(acting, Verb.CONSULT)
        now = self._context.clock.now()
        index = self._index(patient, practitioner)
        documents = await index.documents()
        contents = {}
        for document_id in wanted(documents, today=now.date()):
            content = await index.content(document_id)
            if content is not None:
                contents[document_id] = content
        followed = await self.followed(patient, practitioner=practitioner)
        await self._audited("record brief", patient=patient, acting=acting)
        make = partial(compose, patient.local_id, documents, contents, followed=followed, now=now)
        return await anyio.to_thread.run_sync(make)

    async def brief_page(self, patient: Patient, *, named: str, practitioner: str, acting: Actor) -> str:
        """Put its page together."""
        brief = await self.brief(patient, practitioner=practitioner, acting=acting)
        return await anyio.to_thread.run_sync(partial(to_page, brief, patient=named))

    async def _wanted(self, fetch: Fetch, index: RecordIndex) -> Sequence[str]:
        if fetch is Fetch.NONE:
            return ()
        documents = await index.documents()
        if fetch is Fetch.BRIEF:
            chosen = set(wanted(documents, today=self._context.clock.now().date()))
            documents = tuple(one for one in documents if one.document_id in chosen)
        missing = (one for one in documents if one.standing in READABLE and not one.kept and not one.held)
        return tuple(one.document_id for one in missing)

    @asynccontextmanager
    async def _alone(self, patient: Patient, practitioner: str) -> AsyncIterator[RecordIndex]:
        lock = self._locks.setdefault((practitioner, patient.local_id), anyio.Lock())
        async with lock:
            yield self._index(patient, practitioner)

    @asynccontextmanager
    async def _remembering_refusals(self, index: RecordIndex) -> AsyncIterator[None]:
        """Keep in mind that the record may not be read: « none » and « not permitted » are not the same answer."""
        try:
            yield
        except PatientOpposed as error:
            await self._refused(index, error.code)
            raise
        except ServiceRejected as error:
            if error.service_code in DENIED:
                await self._refused(index, error.service_code)
            raise
        await self._refused(index, "")

    async def _refused(self, index: RecordIndex, code: str) -> None:
        following = await index.following()
        if following.refused != code:
            following.refused = code
            async with self._state.transaction() as tx:
                await index.advance(tx, following)

    def _index(self, patient: Patient, practitioner: str) -> RecordIndex:
        return RecordIndex(self._state, practitioner=practitioner, local_id=patient.local_id)

    async def _audited(self, what: str, *, patient: Patient, acting: Actor) -> None:
        async with self._state.transaction() as tx:
            await tx.audit("consult", actor=acting.named, subject=patient.local_id, detail=f"dmp {what}")
