from __future__ import annotations

from datetime import date

import pytest

from caducee_dmp.record.model import Beyond, Choice, News, Standing
from caducee_dmp.record.synchronisation import Synchronisation
from caducee_dmp.record.vanished import shown_unknown

from .desk import Desk
from .held_record import VACCINE

pytestmark = pytest.mark.anyio
TODAY = date(2026, 11, 25)


async def searched(desk: Desk, count: int = 1) -> list[str]:
    """Feed vaccinations from before the followed period, and look for them."""
    fed = [desk.dmp.feed(type=VACCINE, service_start_utc=f"2010010{day}080000") for day in range(1, count + 1)]
    await desk.synchronise()
    await Synchronisation(desk.state, desk.index, desk.dmp, now=desk.dmp.now).search(Beyond.VACCINATIONS)
    return fed


async def test_what_vanished_from_before_the_followed_period_is_gone_and_the_others_stay(desk: Desk) -> None:
    vanished, *others = await searched(desk, 3)
    desk.dmp.hidden.add(vanished)
    desk.dmp.later(days=2)
    notices = (await desk.synchronise(Choice(batch=2), compare=True)).notices
    assert [(one.news, one.document_id, one.at) for one in notices] == [(News.GONE, vanished, "20261127083000")]
    assert [one for one, stands in (await desk.standing()).items() if stands is Standing.CURRENT] == others


async def test_what_is_listed_is_not_asked_for_by_name(desk: Desk) -> None:
    desk.dmp.feed()
    await desk.synchronise()
    desk.dmp.later(days=2)
    desk.dmp.asked.clear()
    await desk.synchronise(compare=True)
    assert desk.dmp.asked == ["FindSubmissionSets", "FindDocuments"]


async def test_care_on_the_first_day_that_is_followed_is_listed_and_not_asked_for_by_name(desk: Desk) -> None:
    vanished = desk.dmp.feed(service_start_utc="20241125080000")
    await desk.synchronise()
    desk.dmp.hidden.add(vanished)
    desk.dmp.asked.clear()
    assert [one.news for one in (await desk.synchronise(compare=True)).notices] == [News.GONE]
    assert desk.dmp.asked == ["FindSubmissionSets", "FindDocuments"]


async def test_a_document_that_vanished_is_told_once(desk: Desk) -> None:
    document_id = desk.dmp.feed()
    await desk.synchronise()
    desk.dmp.hidden.add(document_id)
    for expected in ([News.GONE], []):
        desk.dmp.later(days=2)
        assert [one.news for one in (await desk.synchronise(compare=True)).notices] == expected


async def test_an_archived_document_is_still_shown(desk: Desk) -> None:
    document_id = desk.dmp.feed()
    await desk.synchronise()
    desk.dmp.later(days=2)
    desk.dmp.set_status(document_id, "Archived")
    await desk.synchronise()
    assert (await desk.synchronise(compare=True)).notices == ()
    assert await desk.standing() == {document_id: Standing.ARCHIVED}


async def test_only_current_documents_that_the_index_has_not_are_unknown(desk: Desk) -> None:
    known = desk.dmp.feed()
    await desk.synchronise()
    new = [desk.dmp.feed() for _ in range(2)]
    archived = desk.dmp.feed(status="Archived")
    shown, unknown = await shown_unknown(desk.index, desk.dmp, await desk.index.following(), today=TODAY)
    assert shown == {desk.dmp.entry(one).entry_uuid for one in (known, archived, *new)}
    assert unknown == [desk.dmp.entry(one).entry_uuid for one in new]


async def test_what_the_comparison_finds_new_is_told_as_new_and_once(desk: Desk) -> None:
    await desk.synchronise()
    desk.dmp.later(days=2)
    late = desk.dmp.feed(submitted=desk.dmp.now.replace(year=2025))
    assert [(one.news, one.document_id) for one in (await desk.synchronise(compare=True)).notices] == [(News.NEW, late)]
    assert (await desk.synchronise(compare=True)).notices == ()
