from __future__ import annotations

import msgspec
import pytest

from caducee.contracts.portability import KeptRecord
from caducee.errors import RecordUnreadable
from caducee.testing.state import MemoryState
from caducee_dmp.record.index import RecordIndex
from caducee_dmp.record.keeper import DmpKeeper
from caducee_dmp.record.model import Choice
from caducee_dmp.record.synchronisation import Synchronisation

from .held_record import HeldRecord

pytestmark = pytest.mark.anyio


async def followed(state: MemoryState, dmp: HeldRecord, practitioner: str = "roux") -> RecordIndex:
    index = RecordIndex(state, practitioner=practitioner, local_id="P1")

    async def everything(index: RecordIndex) -> tuple[str, ...]:
        return tuple(document.document_id for document in await index.documents())

    await Synchronisation(state, index, dmp, now=dmp.now).run(Choice(), wanted=everything)
    return index


async def test_what_is_given_is_taken_in_as_it_was(record: tuple[MemoryState, HeldRecord]) -> None:
    given = await DmpKeeper(record[0]).give("P1")
    assert [document.content for document in given.documents] == [b"a", b"b", b"a", b"b"]
    assert {document.holder for document in given.documents} == {"roux", "lenoir"}
    elsewhere = MemoryState()
    for _ in range(2):
        await DmpKeeper(elsewhere).take("P9", given)
    assert await DmpKeeper(elsewhere).give("P9") == given


async def test_a_record_that_was_taken_in_is_followed_from_where_it_was(record: tuple[MemoryState, HeldRecord]) -> None:
    state, dmp = record
    elsewhere = MemoryState()
    await DmpKeeper(elsewhere).take("P1", await DmpKeeper(state).give("P1"))
    dmp.later(days=2)
    new = dmp.feed(b"c")
    index = RecordIndex(elsewhere, practitioner="roux", local_id="P1")
    done = await Synchronisation(elsewhere, index, dmp, now=dmp.now).run(Choice(), wanted=_nothing)
    assert not done.first
    assert [notice.document_id for notice in done.notices] == [new]


async def test_an_index_that_is_further_stays_as_it_is(record: tuple[MemoryState, HeldRecord]) -> None:
    state, dmp = record
    before = await DmpKeeper(state).give("P1")
    dmp.later(days=2)
    dmp.feed(b"c")
    await followed(state, dmp)
    after = await DmpKeeper(state).give("P1")
    await DmpKeeper(state).take("P1", before)
    assert await DmpKeeper(state).give("P1") == after


async def test_notices_that_were_not_told_yet_are_carried_with_their_numbers(
    record: tuple[MemoryState, HeldRecord],
) -> None:
    state, dmp = record
    index = RecordIndex(state, practitioner="roux", local_id="P1")
    dmp.later(days=2)
    dmp.feed(b"c")
    dmp.feed(b"d")
    await followed(state, dmp)
    await index.told(through=1)
    elsewhere = MemoryState()
    await DmpKeeper(elsewhere).take("P1", await DmpKeeper(state).give("P1"))
    there = RecordIndex(elsewhere, practitioner="roux", local_id="P1")
    assert [one.number for one in await there.notices()] == [2]
    assert await there.notices() == await index.notices()
    assert (await there.following()).notices == 2


async def test_what_was_told_meanwhile_does_not_come_back_with_the_same_record(
    record: tuple[MemoryState, HeldRecord],
) -> None:
    state, dmp = record
    index = RecordIndex(state, practitioner="roux", local_id="P1")
    dmp.later(days=2)
    dmp.feed(b"c")
    await followed(state, dmp)
    given = await DmpKeeper(state).give("P1")
    await index.told(through=1)
    await DmpKeeper(state).take("P1", given)
    assert await index.notices() == ()


async def test_each_professional_is_given_their_own_documents_back(record: tuple[MemoryState, HeldRecord]) -> None:
    state, dmp = record
    dmp.later(days=2)
    masked = dmp.feed(b"c")
    await followed(state, dmp)
    elsewhere = MemoryState()
    await DmpKeeper(elsewhere).take("P1", await DmpKeeper(state).give("P1"))
    holders = {}
    for practitioner in ("roux", "lenoir"):
        index = RecordIndex(elsewhere, practitioner=practitioner, local_id="P1")
        holders[practitioner] = (await index.document(masked), await index.content(masked))
    assert holders["roux"][1] == b"c"
    assert holders["lenoir"] == (None, None)


async def test_a_document_whose_bytes_are_not_here_is_carried_without_them() -> None:
    state, dmp = MemoryState(), HeldRecord()
    document_id = dmp.feed(b"a")
    index = RecordIndex(state, practitioner="roux", local_id="P1")
    await Synchronisation(state, index, dmp, now=dmp.now).run(Choice(), wanted=_nothing)
    given = await DmpKeeper(state).give("P1")
    (document,) = given.documents
    assert (document.document_id, document.content) == (document_id, None)
    assert (document.title, document.mime_type) == ("Document 1", "text/xml")
    elsewhere = MemoryState()
    await DmpKeeper(elsewhere).take("P1", given)
    there = RecordIndex(elsewhere, practitioner="roux", local_id="P1")
    assert (await there.content(document_id), await there.documents()) == (None, await index.documents())


async def test_a_description_that_this_plugin_did_not_write_is_refused_whole(
    record: tuple[MemoryState, HeldRecord],
) -> None:
    given = await DmpKeeper(record[0]).give("P1")
    first, *others = given.documents
    damaged = msgspec.structs.replace(first, description="{}")
    elsewhere = MemoryState()
    with pytest.raises(RecordUnreadable):
        await DmpKeeper(elsewhere).take("P1", msgspec.structs.replace(given, documents=(damaged, *others)))
    assert await DmpKeeper(elsewhere).give("P1") == KeptRecord()


async def test_a_record_in_which_this_plugin_kept_nothing_is_taken_in() -> None:
    state = MemoryState()
    await DmpKeeper(state).take("P1", KeptRecord())
    assert await DmpKeeper(state).give("P1") == KeptRecord()


async def test_a_patient_whose_record_is_not_followed_has_nothing_to_give() -> None:
    assert await DmpKeeper(MemoryState()).give("P1") == KeptRecord()


@pytest.mark.parametrize("change", [{"state": "[{}]"}, {"state": "not json"}])
async def test_what_this_plugin_did_not_make_is_refused(
    record: tuple[MemoryState, HeldRecord], change: dict[str, str]
) -> None:
    given = await DmpKeeper(record[0]).give("P1")
    elsewhere = MemoryState()
    with pytest.raises(RecordUnreadable):
        await DmpKeeper(elsewhere).take("P1", msgspec.structs.replace(given, **change))
    assert await DmpKeeper(elsewhere).give("P1") == KeptRecord()


@pytest.fixture
async def record() -> tuple[MemoryState, HeldRecord]:
    state, dmp = MemoryState(), HeldRecord()
    dmp.feed(b"a")
    dmp.feed(b"b")
    await followed(state, dmp)
    await followed(state, dmp, "lenoir")
    return state, dmp


async def _nothing(_: RecordIndex) -> tuple[str, ...]:
    return ()
