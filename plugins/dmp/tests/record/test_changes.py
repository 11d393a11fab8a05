from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from caducee.errors import ServiceUnavailable
from caducee.model.codes import LOINC, Code
from caducee_dmp.record.changes import Changes, chain_end, followed, stamp
from caducee_dmp.record.index import Pass
from caducee_dmp.record.model import Choice, News, Progress, Standing, Step

from .desk import Desk
from .held_record import MASK, NORMAL, REPORT, HeldRecord

pytestmark = pytest.mark.anyio
BIOLOGY = Code("11502-2", LOINC, "CR d'examens biologiques")
REPORTS = (f"{REPORT.code}^^{REPORT.system}",)


async def test_a_pass_looks_one_day_before_the_last_call(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[datetime] = []

    async def sets(since: datetime) -> tuple[str, ...]:
        asked.append(since)
        return ()

    await desk.synchronise()
    before = desk.dmp.now
    desk.dmp.later(days=3)
    monkeypatch.setattr(desk.dmp, "sets", sets)
    await desk.synchronise()
    assert asked == [before - timedelta(days=1)]


@pytest.mark.requirement("EX_3.1-1020")
async def test_the_next_pass_asks_since_this_one_began(desk: Desk) -> None:
    await desk.synchronise()
    desk.dmp.later(days=3)
    await desk.synchronise()
    assert (await desk.index.following()).last_call == "20261128083000"


async def test_what_was_to_be_looked_at_is_remembered_before_it_is_asked_for(desk: Desk) -> None:
    await desk.synchronise()
    desk.dmp.later(days=2)
    new = desk.dmp.feed()
    desk.dmp.down_after = 2
    with pytest.raises(ServiceUnavailable):
        await desk.synchronise()
    assert desk.dmp.asked[-3:] == ["FindSubmissionSets", "GetAssociations", "GetDocumentsAndAssociations"]
    desk.dmp.down_after = None
    desk.dmp.asked.clear()
    notices = (await desk.synchronise()).notices
    assert [one.document_id for one in notices] == [new]
    assert desk.dmp.asked == ["GetDocumentsAndAssociations", "FindSubmissionSets"]


async def test_what_was_looked_at_is_not_asked_for_again_after_a_stop(desk: Desk) -> None:
    await desk.synchronise()
    desk.dmp.later(days=2)
    new = [desk.dmp.feed() for _ in range(3)]
    desk.dmp.down_after = 5
    with pytest.raises(ServiceUnavailable):
        await desk.synchronise(Choice(batch=1))
    assert desk.dmp.asked.count("GetDocumentsAndAssociations") == 2
    desk.dmp.down_after = None
    desk.dmp.asked.clear()
    await desk.synchronise(Choice(batch=1))
    assert desk.dmp.asked.count("GetDocumentsAndAssociations") == 2
    assert [(one.number, one.document_id) for one in await desk.index.notices()] == list(enumerate(new, start=1))


async def test_what_is_asked_for_in_batches_is_told_batch_by_batch(desk: Desk) -> None:
    await desk.synchronise()
    desk.dmp.later(days=2)
    for _ in range(3):
        desk.dmp.feed()
    done = await desk.synchronise(Choice(batch=2))
    assert done.listed == 3
    assert desk.progress == [Progress(Step.CHANGES, 2, 3), Progress(Step.CHANGES, 3, 3)]


async def test_a_document_without_type_is_no_news_of_a_record_followed_by_types(desk: Desk) -> None:
    await desk.synchronise(Choice(types=(REPORT,)))
    desk.dmp.later(days=2)
    desk.dmp.feed(type=None)
    report = desk.dmp.feed()
    done = await desk.synchronise(Choice(types=(REPORT,)))
    assert [one.document_id for one in done.notices] == [report]
    assert list(await desk.standing()) == [report]


@pytest.mark.parametrize(
    ("kind", "types", "is_followed"),
    [(REPORT, REPORTS, True), (BIOLOGY, REPORTS, False), (None, REPORTS, False), (None, (), True), (BIOLOGY, (), True)],
)
def test_types_are_followed_as_they_were_chosen(
    kind: Code | None, types: tuple[str, ...], *, is_followed: bool
) -> None:
    dmp = HeldRecord()
    assert followed(dmp.entry(dmp.feed(type=kind)), types) is is_followed


async def test_a_document_that_comes_archived_is_new_and_one_that_comes_deleted_is_not(desk: Desk) -> None:
    await desk.synchronise()
    desk.dmp.later(days=2)
    archived, _ = desk.dmp.feed(status="Archived"), desk.dmp.feed(status="Deleted")
    notices = (await desk.synchronise()).notices
    assert [(one.news, one.document_id) for one in notices] == [(News.NEW, archived)]
    assert await desk.standing() == {archived: Standing.ARCHIVED}


async def test_a_replacement_names_the_document_that_takes_the_place(desk: Desk) -> None:
    first = desk.dmp.feed()
    await desk.synchronise()
    desk.dmp.later(days=2)
    second = desk.dmp.feed(replaces=first)
    told = {one.news: one for one in (await desk.synchronise()).notices}
    assert (told[News.REPLACED].document_id, told[News.REPLACED].other) == (first, second)
    assert (told[News.NEW].document_id, told[News.NEW].other) == (second, "")
    assert told[News.REPLACED].at == stamp(desk.dmp.now)


async def test_a_replacement_that_this_professional_is_not_shown_leaves_the_document_replaced_by_none(
    desk: Desk,
) -> None:
    first = desk.dmp.feed()
    await desk.synchronise()
    desk.dmp.later(days=2)
    desk.dmp.describe(first, title="Autre titre")
    desk.dmp.hidden.add(desk.dmp.feed(replaces=first))
    notices = (await desk.synchronise()).notices
    document = await desk.index.document(first)
    assert document is not None
    assert (document.standing, document.replaced_by) == (Standing.REPLACED, "")
    assert [(one.news, one.document_id, one.other) for one in notices] == [(News.REPLACED, first, "")]


async def test_a_document_that_replaces_one_that_the_index_has_not_is_new_and_no_more(desk: Desk) -> None:
    before = desk.dmp.feed(service_start_utc="20100101080000")
    await desk.synchronise()
    desk.dmp.later(days=2)
    new = desk.dmp.feed(replaces=before)
    assert [(one.news, one.document_id) for one in (await desk.synchronise()).notices] == [(News.NEW, new)]


async def test_a_replacement_concluded_twice_is_told_once(desk: Desk) -> None:
    first = desk.dmp.feed()
    await desk.synchronise()
    desk.dmp.feed(replaces=first)
    following = await desk.index.following()
    changes = _changes(desk)
    following.waiting = list(desk.dmp.entries)
    await changes.look(following)
    await changes.conclude(following)
    told = len(await desk.index.notices())
    await changes.conclude(following)
    assert len(await desk.index.notices()) == told == 2


async def test_a_change_of_description_alone_brings_no_codes(desk: Desk) -> None:
    document_id = desk.dmp.feed()
    await desk.synchronise()
    desk.dmp.later(days=2)
    desk.dmp.describe(document_id, title="Autre titre")
    (notice,) = (await desk.synchronise()).notices
    assert (notice.news, notice.title, notice.added, notice.removed) == (News.CHANGED, "Autre titre", (), ())


@pytest.mark.parametrize("logical_id", ["", "urn:uuid:another"])
async def test_a_document_described_again_under_no_or_another_logical_identifier_is_the_same(
    desk: Desk, logical_id: str
) -> None:
    document_id = desk.dmp.feed(b"a", logical_id="")
    await desk.synchronise(fetch=True)
    desk.dmp.later(days=2)
    desk.dmp.describe(document_id, logical_id=logical_id, title="Autre titre")
    assert [one.news for one in (await desk.synchronise()).notices] == [News.CHANGED]
    assert [one.kept for one in await desk.index.documents()] == [True]


async def test_a_document_made_visible_tells_the_code_that_went(desk: Desk) -> None:
    document_id = desk.dmp.feed(confidentiality=(NORMAL, MASK))
    await desk.synchronise()
    desk.dmp.later(days=2)
    desk.dmp.describe(document_id, confidentiality=(NORMAL,))
    (notice,) = (await desk.synchronise()).notices
    assert (notice.added, notice.removed) == ((), (MASK,))


async def test_a_document_that_the_practice_sent_meanwhile_is_not_imported_twice(desk: Desk) -> None:
    await desk.synchronise()
    desk.dmp.later(days=2)
    ours, theirs = desk.dmp.feed(), desk.dmp.feed()
    await desk.synchronise(held=frozenset({ours}))
    assert {one.document_id: one.held for one in await desk.index.documents()} == {ours: True, theirs: False}


@pytest.mark.parametrize(
    ("replacing", "end"),
    [({}, "a"), ({"a": "b"}, "b"), ({"a": "b", "b": "c"}, "c"), ({"a": "b", "b": "a"}, "b"), ({"a": "a"}, "a")],
)
def test_a_chain_of_replacements_ends_where_it_ends_or_closes(replacing: dict[str, str], end: str) -> None:
    assert chain_end(replacing, "a") == end


@pytest.mark.requirement("EX_3.1-1070")
def test_an_instant_is_stamped_in_utc() -> None:
    assert stamp(datetime.fromisoformat("2026-11-25T09:30:00+01:00")) == "20261125083000"


async def test_a_pass_has_a_beginning_of_its_own(desk: Desk) -> None:
    following = Pass(last_call="20261120083000")
    await _changes(desk).run(following, overlap=timedelta(0))
    assert (following.asked, following.last_call) == ("20261125083000", "20261120083000")


def _changes(desk: Desk) -> Changes:
    return Changes(
        desk.state,
        desk.index,
        desk.dmp,
        batch=20,
        held=frozenset(),
        now=desk.dmp.now,
        progress=desk.progress.append,
    )
