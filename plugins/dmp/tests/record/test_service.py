from __future__ import annotations

from datetime import datetime
from typing import Any

import anyio
import msgspec
import pytest

from caducee.clock import SystemClock
from caducee.errors import ActorRefused, PatientOpposed, ServiceRejected, ServiceUnavailable
from caducee.model.codes import DOCUMENT_TYPE_FR, LOINC, Code
from caducee.model.practice import Actor
from caducee.sharing.basis import ExplicitConsent
from caducee.testing import PATIENT
from caducee.testing.state import MemoryState
from caducee_dmp.access import Access
from caducee_dmp.brief.model import Answer, PartName
from caducee_dmp.errors import DocumentNotHad, DocumentNotIndexed
from caducee_dmp.record.model import Beyond, Choice, Fetch, Followed, News, Progress, Standing, Step
from caducee_dmp.record.service import FollowedRecords

from .held_dmp import HeldDmp
from .held_record import VACCINE

pytestmark = pytest.mark.anyio
DOCTOR = Actor.doctor("dr.roux")
ACCESS = Access(basis=ExplicitConsent(consultation="essai", how="de vive voix"))
DENIED = "DMPAccessDeniedByRightsService"
SYNTH = Code("SYNTH", DOCUMENT_TYPE_FR, "Synthèse")
ROUX: dict[str, Any] = {"practitioner": "roux"}
AS_ROUX: dict[str, Any] = {**ROUX, "acting": DOCTOR}
ASKING: dict[str, Any] = {**AS_ROUX, "access": ACCESS}


class RecordClock(SystemClock):
    """The time is that of the record."""

    def __init__(self, dmp: HeldDmp) -> None:
        self._dmp = dmp

    def now(self) -> datetime:
        return self._dmp.record.now


class Practice:
    """What a plugin is given, and the DMP that it asks."""

    def __init__(self) -> None:
        self.dmp = HeldDmp()
        self.state = MemoryState()
        self.clock = RecordClock(self.dmp)
        self.records = FollowedRecords(self, self.dmp)  # type: ignore[arg-type]

    @property
    def audited(self) -> list[tuple[str, ...]]:
        return [line[:4] for line in self.state.audit]


@pytest.fixture
def practice() -> Practice:
    return Practice()


async def kept(practice: Practice) -> dict[str, bool]:
    return {one.document_id: one.kept for one in await practice.records.documents(PATIENT, **AS_ROUX)}


async def test_every_question_is_asked_in_the_name_of_who_asks(practice: Practice) -> None:
    practice.dmp.record.feed(b"a")
    await practice.records.synchronise(PATIENT, **ASKING, fetch=Fetch.ALL)
    practice.dmp.record.later(days=2)
    practice.dmp.record.feed(b"b")
    await practice.records.synchronise(PATIENT, **ASKING)
    await practice.records.search(PATIENT, Beyond.WISHES, **ASKING)
    assert len(set(practice.dmp.record.asked)) == 5
    assert all(asked == (PATIENT, ASKING) for asked in practice.dmp.asked_by)


async def test_a_synchronisation_says_what_it_did_and_how_far_it_is(practice: Practice) -> None:
    document_id = practice.dmp.record.feed(b"a")
    progress: list[Progress] = []
    done = await practice.records.synchronise(PATIENT, **ASKING, fetch=Fetch.ALL, progress=progress.append)
    assert (done.first, done.listed, done.fetched) == (True, 1, 1)
    assert progress == [Progress(Step.LIST, 1, 1), Progress(Step.DOCUMENTS, 1, 1)]
    assert await kept(practice) == {document_id: True}


@pytest.mark.parametrize(
    ("fetch", "here"), [(Fetch.NONE, set()), (Fetch.BRIEF, {"summary"}), (Fetch.ALL, {"summary", "report"})]
)
async def test_the_documents_that_were_asked_for_come_home(practice: Practice, fetch: Fetch, here: set[str]) -> None:
    fed = {"summary": practice.dmp.record.feed(b"a", type=SYNTH), "report": practice.dmp.record.feed(b"b")}
    await practice.records.synchronise(PATIENT, **ASKING, fetch=fetch)
    assert {name for name, document_id in fed.items() if (await kept(practice))[document_id]} == here


async def test_what_the_brief_shows_comes_home_without_being_asked_for(practice: Practice) -> None:
    summary = practice.dmp.record.feed(b"a", type=SYNTH)
    await practice.records.synchronise(PATIENT, **ASKING)
    assert await kept(practice) == {summary: True}


async def test_what_the_practice_has_already_or_may_not_read_is_not_fetched(practice: Practice) -> None:
    ours, deleted, theirs = (practice.dmp.record.feed(content) for content in (b"a", b"b", b"c"))
    await practice.records.synchronise(PATIENT, **ASKING, held={ours})
    practice.dmp.record.later(days=2)
    practice.dmp.record.set_status(deleted, "Deleted")
    done = await practice.records.synchronise(PATIENT, **ASKING, fetch=Fetch.ALL)
    assert done.fetched == 1
    assert await kept(practice) == {ours: False, deleted: False, theirs: True}
    assert (await practice.records.synchronise(PATIENT, **ASKING, fetch=Fetch.ALL)).fetched == 0


@pytest.mark.parametrize(("compare", "news"), [(True, [News.GONE]), (False, [])])
async def test_the_whole_list_is_compared_when_asked_for_and_not_else(
    practice: Practice, compare: bool, news: list[News]
) -> None:
    document_id = practice.dmp.record.feed()
    await practice.records.synchronise(PATIENT, **ASKING)
    practice.dmp.record.hidden.add(document_id)
    practice.dmp.record.later(days=2)
    how = {"compare": True} if compare else {}
    done = await practice.records.synchronise(PATIENT, **ASKING, **how)  # type: ignore[arg-type]
    assert [one.news for one in done.notices] == news


async def test_a_search_says_what_it_showed_and_is_remembered(practice: Practice) -> None:
    old = practice.dmp.record.feed(type=VACCINE, service_start_utc="20050101080000")
    await practice.records.synchronise(PATIENT, **ASKING)
    found = await practice.records.search(PATIENT, Beyond.VACCINATIONS, **ASKING)
    assert (found.shown, found.new) == (1, (old,))
    again = await practice.records.search(PATIENT, Beyond.VACCINATIONS, **ASKING)
    assert (again.shown, again.new) == (1, ())
    assert (await practice.records.followed(PATIENT, **ROUX)).searched == (Beyond.VACCINATIONS,)


async def test_how_a_record_is_followed_is_told(practice: Practice) -> None:
    assert await practice.records.followed(PATIENT, **ROUX) == Followed()
    await practice.records.synchronise(PATIENT, **ASKING, choice=Choice(types=(VACCINE,)))
    assert await practice.records.followed(PATIENT, **ROUX) == Followed(
        last_call="20261125083000", since="20241125", types=(f"87273-9^^{LOINC}",)
    )


async def test_the_index_is_given_newest_care_first_whole_or_of_one_class(practice: Practice) -> None:
    images = Code("31", "1.2.250.1.213.1.1.4.1", "Imagerie")
    middle = practice.dmp.record.feed(service_start_utc="20260601080000")
    last = practice.dmp.record.feed(service_start_utc="20261101080000", class_=images)
    first = practice.dmp.record.feed(service_start_utc="20260101080000", class_=images)
    await practice.records.synchronise(PATIENT, **ASKING)
    given = await practice.records.documents(PATIENT, **AS_ROUX)
    assert [one.document_id for one in given] == [last, middle, first]
    given = await practice.records.documents(PATIENT, **AS_ROUX, class_code="31")
    assert [one.document_id for one in given] == [last, first]


async def test_notices_are_given_until_they_were_told(practice: Practice) -> None:
    await practice.records.synchronise(PATIENT, **ASKING)
    practice.dmp.record.later(days=2)
    first, second = practice.dmp.record.feed(), practice.dmp.record.feed()
    await practice.records.synchronise(PATIENT, **ASKING)
    notices = await practice.records.notices(PATIENT, **ROUX)
    assert [(one.number, one.document_id) for one in notices] == [(1, first), (2, second)]
    assert await practice.records.notices(PATIENT, **ROUX, after=1) == notices[1:]
    await practice.records.told(PATIENT, **ROUX, through=1)
    assert await practice.records.notices(PATIENT, **ROUX) == notices[1:]


async def test_a_document_that_is_here_is_opened_without_the_dmp_and_audited(practice: Practice) -> None:
    document_id = practice.dmp.record.feed(b"a")
    await practice.records.synchronise(PATIENT, **ASKING, fetch=Fetch.ALL)
    asked = len(practice.dmp.asked_by)
    assert await practice.records.open(PATIENT, document_id, **AS_ROUX) == b"a"
    assert len(practice.dmp.asked_by) == asked
    assert practice.audited[-1] == ("consult", "doctor:dr.roux", PATIENT.local_id, f"dmp record {document_id}")


async def test_a_document_that_is_not_here_is_asked_for_once_and_kept(practice: Practice) -> None:
    document_id = practice.dmp.record.feed(b"a")
    await practice.records.synchronise(PATIENT, **ASKING)
    for _ in range(2):
        assert await practice.records.open(PATIENT, document_id, **ASKING) == b"a"
    assert practice.dmp.record.asked.count("RetrieveDocumentSet") == 1
    assert await kept(practice) == {document_id: True}


async def test_a_document_that_is_not_given_says_why_and_one_that_vanished_is_told(practice: Practice) -> None:
    document_id = practice.dmp.record.feed(b"a")
    await practice.records.synchronise(PATIENT, **ASKING)
    del practice.dmp.record.bytes[document_id]
    with pytest.raises(DocumentNotHad) as refused:
        await practice.records.open(PATIENT, document_id, **ASKING)
    assert refused.value.service_code == "XDSDocumentUniqueIdError"
    assert [one.news for one in await practice.records.notices(PATIENT, **ROUX)] == [News.GONE]
    (document,) = await practice.records.documents(PATIENT, **AS_ROUX)
    assert document.standing is Standing.GONE


async def test_a_document_of_no_index_or_of_anothers_is_not_opened(practice: Practice) -> None:
    document_id = practice.dmp.record.feed(b"a")
    await practice.records.synchronise(PATIENT, **ASKING, fetch=Fetch.ALL)
    with pytest.raises(DocumentNotIndexed):
        await practice.records.open(PATIENT, "1.2.3", **ASKING)
    with pytest.raises(DocumentNotIndexed):
        await practice.records.open(PATIENT, document_id, practitioner="lenoir", acting=DOCTOR)


async def test_a_brief_is_made_of_what_is_here_and_audited(practice: Practice) -> None:
    practice.dmp.record.feed(b"<not-a-cda/>", type=SYNTH)
    await practice.records.synchronise(PATIENT, **ASKING)
    brief = await practice.records.brief(PATIENT, **AS_ROUX)
    assert brief.part(PartName.SUMMARY).answer is Answer.UNREADABLE
    assert brief.part(PartName.BIOLOGY).answer is Answer.NONE
    assert (brief.local_id, brief.made, brief.asked) == (PATIENT.local_id, "20261125083000", "20261125083000")
    assert practice.audited[-1] == ("consult", "doctor:dr.roux", PATIENT.local_id, "dmp record brief")


@pytest.mark.parametrize("call", ["documents", "open", "brief"])
async def test_who_may_not_consult_reads_nothing_of_what_is_here(practice: Practice, call: str) -> None:
    document_id = practice.dmp.record.feed(b"a")
    await practice.records.synchronise(PATIENT, **ASKING, fetch=Fetch.ALL)
    what = (document_id,) if call == "open" else ()
    with pytest.raises(ActorRefused):
        await getattr(practice.records, call)(PATIENT, *what, practitioner="roux", acting=Actor.automaton("lgc"))
    assert practice.audited == []


@pytest.mark.parametrize("ask", ["synchronise", "search"])
@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (PatientOpposed("no"), PatientOpposed.code),
        (ServiceRejected("dmp", "no", service_code=DENIED, service_text=""), DENIED),
    ],
)
async def test_a_refusal_is_remembered_until_the_record_is_shown_again(
    practice: Practice, trouble: Any, code: str, ask: str
) -> None:
    what = (Beyond.WISHES,) if ask == "search" else ()
    practice.dmp.trouble = trouble
    with pytest.raises(type(trouble)):
        await getattr(practice.records, ask)(PATIENT, *what, **ASKING)
    assert (await practice.records.followed(PATIENT, **ROUX)).refused == code
    assert {part.answer for part in (await practice.records.brief(PATIENT, **AS_ROUX)).parts} == {Answer.NOT_PERMITTED}
    practice.dmp.trouble = None
    await getattr(practice.records, ask)(PATIENT, *what, **ASKING)
    assert (await practice.records.followed(PATIENT, **ROUX)).refused == ""


@pytest.mark.parametrize(
    "trouble",
    [
        ServiceUnavailable("dmp", "down"),
        ServiceRejected("dmp", "no", service_code="XDSRegistryError", service_text=""),
    ],
)
async def test_another_trouble_is_no_refusal_of_the_record(practice: Practice, trouble: Any) -> None:
    practice.dmp.trouble = trouble
    with pytest.raises(type(trouble)):
        await practice.records.synchronise(PATIENT, **ASKING)
    assert (await practice.records.followed(PATIENT, **ROUX)).refused == ""


async def test_a_refusal_after_the_record_was_followed_leaves_how_far_it_was(practice: Practice) -> None:
    await practice.records.synchronise(PATIENT, **ASKING)
    before = await practice.records.followed(PATIENT, **ROUX)
    practice.dmp.record.denied = DENIED
    with pytest.raises(ServiceRejected):
        await practice.records.synchronise(PATIENT, **ASKING)
    after = await practice.records.followed(PATIENT, **ROUX)
    assert after == msgspec.structs.replace(before, refused=DENIED)


async def test_two_who_synchronise_one_record_at_once_tell_each_thing_once(practice: Practice) -> None:
    await practice.records.synchronise(PATIENT, **ASKING)
    practice.dmp.record.later(days=2)
    fed = [practice.dmp.record.feed() for _ in range(3)]
    whole = practice.dmp.record.contents

    async def slow(entry_uuids: tuple[str, ...]) -> Any:
        await anyio.lowlevel.checkpoint()
        return await whole(entry_uuids)

    practice.dmp.record.contents = slow  # type: ignore[method-assign]
    async with anyio.create_task_group() as group:
        for _ in range(2):
            group.start_soon(lambda: practice.records.synchronise(PATIENT, **ASKING))
    notices = await practice.records.notices(PATIENT, **ROUX)
    assert [one.document_id for one in notices] == fed
