"""Two people on one store can neither claim nor file one mail at the same time."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

import caducee_mss.shared_box.box as module
from caducee.contracts.state import PluginTransaction
from caducee_mss.history import What, steps_of
from caducee_mss.receiving.received import ReceivedMail, keep_received, still_open
from caducee_mss.sending.writing import Written
from caducee_mss.shared_box.box import SharedBox
from caducee_mss.shared_box.claims import AlreadyClaimed, AlreadyFiled
from caducee_mss.shared_box.marks import CLAIMED, FILED
from plugins.mss.tests.desk import Desk

pytestmark = pytest.mark.anyio
KEY = "roux:id:body"
MAIL = ReceivedMail(key=KEY, box="roux", folder="INBOX", uidvalidity=1, uid=7, message_id="<a@b.fr>", thread="<a@b.fr>")


class Handed:
    """A writer that keeps what it is handed."""

    def __init__(self) -> None:
        self.handed: list[str] = []

    async def hand_over(self, tx: PluginTransaction, written: Written) -> None:
        self.handed.append(written.message_id)
        await tx.put("handed", written.message_id, b"")


async def nothing(tx: PluginTransaction) -> None:
    return None


async def shared(desk: Desk) -> SharedBox:
    async with desk.state.transaction() as tx:
        await keep_received(tx, MAIL)
    return SharedBox(desk, Handed(), claim_minutes=30)  # type: ignore[arg-type]


async def whats(desk: Desk) -> list[str]:
    return [str(one.what) for one in await steps_of(desk.state, KEY)]


async def test_what_one_person_has_in_hand_another_cannot_take() -> None:
    box = await shared(Desk())
    await box.claim(KEY, who="secretary:a")
    with pytest.raises(AlreadyClaimed) as refused:
        await box.claim(KEY, who="secretary:b")
    assert refused.value.by == "secretary:a"


async def test_the_same_person_may_take_it_for_longer() -> None:
    desk = Desk()
    box = await shared(desk)
    first = await box.claim(KEY, who="a")
    await desk.clock.advance(600)
    assert (await box.claim(KEY, who="a")).claimed_until > first.claimed_until


async def test_once_its_time_is_over_another_takes_it() -> None:
    desk = Desk()
    box = await shared(desk)
    await box.claim(KEY, who="a")
    await desk.clock.advance(31 * 60)
    assert (await box.claim(KEY, who="b")).claimed_by == "b"


async def test_only_who_has_it_lets_it_go() -> None:
    box = await shared(Desk())
    await box.claim(KEY, who="a")
    await box.let_go(KEY, who="b")
    with pytest.raises(AlreadyClaimed):
        await box.claim(KEY, who="b")
    await box.let_go(KEY, who="a")
    assert (await box.claim(KEY, who="b")).claimed_by == "b"


async def test_a_hundred_people_at_once_file_one_mail_once() -> None:
    desk = Desk()
    box = await shared(desk)
    outcomes: list[str] = []

    async def file(who: str) -> None:
        try:
            await box.filed(KEY, who=who, code="", more=nothing)
            outcomes.append(who)
        except AlreadyFiled:
            pass

    async with anyio.create_task_group() as group:
        for number in range(100):
            group.start_soon(file, f"person-{number}")
    assert len(outcomes) == 1
    assert (await whats(desk)).count("filed") == 1


async def test_filing_twice_by_the_same_person_is_as_good_as_once() -> None:
    desk = Desk()
    box = await shared(desk)
    await box.filed(KEY, who="a", code="", more=nothing)
    await box.filed(KEY, who="a", code="", more=nothing)
    assert (await whats(desk)).count("filed") == 1


async def test_what_goes_with_a_filing_is_done_with_it_or_not_at_all() -> None:
    desk = Desk()
    box = await shared(desk)

    async def fails(tx: PluginTransaction) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await box.filed(KEY, who="a", code="", more=fails)
    assert await whats(desk) == []


async def test_what_is_filed_is_open_no_more_and_wants_its_marks() -> None:
    desk = Desk()
    box = await shared(desk)
    await box.filed(KEY, who="a", code="902", more=nothing)
    assert await still_open(desk.state, "roux") == ()
    marks: list[Any] = [value for (name, _), value in desk.state.values.items() if name == "marks"]
    assert [FILED.encode() in one for one in marks] == [True]
    assert [CLAIMED.encode() in one for one in marks] == [True]


async def test_an_answer_is_noted_and_handed_over_together() -> None:
    desk = Desk()
    async with desk.state.transaction() as tx:
        await keep_received(tx, MAIL)
    writer = Handed()
    box = SharedBox(desk, writer, claim_minutes=30)  # type: ignore[arg-type]
    answer = Written(
        box="roux", sender="a@b.fr", recipient="c@d.fr", message_id="<r@b.fr>", thread="<a@b.fr>", content=b""
    )
    await box.answered(KEY, who="a", answer=answer)
    assert (writer.handed, await whats(desk)) == (["<r@b.fr>"], [str(What.ANSWERED)])


async def test_what_somebody_else_has_in_hand_is_not_answered() -> None:
    box = await shared(Desk())
    await box.claim(KEY, who="a")
    answer = Written(box="roux", sender="", recipient="c@d.fr", message_id="<r@b.fr>", thread="", content=b"")
    with pytest.raises(AlreadyClaimed):
        await box.answered(KEY, who="b", answer=answer)


async def test_a_reading_is_noted_once_for_each_reader() -> None:
    desk = Desk()
    box = await shared(desk)
    for who in ("a", "a", "b"):
        await box.read(KEY, who=who)
    assert await whats(desk) == ["read", "read"]


async def test_somebody_quicker_is_seen_before_anything_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    box = await shared(desk)
    looked = module.steps_of

    async def then_another_claims(*given: Any) -> Any:
        steps = await looked(*given)
        monkeypatch.setattr(module, "steps_of", looked)
        await box.claim(KEY, who="b")
        return steps

    monkeypatch.setattr(module, "steps_of", then_another_claims)
    with pytest.raises(AlreadyClaimed):
        await box.claim(KEY, who="a")
    assert await whats(desk) == ["claimed"]


async def test_what_one_has_filed_another_may_answer() -> None:
    desk = Desk()
    box = await shared(desk)
    await box.filed(KEY, who="a", code="", more=nothing)
    written = Written(box="roux", sender="", recipient="", message_id="<2@a.fr>", thread="", content=b"")
    await box.answered(KEY, who="b", answer=written)
    assert await whats(desk) == ["filed", "answered"]
