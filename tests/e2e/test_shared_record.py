from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import anyio
import msgspec
import pytest

from caducee import Code, Document, Kernel, Patient
from caducee.errors import ConsentMissing, ServiceRejected, ServiceUnavailable
from caducee.model.entry import EntryPatientId
from caducee.portability.json import from_json, to_json
from caducee.portability.xdm import from_xdm, to_xdm
from caducee.wire.xdm import Application
from caducee.wire.xds.submission import SubmissionSet
from caducee_demo.practice import LENOIR, Practice, set_up
from caducee_demo.sandbox import Control
from caducee_dmp import DMP, Change
from caducee_dmp.brief.model import Answer, PartName
from caducee_dmp.record.api import SHARED_RECORD
from caducee_dmp.record.model import Beyond, Fetch, News, Standing
from tests.e2e.desk import CONSENTED, DOCTOR, JEANNE, letter, opened, publish, qualified

pytestmark = pytest.mark.anyio
PACE = 20.0
APPLICATION = Application(name="DEMOLGC", version="1.0", vendor="Exemple")


async def test_a_record_is_followed_from_its_opening_through_what_is_fed_and_replaced(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    patient = qualified(JEANNE, sandbox)
    document = letter(patient)
    async with opened(practice) as kernel, kernel.use(SHARED_RECORD) as record:
        first = await publish(kernel, document)
        await first.settled()
        done = await record.synchronise(patient, practitioner="roux", acting=DOCTOR, access=CONSENTED, fetch=Fetch.ALL)
        assert done.first
        assert done.listed == done.fetched
        kept = await record.open(patient, first.document_id, practitioner="roux", acting=DOCTOR, access=CONSENTED)
        assert kept == await kernel.documents.sealed_bytes(first.document_id)

        version = await kernel.documents.version_of(first.document_id)
        new = await publish(kernel, letter(patient))
        next_one = await publish(kernel, _replacing(document, version))
        await new.settled()
        await next_one.settled()
        done = await record.synchronise(patient, practitioner="roux", acting=DOCTOR, access=CONSENTED)
        assert {(one.news, one.document_id, one.other) for one in done.notices} >= {
            (News.NEW, new.document_id, ""),
            (News.NEW, next_one.document_id, ""),
            (News.REPLACED, first.document_id, next_one.document_id),
        }
        documents = await record.documents(patient, practitioner="roux", acting=DOCTOR)
        standing = {one.document_id: one.standing for one in documents}
        assert standing[first.document_id] is Standing.REPLACED
        assert standing[next_one.document_id] is Standing.CURRENT
        events = [event async for event in _events(kernel)]
        assert ("dmp.record.notice", "replaced") in events


async def test_a_service_that_stops_in_the_middle_is_taken_up_again_where_it_was(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    patient = qualified(JEANNE, sandbox)
    async with opened(practice) as kernel, kernel.use(SHARED_RECORD) as record:
        for ticket in [await publish(kernel, letter(patient)) for _ in range(3)]:
            await ticket.settled()
        await anyio.to_thread.run_sync(lambda: control.fault("dmp", "http500", transaction="TD3.2"))
        with pytest.raises(ServiceUnavailable):
            await record.synchronise(patient, practitioner="roux", acting=DOCTOR, access=CONSENTED, fetch=Fetch.ALL)
        await anyio.to_thread.run_sync(control.clear)
    async with opened(practice) as kernel, kernel.use(SHARED_RECORD) as record:
        done = await record.synchronise(patient, practitioner="roux", acting=DOCTOR, access=CONSENTED, fetch=Fetch.ALL)
        assert not done.first
        documents = await record.documents(patient, practitioner="roux", acting=DOCTOR)
        assert len(documents) == done.fetched
        assert all(one.kept for one in documents)


async def test_a_brief_says_what_was_asked_and_what_was_not(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    patient = qualified(JEANNE, sandbox)
    async with opened(practice) as kernel, kernel.use(SHARED_RECORD) as record:
        before = await record.brief(patient, practitioner="roux", acting=DOCTOR)
        with pytest.raises(ConsentMissing):
            await record.synchronise(patient, practitioner="roux", acting=DOCTOR)
        assert {part.answer for part in before.parts} == {Answer.NOT_FETCHED}
        await record.synchronise(patient, practitioner="roux", acting=DOCTOR, access=CONSENTED)
        after = await record.brief(patient, practitioner="roux", acting=DOCTOR)
        assert after.part(PartName.IMAGING).answer is Answer.NONE
        assert after.part(PartName.WISHES).answer is Answer.NOT_FETCHED


def _replacing(document: Document, version: Any) -> Document:
    return msgspec.structs.replace(document, local_id=f"{document.local_id}-2", replaces=version)


async def _events(kernel: Any) -> Any:
    with anyio.move_on_after(0.5):
        async for event in kernel.events(after=0):
            yield event.kind, event.code


async def test_a_record_is_carried_to_another_practice_and_is_the_same_there(
    practice: Practice, control: Control, sandbox: dict[str, Any], tmp_path: Path
) -> None:
    patient = qualified(JEANNE, sandbox)
    async with opened(practice) as kernel, kernel.use(SHARED_RECORD) as record:
        await (await publish(kernel, letter(patient))).settled()
        await record.synchronise(patient, practitioner="roux", acting=DOCTOR, access=CONSENTED, fetch=Fetch.ALL)
        given = await kernel.records.export_record(patient, acting=DOCTOR)
        archive = to_xdm(given, _handed_over(kernel, patient), application=APPLICATION)
    assert from_json(to_json(given)) == given
    async with opened(set_up(tmp_path / "elsewhere", sandbox, pace=PACE)) as kernel:
        await kernel.records.import_record(from_xdm(archive), into=patient, acting=DOCTOR)
        there = await kernel.records.export_record(patient, acting=DOCTOR)
        async with kernel.use(SHARED_RECORD) as record:
            assert not (await record.synchronise(patient, practitioner="roux", acting=DOCTOR, access=CONSENTED)).first
    assert (there.sent, there.items, there.kept) == (given.sent, given.items, given.kept)
    assert there.audit[: len(given.audit)] == given.audit
    (document,) = given.sent
    assert document.deliveries[0].receipt is not None
    assert len(given.kept["dmp"].documents) > 1


def _handed_over(kernel: Kernel, patient: Patient) -> SubmissionSet:
    assert patient.ins is not None
    return SubmissionSet(
        unique_id="1.2.250.1.999.1.77",
        source_id="1.2.250.1.999.1",
        submission_time="20261125083000",
        patient=EntryPatientId(identifier=patient.ins.matricule, oid=patient.ins.oid),
        author=kernel.practitioner("roux"),
        content_type=Code("07", "1.2.250.1.213.2.2", "Consultation"),
    )


async def test_what_is_masked_archived_and_deleted_is_told_to_who_follows(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    patient = qualified(JEANNE, sandbox)
    who: dict[str, Any] = {"practitioner": "roux", "acting": DOCTOR, "access": CONSENTED}
    async with opened(practice) as kernel, kernel.use(SHARED_RECORD) as record, kernel.use(DMP) as dmp:
        tickets = [await publish(kernel, letter(patient)) for _ in range(3)]
        for ticket in tickets:
            await ticket.settled()
        masked, archived, deleted = (ticket.document_id for ticket in tickets)
        await record.synchronise(patient, **who)
        await dmp.update(patient, masked, Change.MASK, **who)
        await dmp.update(patient, archived, Change.ARCHIVE, **who)
        await dmp.update(patient, deleted, Change.DELETE, **who)
        done = await record.synchronise(patient, **who)
        assert {(one.news, one.document_id) for one in done.notices} == {
            (News.CHANGED, masked),
            (News.ARCHIVED, archived),
            (News.DELETED, deleted),
        }
        assert (await record.synchronise(patient, **who)).notices == ()


async def test_a_search_without_limit_of_date_is_remembered_by_the_brief(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    patient = qualified(JEANNE, sandbox)
    who: dict[str, Any] = {"practitioner": "roux", "acting": DOCTOR, "access": CONSENTED}
    async with opened(practice) as kernel, kernel.use(SHARED_RECORD) as record:
        await record.synchronise(patient, **who)
        assert (await record.search(patient, Beyond.WISHES, **who)).shown == 0
        brief = await record.brief(patient, practitioner="roux", acting=DOCTOR)
        assert brief.part(PartName.WISHES).answer is Answer.NONE
        assert brief.part(PartName.VACCINATIONS).answer is not Answer.NONE


async def test_a_professional_whom_the_dmp_refuses_reads_not_permitted(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    patient = qualified(JEANNE, sandbox)
    lenoir: dict[str, Any] = {"practitioner": "lenoir", "acting": DOCTOR}
    await _authorise(control, patient, "INTERDIT")
    await _card(control, LENOIR)
    try:
        async with opened(practice) as kernel, kernel.use(SHARED_RECORD) as record:
            with pytest.raises(ServiceRejected):
                await record.synchronise(patient, **lenoir, access=CONSENTED)
            brief = await record.brief(patient, **lenoir)
    finally:
        await _authorise(control, patient, "VALIDE")
    assert {part.answer for part in brief.parts} == {Answer.NOT_PERMITTED}


async def _authorise(control: Control, patient: Patient, state: str) -> None:
    """Let the patient change what Dr Lenoir may do in the record."""
    assert patient.ins is not None
    lever = partial(control.record, "authorisation", patient=patient.ins.matricule, state=state)
    await anyio.to_thread.run_sync(partial(lever, professional="899700000025"))


async def _card(control: Control, serial: str) -> None:
    await anyio.to_thread.run_sync(control.card, "swap", serial)
