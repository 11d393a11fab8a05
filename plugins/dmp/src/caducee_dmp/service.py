"""The DMP as callers see it: existence, list, retrieval. Every call is audited."""

from __future__ import annotations

import anyio.to_thread

from caducee.contracts.plugin import PluginContext
from caducee.model.patient import Patient
from caducee.model.practice import Actor
from caducee.sharing.fact_kind import FactKind
from caducee.wire.xds.criteria import APPROVED_ONLY, DocumentFilter
from caducee.wire.xds.found import FoundEntry
from caducee.wire.xds.times import dtm
from caducee_dmp import td31_find, td32_retrieve
from caducee_dmp.access import NORMAL, Access
from caducee_dmp.asking import Asked, Asking
from caducee_dmp.authorisations import Authorisations
from caducee_dmp.changes import Change
from caducee_dmp.exchange import Exchange
from caducee_dmp.existence import Existence, RecordData
from caducee_dmp.messages import installation_of
from caducee_dmp.queries import Queries
from caducee_dmp.submissions import NewFolder, SubmissionReceipt, Submissions, Submitted
from caducee_dmp.td02_existence import ExistenceTest, read_existence, read_record_data
from caducee_dmp.updates import Updates


class Consultation:
    """``DmpService``: in DIRECTE, in AIR, or in INDIRECTE, which neither lists nor reads."""

    def __init__(self, context: PluginContext, exchange: Exchange) -> None:
        self._asking = Asking(context, exchange)
        installation = installation_of(self._asking.config, context.environment)
        self._existence = ExistenceTest(installation)
        self._find = td31_find.Find()
        self._retrieve = td32_retrieve.Retrieve(repository=self._asking.config.repository)
        self.registry = Queries(self._asking)
        self.authorisations = Authorisations(self._asking, installation)
        self._submissions = Submissions(self._asking, exchange)
        self._updates = Updates(self._asking)

    async def exists(self, patient: Patient, *, practitioner: str, acting: Actor, access: Access = NORMAL) -> Existence:
        """Ask TD0.2."""
        asked = Asked(practitioner=practitioner, acting=acting, access=access, patient=patient, reads=False)

        async def ask() -> Existence:
            now = dtm(self._asking.context.clock.now(), field="creationTime")
            call = self._existence.request(self._asking.ins(patient), created=now)
            return read_existence((await self._asking.call(call, asked)).body)

        found = await self._asking.audited(asked, "TD0.2", ask)
        if found.attending:
            await self._asking.note(FactKind.ATTENDING, patient)
        return found

    async def record_data(
        self, patient: Patient, *, practitioner: str, acting: Actor, access: Access = NORMAL
    ) -> RecordData:
        """Ask TD1.3a."""
        asked = Asked(practitioner=practitioner, acting=acting, access=access, patient=patient)

        async def ask() -> RecordData:
            now = dtm(self._asking.context.clock.now(), field="creationTime")
            call = self._existence.record_data(self._asking.ins(patient), created=now)
            return read_record_data((await self._asking.call(call, asked)).body)

        return await self._asking.audited(asked, "TD1.3a", ask)

    async def find(
        self,
        patient: Patient,
        *,
        practitioner: str,
        acting: Actor,
        where: DocumentFilter = APPROVED_ONLY,
        access: Access = NORMAL,
    ) -> tuple[FoundEntry, ...]:
        """Ask TD3.1a."""
        asked = Asked(practitioner=practitioner, acting=acting, access=access, patient=patient)

        async def ask() -> tuple[FoundEntry, ...]:
            answer = await self._asking.call(self._find.documents(self._asking.ins(patient), where), asked)
            read = await anyio.to_thread.run_sync(td31_find.read, answer)
            return td31_find.for_the_desk(read)

        return await self._asking.audited(asked, "TD3.1", ask)

    async def retrieve(
        self, patient: Patient, entry: FoundEntry, *, practitioner: str, acting: Actor, access: Access = NORMAL
    ) -> bytes:
        """Ask TD3.2."""
        asked = Asked(practitioner=practitioner, acting=acting, access=access, patient=patient)

        async def ask() -> bytes:
            answer = await self._asking.call(self._retrieve.request(entry), asked)
            return await anyio.to_thread.run_sync(td32_retrieve.read, answer, entry)

        return await self._asking.audited(asked, f"TD3.2 {entry.document_id}", ask)

    async def retrieve_several(
        self,
        patient: Patient,
        entries: tuple[FoundEntry, ...],
        *,
        practitioner: str,
        acting: Actor,
        access: Access = NORMAL,
    ) -> td32_retrieve.Retrieved:
        """Ask TD3.2 for several documents at once."""
        asked = Asked(practitioner=practitioner, acting=acting, access=access, patient=patient)

        async def ask() -> td32_retrieve.Retrieved:
            answer = await self._asking.call(self._retrieve.request(*entries), asked)
            return await anyio.to_thread.run_sync(td32_retrieve.read_several, answer, entries)

        return await self._asking.audited(asked, " ".join(("TD3.2", *(e.document_id for e in entries))), ask)

    async def update(
        self,
        patient: Patient,
        document_id: str,
        change: Change,
        *,
        practitioner: str,
        acting: Actor,
        access: Access = NORMAL,
    ) -> bool:
        """Ask TD3.3."""
        return await self._updates.update(
            patient, document_id, change, practitioner=practitioner, acting=acting, access=access
        )

    async def submit(
        self,
        patient: Patient,
        documents: tuple[Submitted, ...],
        *,
        practitioner: str,
        acting: Actor,
        idempotency_key: str,
        folder: NewFolder | None = None,
    ) -> SubmissionReceipt:
        """Ask TD2.1 or TD2.2."""
        return await self._submissions.submit(
            patient, documents, practitioner=practitioner, acting=acting, idempotency_key=idempotency_key, folder=folder
        )
