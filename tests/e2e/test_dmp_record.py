"""Every transaction of the DMP from the public API, over mutual TLS, against the simulated registry."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from caducee import Actor, Patient
from caducee.errors import ActorRefused, ServiceRejected
from caducee.model.codes import LOINC, Code
from caducee.wire.xds.criteria import DocumentFilter, EntryStatus, Period
from caducee_demo.practice import Practice
from caducee_demo.sandbox import Control
from caducee_dmp import DMP, Access, AccessMode, Change, DmpService
from caducee_dmp.errors import DocumentMissing, ModeRefused, ReasonMissing, TooMany
from caducee_dmp.td04_patients import Since
from caducee_dmp.td05_search import SearchedTraits

from .desk import CONSENTED, DOCTOR, JEANNE, SECRETARY, letter, opened, publish, qualified

pytestmark = pytest.mark.anyio
BY: dict[str, Any] = {"practitioner": "roux", "acting": DOCTOR}
WHO: dict[str, Any] = {**BY, "access": CONSENTED}
EVERY = DocumentFilter(statuses=tuple(EntryStatus))
EMERGENCY = Access(mode=AccessMode.BREAK_GLASS, reason="Patiente inconsciente")
REGULATION = Access(mode=AccessMode.CENTRE_15, reason="Appel au 15")


@pytest.fixture
def jeanne(sandbox: dict[str, Any]) -> Patient:
    return qualified(JEANNE, sandbox)


@asynccontextmanager
async def fed(practice: Practice, patient: Patient) -> AsyncIterator[tuple[DmpService, str]]:
    """The service, with one letter that has just reached the record."""
    async with opened(practice) as kernel:
        ticket = await publish(kernel, letter(patient))
        await ticket.settled()
        async with kernel.use(DMP) as dmp:
            yield dmp, ticket.document_id


async def status(dmp: DmpService, patient: Patient, document_id: str) -> str:
    (entry,) = await dmp.registry.entries(patient, (document_id,), **WHO)
    return entry.status


async def test_each_filter_narrows_the_list(practice: Practice, jeanne: Patient) -> None:
    async with fed(practice, jeanne) as (dmp, document_id):
        (entry,) = await dmp.registry.entries(jeanne, (document_id,), **WHO)
        assert entry.type is not None
        assert entry.class_ is not None
        assert entry.format is not None
        assert entry.facility is not None
        assert entry.setting is not None
        now = datetime.now(UTC)
        around = Period(now - timedelta(hours=1), now + timedelta(hours=1))
        before = Period(until=now - timedelta(hours=1))
        fitting = (
            DocumentFilter(types=(entry.type,), classes=(entry.class_,), formats=(entry.format,)),
            DocumentFilter(facilities=(entry.facility,), settings=(entry.setting,), authors=("%ROUX%",)),
            DocumentFilter(created=around, service_started=around, confidentiality=entry.confidentiality),
        )
        other = Code("57833-6", LOINC, "Prescription")
        strange = (
            DocumentFilter(types=(other,)),
            DocumentFilter(authors=("%LENOIR%",)),
            DocumentFilter(created=before),
            DocumentFilter(service_stopped=before),
            DocumentFilter(events=(other,)),
            DocumentFilter(statuses=(EntryStatus.DEPRECATED,)),
        )
        listed = [await dmp.find(jeanne, where=where, **WHO) for where in (*fitting, *strange)]
    assert [document_id in [e.document_id for e in found] for found in listed] == [True] * 3 + [False] * 6


async def test_the_registrys_own_queries_tell_how_a_document_came(practice: Practice, jeanne: Patient) -> None:
    async with fed(practice, jeanne) as (dmp, document_id):
        (uuid,) = await dmp.registry.references(jeanne, (document_id,), **WHO)
        hour = timedelta(hours=1)
        sets = await dmp.registry.sets(jeanne, Period(datetime.now(UTC) - hour), **WHO)
        later = await dmp.registry.sets(jeanne, Period(datetime.now(UTC) + hour), **WHO)
        links = await dmp.registry.links(jeanne, (sets[-1].entry_uuid,), **WHO)
        both = await dmp.registry.entries_and_links(jeanne, (uuid,), **WHO)
        whole = await dmp.registry.set_contents(jeanne, unique_id=sets[-1].unique_id, **WHO)
        again = await dmp.registry.set_contents(jeanne, entry_uuid=sets[-1].entry_uuid, **WHO)
    assert later == ()
    assert {(link.type, link.target) for link in links} >= {("HasMember", uuid)}
    assert [entry.entry_uuid for entry in both.entries] == [uuid]
    assert [(link.type, link.source) for link in both.links] == [("HasMember", sets[-1].entry_uuid)]
    assert document_id in [entry.document_id for entry in whole.entries]
    assert (whole.sets, whole.entries) == (again.sets, again.entries)


async def test_a_long_record_is_read_twenty_documents_at_a_time(
    practice: Practice, control: Control, jeanne: Patient
) -> None:
    async with opened(practice) as kernel, kernel.use(DMP) as dmp:
        tickets = [await publish(kernel, letter(jeanne)) for _ in range(11)]
        for ticket in tickets:
            await ticket.settled()
        pages = [page async for page in dmp.registry.pages(jeanne, **WHO)]
        whole = await dmp.find(jeanne, **WHO)
    paged = [entry.document_id for page in pages for entry in page]
    assert sorted(paged) == sorted(entry.document_id for entry in whole)
    assert {ticket.document_id for ticket in tickets} <= set(paged)
    assert len(pages) > 1
    assert max(map(len, pages)) <= 20


async def test_a_list_that_the_registry_refuses_for_its_length_is_said_so(
    practice: Practice, control: Control, jeanne: Patient
) -> None:
    async with fed(practice, jeanne) as (dmp, _):
        control.record("limit", results=1)
        try:
            with pytest.raises(ServiceRejected) as caught:
                await dmp.find(jeanne, **WHO)
        finally:
            control.record("limit", results=None)
    assert caught.value.service_code == "XDSTooManyResults"
    assert not isinstance(caught.value, TooMany)


async def test_several_documents_come_together(practice: Practice, jeanne: Patient) -> None:
    async with opened(practice) as kernel, kernel.use(DMP) as dmp:
        tickets = [await publish(kernel, letter(jeanne)) for _ in range(2)]
        for ticket in tickets:
            await ticket.settled()
        entries = await dmp.registry.entries(jeanne, tuple(t.document_id for t in tickets), **WHO)
        came = await dmp.retrieve_several(jeanne, entries, **WHO)
        sealed = [await kernel.documents.sealed_bytes(t.document_id) for t in tickets]
    assert [document.content for document in came.documents] == sealed
    assert came.missing == ()


async def test_a_document_is_masked_and_unmasked_by_versions_of_its_metadata(
    practice: Practice, jeanne: Patient
) -> None:
    async with fed(practice, jeanne) as (dmp, document_id):
        (first,) = await dmp.registry.entries(jeanne, (document_id,), **WHO)
        assert await dmp.update(jeanne, document_id, Change.MASK, **WHO)
        (second,) = await dmp.registry.entries(jeanne, (document_id,), **WHO)
        assert not await dmp.update(jeanne, document_id, Change.MASK, **WHO)
        assert await dmp.update(jeanne, document_id, Change.UNMASK, **WHO)
        (third,) = await dmp.registry.entries(jeanne, (document_id,), **WHO)
    assert [e.version for e in (first, second, third)] == ["1", "2", "3"]
    assert len({e.entry_uuid for e in (first, second, third)}) == 3
    assert len({e.logical_id for e in (first, second, third)}) == 1
    assert [len(e.confidentiality) for e in (first, second, third)] == [1, 2, 1]
    assert third.title == first.title
    assert third.authors == first.authors


async def test_a_document_is_archived_brought_back_and_deleted(practice: Practice, jeanne: Patient) -> None:
    async with fed(practice, jeanne) as (dmp, document_id):
        seen = []
        for change in (Change.ARCHIVE, Change.UNARCHIVE, Change.DELETE):
            assert await dmp.update(jeanne, document_id, change, **WHO)
            seen.append(await status(dmp, jeanne, document_id))
        assert not await dmp.update(jeanne, document_id, Change.DELETE, **WHO)
        assert document_id not in [e.document_id for e in await dmp.find(jeanne, **WHO)]
        assert document_id in [e.document_id for e in await dmp.find(jeanne, where=EVERY, **WHO)]
    assert seen == ["Archived", "Approved", "Deleted"]


async def test_a_deleted_document_is_not_brought_back(practice: Practice, jeanne: Patient) -> None:
    async with fed(practice, jeanne) as (dmp, document_id):
        await dmp.update(jeanne, document_id, Change.DELETE, **WHO)
        with pytest.raises(ServiceRejected) as caught:
            await dmp.update(jeanne, document_id, Change.ARCHIVE, **WHO)
    assert caught.value.service_code == "XDSMetadataUpdateOperationError"


async def test_a_change_whose_answer_was_lost_may_be_asked_again(
    practice: Practice, control: Control, jeanne: Patient
) -> None:
    async with fed(practice, jeanne) as (dmp, document_id):
        control.fault("dmp", "lose_answer", transaction="TD3.3", times=1)
        with pytest.raises(Exception, match="dmp"):
            await dmp.update(jeanne, document_id, Change.ARCHIVE, **WHO)
        assert not await dmp.update(jeanne, document_id, Change.ARCHIVE, **WHO)


async def test_a_secretary_changes_nothing(practice: Practice, control: Control, jeanne: Patient) -> None:
    async with fed(practice, jeanne) as (dmp, document_id):
        with pytest.raises(ActorRefused):
            await dmp.update(jeanne, document_id, Change.DELETE, practitioner="roux", acting=SECRETARY)
        assert await status(dmp, jeanne, document_id) == "Approved"
        with pytest.raises(DocumentMissing):
            await dmp.update(jeanne, "1.2.3.4", Change.DELETE, **WHO)


async def test_an_authorisation_is_declared_listed_and_taken_back(
    practice: Practice, control: Control, jeanne: Patient
) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    async with opened(practice) as kernel, kernel.use(DMP) as dmp:
        await dmp.authorisations.add(jeanne, attending=True, **BY)
        again = await dmp.authorisations.add(jeanne, **BY)
        listed = await dmp.authorisations.list(jeanne, **BY)
        mine = await dmp.authorisations.mine(yesterday, **BY)
        recent = await dmp.authorisations.mine(yesterday, by=Since.DOCUMENT, **BY)
        known = await dmp.exists(jeanne, **WHO)
        await dmp.authorisations.remove(jeanne, attending=True, **BY)
        after = await dmp.exists(jeanne, **WHO)
        await dmp.authorisations.remove(jeanne, **BY)
        gone = await dmp.exists(jeanne, **WHO)
        with pytest.raises(ServiceRejected) as caught:
            await dmp.find(jeanne, **WHO)
        await dmp.authorisations.add(jeanne, **BY)
    assert "existe" in again
    assert [(a.family_name, a.mode, a.attending) for a in listed] == [("ROUX", "ACTIVE", True)]
    assert jeanne.ins is not None
    assert jeanne.ins.matricule in [i.identifier for record in mine for i in record.identifiers]
    assert all(record.last_addition_utc for record in recent)
    assert (known.attending, after.attending, gone.authorisation) == (True, False, "NON_EXISTE")
    assert caught.value.service_code == "DMPAccessDeniedByRightsService"


async def test_a_professional_whom_the_patient_blocked_cannot_add_themselves(
    practice: Practice, control: Control, jeanne: Patient
) -> None:
    assert jeanne.ins is not None
    blocked = {"patient": jeanne.ins.matricule, "professional": "899700000017"}
    control.record("authorisation", state="INTERDIT", **blocked)
    try:
        async with opened(practice) as kernel, kernel.use(DMP) as dmp:
            with pytest.raises(ServiceRejected) as caught:
                await dmp.authorisations.add(jeanne, **BY)
            assert (await dmp.exists(jeanne, **WHO)).authorisation == "INTERDIT"
    finally:
        control.record("authorisation", state="VALIDE", **blocked)
    assert caught.value.service_code == "DMPAccessDeniedByRightsService"


async def test_breaking_the_glass_needs_a_reason_which_the_patient_is_told(
    practice: Practice, control: Control, jeanne: Patient
) -> None:
    assert jeanne.ins is not None
    async with fed(practice, jeanne) as (dmp, document_id):
        for reason in ("", "  "):
            with pytest.raises(ReasonMissing):
                await dmp.find(jeanne, access=Access(mode=AccessMode.BREAK_GLASS, reason=reason), **BY)
        with pytest.raises(ActorRefused):
            await dmp.find(jeanne, practitioner="roux", acting=SECRETARY, access=EMERGENCY)
        found = await dmp.find(jeanne, access=EMERGENCY, **BY)
        (entry,) = [entry for entry in found if entry.document_id == document_id]
        await dmp.retrieve(jeanne, entry, access=EMERGENCY, **BY)
    told = control.told(jeanne.ins.matricule)
    assert ("bris_de_glace", "Patiente inconsciente") in {(line["kind"], line["detail"]) for line in told}


async def test_a_refused_emergency_is_told_by_the_record_and_by_the_service(
    practice: Practice, control: Control, jeanne: Patient
) -> None:
    assert jeanne.ins is not None
    control.record("opposition", patient=jeanne.ins.matricule, kind="bris_de_glace")
    try:
        async with opened(practice) as kernel, kernel.use(DMP) as dmp:
            data = await dmp.record_data(jeanne, **WHO)
            with pytest.raises(ServiceRejected) as caught:
                await dmp.find(jeanne, access=EMERGENCY, **BY)
    finally:
        control.record("opposition", patient=jeanne.ins.matricule, kind="bris_de_glace", opposed=False)
    assert (data.exists, data.break_glass_opposed, data.regulation_opposed) == (True, True, False)
    assert caught.value.service_code == "DMPAccessDeniedByRightsService"


async def test_a_regulation_finds_a_record_by_traits_and_nobody_else_does(
    practice: Practice, control: Control, jeanne: Patient
) -> None:
    traits = SearchedTraits(family_name="Nessi Test", given_name="Jeanne", birth_date="19750312", sex="F")
    async with opened(practice) as kernel, kernel.use(DMP) as dmp:
        found = await dmp.authorisations.search(traits, access=REGULATION, **BY)
        nobody = SearchedTraits(family_name="PERSONNE")
        none = await dmp.authorisations.search(nobody, access=REGULATION, **BY)
        with pytest.raises(ModeRefused):
            await dmp.authorisations.search(traits, access=EMERGENCY, **BY)
    assert jeanne.ins is not None
    (record,) = found.records
    assert [i.identifier for i in record.identifiers] == [jeanne.ins.matricule]
    assert (record.match, record.regulation_opposed, none.records) == (100, False, ())


async def test_what_a_program_asks_by_itself_is_refused(practice: Practice, control: Control, jeanne: Patient) -> None:
    async with opened(practice) as kernel, kernel.use(DMP) as dmp:
        with pytest.raises(ActorRefused):
            await dmp.authorisations.add(jeanne, practitioner="roux", acting=Actor.automaton("nuit"))
