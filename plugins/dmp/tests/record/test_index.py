from __future__ import annotations

import msgspec
import pytest

from caducee.model.codes import Code
from caducee.testing.state import MemoryState
from caducee_dmp.record.index import Pass, RecordIndex, notice, practitioners_of
from caducee_dmp.record.model import IndexedDocument, News, Standing

from .held_record import CLASS_REPORT, HeldRecord

pytestmark = pytest.mark.anyio
IMAGES = Code("31", CLASS_REPORT.system, "Imagerie")


class Kept:
    """An index into which a test puts documents."""

    def __init__(self, state: MemoryState | None = None, *, practitioner: str = "roux", local_id: str = "P1") -> None:
        self.state = state or MemoryState()
        self.index = RecordIndex(self.state, practitioner=practitioner, local_id=local_id)
        self.dmp = HeldRecord()

    async def put(self, *, standing: Standing = Standing.CURRENT, **said: object) -> IndexedDocument:
        document = IndexedDocument(entry=self.dmp.entry(self.dmp.feed(**said)), standing=standing)  # type: ignore[arg-type]
        async with self.state.transaction() as tx:
            await self.index.put(tx, (document,))
        return document

    async def note(self, document: IndexedDocument, following: Pass) -> None:
        async with self.state.transaction() as tx:
            await self.index.note(tx, following, notice(document, News.NEW, at="20261125083000"))
            await self.index.advance(tx, following)


@pytest.fixture
def kept() -> Kept:
    return Kept()


async def test_documents_are_found_by_their_class_and_one_without_class_is_still_there(kept: Kept) -> None:
    report, images = await kept.put(), await kept.put(class_=IMAGES)
    unclassed = await kept.put(class_=None)
    assert await kept.index.of_class(CLASS_REPORT.code) == (report,)
    assert await kept.index.of_class("31") == (images,)
    assert await kept.index.of_class("60") == ()
    assert await kept.index.documents() == (report, images, unclassed)


async def test_a_document_is_found_by_what_all_its_descriptions_share(kept: Kept) -> None:
    document = await kept.put(logical_id="urn:uuid:lid")
    assert await kept.index.by_logical_id("urn:uuid:lid") == document
    assert await kept.index.by_logical_id("urn:uuid:other") is None


async def test_documents_without_logical_identifier_are_not_one_document(kept: Kept) -> None:
    await kept.put(logical_id="")
    assert await kept.index.by_logical_id("") is None


async def test_of_two_documents_of_one_logical_identifier_the_current_one_is_meant(kept: Kept) -> None:
    replaced = await kept.put(logical_id="urn:uuid:lid", standing=Standing.REPLACED)
    assert await kept.index.by_logical_id("urn:uuid:lid") == replaced
    current = await kept.put(logical_id="urn:uuid:lid")
    assert await kept.index.by_logical_id("urn:uuid:lid") == current


async def test_a_document_described_again_is_no_longer_found_by_its_former_description(kept: Kept) -> None:
    document = await kept.put()
    again = msgspec.structs.replace(document, entry=msgspec.structs.replace(document.entry, entry_uuid="urn:uuid:new"))
    async with kept.state.transaction() as tx:
        await kept.index.put(tx, (again,))
    assert await kept.index.by_entry(document.entry.entry_uuid) is None
    assert await kept.index.by_entry("urn:uuid:new") == again
    assert await kept.index.document(document.document_id) == again


async def test_keeping_bytes_says_that_they_are_here_and_forgets_the_trouble(kept: Kept) -> None:
    document = msgspec.structs.replace(await kept.put(), trouble="service.unavailable")
    async with kept.state.transaction() as tx:
        await kept.index.keep(tx, document, b"a")
    assert await kept.index.content(document.document_id) == b"a"
    assert await kept.index.document(document.document_id) == msgspec.structs.replace(document, kept=True, trouble="")


async def test_notices_are_numbered_from_one_and_told_oldest_first(kept: Kept) -> None:
    document, following = await kept.put(), Pass()
    for _ in range(11):
        await kept.note(document, following)
    assert [one.number for one in await kept.index.notices()] == list(range(1, 12))
    assert [one.number for one in await kept.index.notices(after=9)] == [10, 11]


async def test_telling_up_to_a_number_forgets_no_later_notice(kept: Kept) -> None:
    document, following = await kept.put(), Pass()
    for _ in range(3):
        await kept.note(document, following)
    await kept.index.told(through=2)
    assert [one.number for one in await kept.index.notices()] == [3]
    await kept.note(document, await kept.index.following())
    assert [one.number for one in await kept.index.notices()] == [3, 4]


async def test_a_notice_says_when_what_and_of_which_document_and_rings(kept: Kept) -> None:
    document = await kept.put()
    await kept.note(document, Pass())
    (told,) = await kept.index.notices()
    assert (told.at, told.news, told.document_id, told.title) == (
        "20261125083000",
        News.NEW,
        document.document_id,
        document.entry.title,
    )
    assert kept.state.events == [("record.notice", document.document_id, "new")]


@pytest.mark.parametrize("other", [{"practitioner": "lenoir"}, {"local_id": "P2"}])
async def test_what_is_kept_for_one_is_not_anothers_to_read(kept: Kept, other: dict[str, str]) -> None:
    document = await kept.put(logical_id="urn:uuid:lid")
    await kept.note(document, Pass(last_call="20261125083000"))
    async with kept.state.transaction() as tx:
        await kept.index.keep(tx, document, b"a")
    theirs = Kept(kept.state, **other).index  # type: ignore[arg-type]
    assert not (await theirs.following()).opened
    assert await theirs.documents() == await theirs.of_class(CLASS_REPORT.code) == await theirs.notices() == ()
    assert await theirs.document(document.document_id) is None
    assert await theirs.content(document.document_id) is None
    assert await theirs.by_entry(document.entry.entry_uuid) is None
    assert await theirs.by_logical_id("urn:uuid:lid") is None


async def test_telling_one_professional_tells_no_other(kept: Kept) -> None:
    document = await kept.put()
    await kept.note(document, Pass())
    await Kept(kept.state, practitioner="lenoir").index.told(through=9)
    assert len(await kept.index.notices()) == 1


async def test_those_for_whom_a_record_is_followed_are_named_in_their_order(kept: Kept) -> None:
    for practitioner, local_id in (("roux", "P1"), ("lenoir", "P1"), ("petit", "P2")):
        other = Kept(kept.state, practitioner=practitioner, local_id=local_id)
        async with kept.state.transaction() as tx:
            await other.index.advance(tx, Pass())
    assert await practitioners_of(kept.state, "P1") == ("roux", "lenoir")
    assert await practitioners_of(kept.state, "P3") == ()


async def test_a_pass_that_ended_leaves_the_next_one_nothing_but_when_it_began() -> None:
    lasting = Pass(last_call="20261125083000", sets=["s"], notices=3, compared="20261120000000")
    following = msgspec.structs.replace(lasting, last_call="20261101000000", asked="20261125083000")
    following.waiting, following.looked, following.obsolete = ["a"], ["b"], ["c"]
    following.replacing, following.lids, following.hidden = {"a": "b"}, {"a": ("l", "d")}, True
    following.end()
    assert following == lasting
