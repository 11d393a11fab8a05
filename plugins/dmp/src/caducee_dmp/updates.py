"""Changes of documents that are in the DMP, each on the version that the registry holds at that moment."""

from __future__ import annotations

from caducee.errors import ProtocolViolation
from caducee.model.entry import EntryPatientId
from caducee.model.patient import Patient
from caducee.model.permissions import Verb
from caducee.model.practice import Actor
from caducee.wire.xds.criteria import EntryStatus
from caducee.wire.xds.update import CopiedEntry, read_copies
from caducee_dmp import td31_find, td33_update
from caducee_dmp.access import NORMAL, Access
from caducee_dmp.asking import Asked, Asking
from caducee_dmp.changes import Change
from caducee_dmp.errors import DocumentMissing
from caducee_dmp.exchange import SERVICE, Call
from caducee_dmp.modes import Mode, require

_VERBS = {Change.SHOW_PATIENT: Verb.ANNOUNCE}


class Updates:
    """Makes changes: the current entry is asked for just before, since its identifier changes with each version."""

    def __init__(self, asking: Asking) -> None:
        config = asking.config
        self._asking = asking
        self._find = td31_find.Find()
        self._update = td33_update.Update(source_id=config.lps.oid, content_type=config.content_type.as_code())

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
        verb = _VERBS.get(change, Verb.VALIDATE)
        asked = Asked(practitioner=practitioner, acting=acting, access=access, patient=patient, verb=verb)

        async def ask() -> bool:
            require(self._asking.mode, td33_update.right_of(change))
            call = await self._call(self._asking.ins(patient), document_id, change, asked)
            if call is None:
                return False
            error = td33_update.read(await self._asking.call(call, asked)).error(SERVICE)
            if error is not None:
                raise error
            return True

        what = f"{td33_update.right_of(change)} {change} {document_id}"
        return await self._asking.audited(asked, what, ask)

    async def _call(self, ins: EntryPatientId, document_id: str, change: Change, asked: Asked) -> Call | None:
        author = self._asking.context.credentials.practitioner(asked.practitioner)
        now = self._asking.context.clock.now()
        if self._asking.mode is Mode.INDIRECT:
            uuid = await self._reference(document_id, asked)
            return self._update.status(change, uuid, EntryStatus.APPROVED, patient=ins, author=author, now=now)
        uuid, entry = await self._entry(document_id, asked)
        if td33_update.done_already(change, entry):
            return None
        try:
            if not td33_update.changes_status(change):
                return self._update.masks(change, entry, patient=ins, author=author, now=now)
            old = EntryStatus(entry.status)
        except ValueError:
            raise ProtocolViolation(SERVICE, "an entry whose status or confidentiality is unknown") from None
        return self._update.status(change, uuid, old, patient=ins, author=author, now=now)

    async def _entry(self, document_id: str, asked: Asked) -> tuple[str, CopiedEntry]:
        answer = await self._asking.call(self._find.one(document_id), asked)
        found = td31_find.read(answer)
        copies = read_copies(answer.body, service=SERVICE)
        for entry, copy in zip(found, copies, strict=True):
            if entry.document_id == document_id:
                return entry.entry_uuid, copy
        raise DocumentMissing(SERVICE, "the document is not there, or may not be seen")

    async def _reference(self, document_id: str, asked: Asked) -> str:
        held = td31_find.references(await self._asking.call(self._find.reference(document_id), asked))
        if not held:
            raise DocumentMissing(SERVICE, "the document is not there, or may not be seen")
        return held[0]
