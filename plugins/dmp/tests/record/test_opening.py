from __future__ import annotations

from datetime import date

import msgspec
import pytest

from caducee.wire.xds.criteria import DocumentFilter, EntryStatus, Period
from caducee_dmp.record.model import Choice, Progress, Standing, Step
from caducee_dmp.record.opening import Opening, since_of, years_before

from .desk import Desk

pytestmark = pytest.mark.anyio
ANYTHING = DocumentFilter(statuses=(EntryStatus.APPROVED, EntryStatus.ARCHIVED, EntryStatus.DELETED))


def opening(desk: Desk, held: frozenset[str] = frozenset()) -> Opening:
    return Opening(desk.state, desk.index, desk.dmp, held=held, now=desk.dmp.now, progress=desk.progress.append)


async def test_what_is_listed_again_is_not_new_again_and_keeps_its_bytes(desk: Desk) -> None:
    document_id = desk.dmp.feed(b"a")
    await desk.synchronise(fetch=True)
    again = opening(desk)
    assert await again.listing(ANYTHING) == 1
    assert again.new == []
    (document,) = await desk.index.documents()
    assert (document.document_id, document.kept) == (document_id, True)


async def test_what_is_listed_again_with_another_description_has_that_one(desk: Desk) -> None:
    document_id = desk.dmp.feed()
    await desk.synchronise()
    desk.dmp.describe(document_id, title="Autre titre")
    await opening(desk).listing(ANYTHING)
    (document,) = await desk.index.documents()
    assert document.entry.title == "Autre titre"


async def test_a_document_unknown_until_it_was_deleted_is_not_listed(desk: Desk) -> None:
    desk.dmp.feed(status="Deleted")
    deleted = opening(desk)
    await deleted.listing(ANYTHING)
    assert (deleted.new, await desk.standing()) == ([], {})


async def test_a_known_document_that_was_deleted_stands_so(desk: Desk) -> None:
    document_id = desk.dmp.feed()
    await desk.synchronise()
    desk.dmp.set_status(document_id, "Deleted")
    await opening(desk).listing(ANYTHING)
    assert await desk.standing() == {document_id: Standing.DELETED}


async def test_an_archived_document_is_listed(desk: Desk) -> None:
    document_id = desk.dmp.feed(status="Archived")
    await opening(desk).listing(ANYTHING)
    assert await desk.standing() == {document_id: Standing.ARCHIVED}


async def test_each_hundred_documents_is_told_once_it_is_kept(desk: Desk) -> None:
    for _ in range(101):
        desk.dmp.feed()
    await opening(desk).listing(ANYTHING)
    assert desk.progress == [Progress(Step.LIST, 100, 101), Progress(Step.LIST, 101, 101)]


async def test_what_is_listed_in_parts_is_counted_over_all_of_them(desk: Desk) -> None:
    for day in range(1, 21, 2):
        desk.dmp.feed(service_start_utc=f"202611{day:02}080000")
    desk.dmp.most = 5
    await opening(desk).listing(msgspec.structs.replace(ANYTHING, service_started=Period(date(2026, 11, 1))))
    assert [one.done for one in desk.progress] == sorted(one.done for one in desk.progress)
    assert desk.progress[-1] == Progress(Step.LIST, 10, 10)


async def test_a_record_followed_further_back_is_so_from_then_on_and_listed_again_once(desk: Desk) -> None:
    older = desk.dmp.feed(service_start_utc="20250601080000")
    await desk.synchronise(Choice(years=1))
    assert (await desk.index.following()).since == "20251125"
    assert await desk.standing() == {}
    await desk.synchronise(Choice(years=2))
    assert (await desk.index.following()).since == "20241125"
    assert list(await desk.standing()) == [older]
    for years in (2, 1):
        desk.dmp.asked.clear()
        await desk.synchronise(Choice(years=years))
        assert "FindDocuments" not in desk.dmp.asked
    assert (await desk.index.following()).since == "20241125"


async def test_what_was_submitted_before_a_wider_listing_is_still_told(desk: Desk) -> None:
    await desk.synchronise(Choice(years=1))
    desk.dmp.later(days=2)
    new = desk.dmp.feed()
    await opening(desk).open(await desk.index.following(), DocumentFilter(service_started=Period(date(2024, 11, 25))))
    assert (await desk.index.following()).last_call == "20261125083000"
    replaced = desk.dmp.feed(replaces=new)
    notices = (await desk.synchronise()).notices
    assert [(one.document_id, one.other) for one in notices if one.document_id == new] == [(new, replaced)]


@pytest.mark.parametrize(
    ("day", "earlier"),
    [(date(2026, 11, 25), date(2024, 11, 25)), (date(2028, 2, 29), date(2026, 2, 28))],
)
def test_years_are_counted_to_the_day(day: date, earlier: date) -> None:
    assert years_before(day, 2) == earlier


def test_a_filter_without_beginning_asks_since_ever() -> None:
    assert since_of(DocumentFilter()) == ""
    assert since_of(DocumentFilter(service_started=Period(date(2024, 1, 2)))) == "20240102"
