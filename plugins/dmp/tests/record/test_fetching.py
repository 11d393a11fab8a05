from __future__ import annotations

import pytest

from caducee.errors import ServiceUnavailable
from caducee_dmp.record.fetching import Fetching
from caducee_dmp.record.model import IndexedDocument, News, Progress, Standing, Step

from .desk import Desk

pytestmark = pytest.mark.anyio


def fetching(desk: Desk) -> Fetching:
    return Fetching(desk.state, desk.index, desk.dmp, at="20261125083000", progress=desk.progress.append)


async def run(desk: Desk, *document_ids: str) -> Fetching:
    made = fetching(desk)
    desk.progress.clear()
    desk.dmp.asked.clear()
    await made.run(await desk.index.following(), document_ids)
    return made


async def indexed(desk: Desk, document_id: str) -> IndexedDocument:
    document = await desk.index.document(document_id)
    assert document is not None
    return document


async def test_each_document_is_told_once_it_is_here(desk: Desk) -> None:
    first, second = desk.dmp.feed(b"a"), desk.dmp.feed(b"b")
    await desk.synchronise()
    made = await run(desk, first, second)
    assert desk.progress == [Progress(Step.DOCUMENTS, 1, 2), Progress(Step.DOCUMENTS, 2, 2)]
    assert made.fetched == 2


async def test_what_is_here_or_unknown_or_may_not_be_read_is_not_asked_for(desk: Desk) -> None:
    here, deleted = desk.dmp.feed(b"a"), desk.dmp.feed(b"b")
    await desk.synchronise()
    await run(desk, here)
    desk.dmp.later(days=2)
    desk.dmp.set_status(deleted, "Deleted")
    await desk.synchronise()
    made = await run(desk, here, deleted, "1.2.3")
    assert (made.fetched, desk.dmp.asked) == (0, [])
    assert desk.progress[-1] == Progress(Step.DOCUMENTS, 3, 3)


async def test_an_archived_document_is_brought_home(desk: Desk) -> None:
    document_id = desk.dmp.feed(b"a")
    await desk.synchronise()
    desk.dmp.later(days=2)
    desk.dmp.set_status(document_id, "Archived")
    await desk.synchronise()
    assert (await run(desk, document_id)).fetched == 1


async def test_a_vanished_document_is_gone_with_a_notice_that_no_later_one_takes_the_place_of(desk: Desk) -> None:
    vanished = desk.dmp.feed(b"a")
    await desk.synchronise()
    del desk.dmp.bytes[vanished]
    made = await run(desk, vanished)
    document = await indexed(desk, vanished)
    assert (document.standing, document.trouble) == (Standing.GONE, "XDSDocumentUniqueIdError")
    assert made.troubled == [(vanished, "XDSDocumentUniqueIdError")]
    desk.dmp.later(days=2)
    new = desk.dmp.feed(b"c")
    await desk.synchronise()
    assert [(one.number, one.news, one.document_id) for one in await desk.index.notices()] == [
        (1, News.GONE, vanished),
        (2, News.NEW, new),
    ]


async def test_a_refusal_is_kept_with_the_document_which_stays_where_it_stands(desk: Desk) -> None:
    document_id = desk.dmp.feed(b"a")
    await desk.synchronise()
    desk.dmp.denied = "DMPAccessDeniedByRightsService"
    made = await run(desk, document_id)
    document = await indexed(desk, document_id)
    assert (document.standing, document.trouble) == (Standing.CURRENT, "DMPAccessDeniedByRightsService")
    assert (made.notices, await desk.index.notices()) == ([], ())
    desk.dmp.denied = ""
    assert (await run(desk, document_id)).troubled == []
    assert (await indexed(desk, document_id)).trouble == ""


async def test_a_service_that_is_down_is_no_trouble_of_the_document(desk: Desk) -> None:
    document_id = desk.dmp.feed(b"a")
    await desk.synchronise()
    desk.dmp.down_after = 0
    with pytest.raises(ServiceUnavailable):
        await run(desk, document_id)
    assert (await indexed(desk, document_id)).trouble == ""
