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
