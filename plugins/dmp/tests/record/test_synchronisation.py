from __future__ import annotations

from collections.abc import Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from caducee.errors import ServiceRejected, ServiceUnavailable
from caducee.model.codes import Code
from caducee.testing.state import MemoryState
from caducee_dmp.record.index import RecordIndex
from caducee_dmp.record.model import Beyond, Choice, News, Standing
from caducee_dmp.record.synchronisation import Synchronisation

from .desk import Desk
from .held_record import MASK, NORMAL, VACCINE

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("DMP-SYNC-first-opening")
async def test_a_first_opening_lists_two_years_and_gives_no_notice_for_each(desk: Desk) -> None:
    old = desk.dmp.feed(service_start_utc="20200101080000")
    recent = [desk.dmp.feed() for _ in range(3)]
    done = await desk.synchronise()
    assert (done.first, done.listed, done.notices) == (True, 3, ())
    assert list(await desk.standing()) == recent
    assert old not in await desk.standing()
    assert desk.dmp.asked == ["FindSubmissionSets", "FindDocuments"]


async def test_the_next_one_asks_for_what_was_submitted_since_and_tells_what_is_new(desk: Desk) -> None:
    desk.dmp.feed()
    await desk.synchronise()
    desk.dmp.later(days=2)
    new = desk.dmp.feed()
    desk.dmp.asked.clear()
    done = await desk.synchronise()
    assert [(notice.news, notice.document_id) for notice in done.notices] == [(News.NEW, new)]
    assert desk.dmp.asked == ["FindSubmissionSets", "GetAssociations", "GetDocumentsAndAssociations"]
    assert desk.state.events[-1] == ("record.notice", new, "new")


async def test_nothing_new_costs_one_question_and_says_nothing(desk: Desk) -> None:
    desk.dmp.feed()
    await desk.synchronise()
    await desk.synchronise()
    desk.dmp.asked.clear()
    assert (await desk.synchronise()).notices == ()
    assert desk.dmp.asked == ["FindSubmissionSets"]


@pytest.mark.requirement("DMP-SYNC-replaced")
async def test_a_known_document_is_marked_replaced_by_the_end_of_its_chain(desk: Desk) -> None:
    first = desk.dmp.feed()
    await desk.synchronise()
    desk.dmp.later(days=2)
    second = desk.dmp.feed(replaces=first)
    third = desk.dmp.feed(replaces=second)
    done = await desk.synchronise()
    known = {document.document_id: document for document in await desk.index.documents()}
    assert (known[first].standing, known[first].replaced_by) == (Standing.REPLACED, third)
    assert second not in known
    assert {(notice.news, notice.document_id) for notice in done.notices} == {
        (News.NEW, third),
        (News.REPLACED, first),
    }


async def test_a_document_masked_and_then_replaced_between_two_visits_is_still_known_as_replaced(desk: Desk) -> None:
    first = desk.dmp.feed()
    await desk.synchronise()
    desk.dmp.later(days=2)
    desk.dmp.describe(first, confidentiality=(NORMAL, MASK))
    second = desk.dmp.feed(replaces=first)
    await desk.synchronise()
    assert await desk.standing() == {first: Standing.REPLACED, second: Standing.CURRENT}


@pytest.mark.requirement("DMP-SYNC-known-lid")
async def test_a_change_of_description_keeps_the_document_and_tells_the_codes(desk: Desk) -> None:
    document_id = desk.dmp.feed()
    await desk.synchronise()
    desk.dmp.later(days=2)
    desk.dmp.describe(document_id, confidentiality=(NORMAL, MASK))
    (notice,) = (await desk.synchronise()).notices
    assert (notice.news, notice.added, notice.removed) == (News.CHANGED, (MASK,), ())
    (document,) = await desk.index.documents()
    assert document.entry.entry_uuid == desk.dmp.entry(document_id).entry_uuid


async def test_a_new_version_of_the_description_that_says_the_same_is_followed_in_silence(desk: Desk) -> None:
    document_id = desk.dmp.feed()
    await desk.synchronise()
    desk.dmp.later(days=2)
    desk.dmp.describe(document_id)
    assert (await desk.synchronise()).notices == ()
    assert (await desk.index.by_entry(desk.dmp.entry(document_id).entry_uuid)) is not None


@pytest.mark.parametrize(
    ("status", "news", "standing"),
    [("Archived", News.ARCHIVED, Standing.ARCHIVED), ("Deleted", News.DELETED, Standing.DELETED)],
)
async def test_what_is_archived_or_deleted_is_told(desk: Desk, status: str, news: News, standing: Standing) -> None:
    document_id = desk.dmp.feed()
    await desk.synchronise()
    desk.dmp.later(days=2)
    desk.dmp.set_status(document_id, status)
    assert [notice.news for notice in (await desk.synchronise()).notices] == [news]
    assert await desk.standing() == {document_id: standing}
    desk.dmp.later(days=2)
    desk.dmp.set_status(document_id, "Approved")
    assert [notice.news for notice in (await desk.synchronise()).notices] == [News.RESTORED]


async def test_a_document_that_is_no_longer_shown_is_told_when_the_change_names_it(desk: Desk) -> None:
    document_id = desk.dmp.feed()
    await desk.synchronise()
    desk.dmp.later(days=2)
    desk.dmp.describe(document_id, confidentiality=(NORMAL, MASK))
    desk.dmp.hidden.add(document_id)
    assert [notice.news for notice in (await desk.synchronise()).notices] == [News.GONE]
    assert await desk.standing() == {document_id: Standing.GONE}
    desk.dmp.later(days=2)
    desk.dmp.hidden.clear()
    desk.dmp.describe(document_id, confidentiality=(NORMAL,))
    assert [notice.news for notice in (await desk.synchronise()).notices] == [News.RESTORED]


async def test_what_vanished_in_silence_is_found_by_the_weekly_comparison(desk: Desk) -> None:
    document_id = desk.dmp.feed()
    await desk.synchronise()
    await desk.synchronise()
    desk.dmp.hidden.add(document_id)
    desk.dmp.later(days=2)
    assert (await desk.synchronise()).notices == ()
    desk.dmp.later(days=6)
    assert [notice.news for notice in (await desk.synchronise()).notices] == [News.GONE]


@pytest.mark.parametrize(("days", "news"), [(7, [News.GONE]), (6, [])])
async def test_the_list_is_compared_on_the_seventh_day(desk: Desk, days: int, news: list[News]) -> None:
    document_id = desk.dmp.feed()
    await desk.synchronise()
    desk.dmp.hidden.add(document_id)
    desk.dmp.later(days=days)
    assert [notice.news for notice in (await desk.synchronise()).notices] == news


async def test_the_week_is_counted_from_the_last_comparison(desk: Desk) -> None:
    document_id = desk.dmp.feed()
    await desk.synchronise()
    desk.dmp.later(days=7)
    await desk.synchronise()
    desk.dmp.hidden.add(document_id)
    desk.dmp.later(days=6)
    assert (await desk.synchronise()).notices == ()
    desk.dmp.later(days=1)
    assert [notice.news for notice in (await desk.synchronise()).notices] == [News.GONE]


async def test_a_document_from_before_the_followed_period_is_asked_for_by_name_and_stays(desk: Desk) -> None:
    desk.dmp.feed(type=VACCINE, service_start_utc="20100101080000")
    await desk.synchronise()
    synchronisation = Synchronisation(desk.state, desk.index, desk.dmp, now=desk.dmp.now)
    assert (await synchronisation.search(Beyond.VACCINATIONS)).shown == 1
    desk.dmp.later(days=2)
    assert (await desk.synchronise(compare=True)).notices == ()
    assert list((await desk.standing()).values()) == [Standing.CURRENT]


async def test_a_set_that_reached_the_dmp_late_is_found_although_it_bears_an_earlier_time(desk: Desk) -> None:
    await desk.synchronise()
    sealed = desk.dmp.now - timedelta(hours=5)
    desk.dmp.later(hours=6)
    late = desk.dmp.feed(submitted=sealed)
    assert [notice.document_id for notice in (await desk.synchronise()).notices] == [late]


async def test_a_set_days_late_is_found_by_the_comparison(desk: Desk) -> None:
    await desk.synchronise()
    late = desk.dmp.feed(submitted=desk.dmp.now - timedelta(days=4))
    desk.dmp.later(days=1)
    assert (await desk.synchronise()).notices == ()
    assert [notice.document_id for notice in (await desk.synchronise(compare=True)).notices] == [late]


@pytest.mark.requirement("DMP-SYNC-already-here")
async def test_a_document_that_the_practice_has_already_is_indexed_and_not_imported_twice(desk: Desk) -> None:
    document_id = desk.dmp.feed()
    await desk.synchronise(held=frozenset({document_id}))
    document = await desk.index.document(document_id)
    assert document is not None
    assert document.held


async def test_signatures_of_sets_are_no_documents(desk: Desk) -> None:
    signature = Code("http://www.w3.org/2000/09/xmldsig#", "1.2", "Signature")
    desk.dmp.feed(format=signature)
    await desk.synchronise()
    desk.dmp.later(days=2)
    desk.dmp.feed(format=signature)
    assert (await desk.synchronise()).notices == ()
    assert await desk.standing() == {}


async def test_a_list_narrowed_by_types_says_so_and_can_be_widened(desk: Desk) -> None:
    report, vaccine = desk.dmp.feed(), desk.dmp.feed(type=VACCINE)
    done = await desk.synchronise(Choice(types=(VACCINE,)))
    assert (done.filtered, list(await desk.standing())) == (True, [vaccine])
    desk.dmp.later(days=2)
    desk.dmp.feed()
    assert (await desk.synchronise(Choice(types=(VACCINE,)))).notices == ()
    done = await desk.synchronise()
    assert not done.filtered
    assert report in await desk.standing()
    assert len(await desk.standing()) == 3


@pytest.mark.parametrize("years", [0, 3])
def test_an_automatic_search_goes_back_two_years_at_most(years: int) -> None:
    with pytest.raises(ValueError, match="deux années"):
        Choice(years=years)


async def test_too_many_for_one_answer_are_listed_in_parts(desk: Desk) -> None:
    for day in range(40):
        desk.dmp.feed(service_start_utc=(desk.dmp.now - timedelta(days=3 * day)).strftime("%Y%m%d%H%M%S"))
    desk.dmp.most = 7
    done = await desk.synchronise()
    assert done.listed == len(await desk.standing()) == 40


async def test_too_many_on_one_day_is_the_services_own_refusal(desk: Desk) -> None:
    for _ in range(9):
        desk.dmp.feed()
    desk.dmp.most = 7
    with pytest.raises(ServiceRejected):
        await desk.synchronise()


async def test_a_service_that_stops_at_any_question_loses_and_repeats_nothing(desk: Desk) -> None:
    first = [desk.dmp.feed() for _ in range(5)]
    await desk.synchronise()
    desk.dmp.later(days=2)
    new = [desk.dmp.feed() for _ in range(5)]
    replaced = desk.dmp.feed(replaces=first[0])
    desk.dmp.describe(first[1], confidentiality=(NORMAL, MASK))
    choice = Choice(batch=2)
    for calls in range(30):
        desk.dmp.down_after = calls
        try:
            await desk.synchronise(choice, fetch=True)
        except ServiceUnavailable:
            continue
        break
    news = await desk.news()
    assert len(news) == len(set(news))
    assert set(news) == {
        *((News.NEW, one) for one in (*new, replaced)),
        (News.REPLACED, first[0]),
        (News.CHANGED, first[1]),
    }
    kept = {document.document_id for document in await desk.index.documents() if document.kept}
    assert kept == {*first[1:], *new, replaced}


class Killed(BaseException):
    """The process ends here."""


async def test_a_kill_around_any_write_loses_and_repeats_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    reached = 0
    for at in range(60):
        desk = Desk()
        first = [desk.dmp.feed() for _ in range(3)]
        await desk.synchronise()
        desk.dmp.later(days=2)
        new = desk.dmp.feed(replaces=first[0])
        desk.dmp.describe(first[1], confidentiality=(NORMAL, MASK))
        desk.dmp.hidden.add(first[2])
        dies = _dying(desk.state, at // 2, after=bool(at % 2))
        with monkeypatch.context() as patched:
            patched.setattr(MemoryState, "transaction", dies)
            try:
                await desk.synchronise(Choice(batch=1), fetch=True, compare=True)
            except Killed:
                reached += 1
        await desk.synchronise(Choice(batch=1), fetch=True, compare=True)
        news = await desk.news()
        assert sorted(news) == sorted(
            [(News.NEW, new), (News.REPLACED, first[0]), (News.CHANGED, first[1]), (News.GONE, first[2])]
        ), at
        assert {d.document_id for d in await desk.index.documents() if d.kept} == {first[1], new}, at
    assert reached > 10


def _dying(state: MemoryState, at: int, *, after: bool) -> Callable[[MemoryState], Any]:
    whole, count = state.transaction, iter(range(1000))

    @asynccontextmanager
    async def transaction(_: MemoryState) -> Any:
        now = next(count)
        if now == at and not after:
            raise Killed
        async with whole() as tx:
            yield tx
        if now == at:
            raise Killed

    return transaction


async def test_bytes_of_another_hash_are_not_kept_and_are_asked_for_again(desk: Desk) -> None:
    document_id, other = desk.dmp.feed(b"a"), desk.dmp.feed(b"b")
    desk.dmp.bytes[document_id] = b"something else"
    done = await desk.synchronise(fetch=True)
    assert (done.fetched, done.troubled) == (1, ((document_id, "service.protocol_violation"),))
    assert await desk.index.content(document_id) is None
    desk.dmp.bytes[document_id] = b"a"
    assert (await desk.synchronise(fetch=True)).fetched == 1
    assert (await desk.index.content(document_id), await desk.index.content(other)) == (b"a", b"b")


async def test_a_document_that_vanished_before_it_was_fetched_is_gone_and_the_others_come(desk: Desk) -> None:
    vanished, other = desk.dmp.feed(b"a"), desk.dmp.feed(b"b")
    del desk.dmp.bytes[vanished]
    done = await desk.synchronise(fetch=True)
    assert [(notice.news, notice.document_id) for notice in done.notices] == [(News.GONE, vanished)]
    assert await desk.index.content(other) == b"b"


async def test_a_document_replaced_while_it_was_fetched_is_told_by_the_next_synchronisation(desk: Desk) -> None:
    first = desk.dmp.feed(b"a")
    whole = desk.dmp.retrieve

    async def retrieve(entry: Any) -> bytes:
        if entry.document_id == first and len(desk.dmp.bytes) == 1:
            desk.dmp.feed(b"b", replaces=first)
        return await whole(entry)

    desk.dmp.retrieve = retrieve  # type: ignore[method-assign]
    await desk.synchronise(fetch=True)
    await desk.synchronise(fetch=True)
    assert list((await desk.standing()).values()) == [Standing.REPLACED, Standing.CURRENT]


async def test_progress_is_told_after_it_is_durable(desk: Desk) -> None:
    for _ in range(250):
        desk.dmp.feed()
    await desk.synchronise()
    assert [(step.done, step.total) for step in desk.progress] == [(100, 250), (200, 250), (250, 250)]


async def test_a_notice_that_was_told_is_not_told_again(desk: Desk) -> None:
    await desk.synchronise()
    desk.dmp.later(days=2)
    desk.dmp.feed()
    desk.dmp.feed()
    await desk.synchronise()
    first, second = await desk.index.notices()
    await desk.index.told(through=first.number)
    assert await desk.index.notices() == (second,)
    assert await desk.index.notices(after=second.number) == ()


async def test_each_professional_has_an_index_of_their_own(desk: Desk) -> None:
    desk.dmp.feed()
    await desk.synchronise()
    other = RecordIndex(desk.state, practitioner="lenoir", local_id="P1")
    assert await other.documents() == ()


async def test_a_set_that_names_nothing_is_reason_enough_to_compare(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id = desk.dmp.feed()
    await desk.synchronise()
    desk.dmp.later(days=2)
    desk.dmp.describe(document_id, confidentiality=(NORMAL, MASK))
    desk.dmp.hidden.add(document_id)

    async def no_links(_: tuple[str, ...]) -> tuple[()]:
        return ()

    monkeypatch.setattr(desk.dmp, "links", no_links)
    assert [notice.news for notice in (await desk.synchronise()).notices] == [News.GONE]
