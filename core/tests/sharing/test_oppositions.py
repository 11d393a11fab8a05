"""An opposition stops the routes that it names, from its day to its end, and the ticket shows it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import anyio
import msgspec
import pytest

from caducee.documents.ticket import Ticket
from caducee.errors import ActorRefused, OppositionInvalid
from caducee.kernel import Kernel
from caducee.model.announcement import Announce
from caducee.model.destination import Audience
from caducee.model.practice import Actor
from caducee.sharing.opposition import Opposition, Scope
from caducee.sharing.oppositions import coming_oppositions
from caducee.testing import MovingClock, kernel_for

from .people import PROVISIONAL, QUALIFIED, letter
from .places import Colleague, Mailbox, Places, Record

pytestmark = pytest.mark.anyio
DOCTOR = Actor.doctor("dr.roux")
SECRETARY = Actor.secretary("accueil")
PROGRAM = Actor.automaton("import")
TODAY = date.today()
ALL = Audience(Record(), Mailbox(), Colleague())


def against(scope: Scope, **more: Any) -> Opposition:
    given: dict[str, Any] = {"motive": "souhaite attendre", "noted_by": "Dr Roux", "since": TODAY, **more}
    return Opposition(scope=scope, **given)


async def publish(kernel: Kernel, key: str = "L1", patient: Any = QUALIFIED, **more: Any) -> Ticket:
    return await kernel.documents.publish(
        letter(patient, key), audience=ALL, acting=DOCTOR, idempotency_key=key, **more
    )


async def states(ticket: Ticket) -> list[str]:
    return [f"{one.row.kind} {one.state} {one.why}".strip() for one in await ticket.deliveries()]


@pytest.mark.parametrize(
    ("scope", "stopped"),
    [
        (Scope.FEED, ["record"]),
        (Scope.PATIENT_MAIL, ["mailbox"]),
        (Scope.CONSULT, []),
        (Scope.DISPENSATION_FOLLOW, []),
    ],
)
async def test_it_stops_the_routes_it_names_and_no_other(tmp_path: Path, scope: Scope, stopped: list[str]) -> None:
    places = Places(tmp_path)
    async with kernel_for({"places": places}, folder=tmp_path) as kernel:
        await kernel.sharing.oppose("P1", against(scope), acting=SECRETARY)
        ended = await (await publish(kernel)).settled()
        assert [one.row.kind for one in ended if one.why == "opposed"] == stopped
        assert len(places.ledger.lines()) == 3 - len(stopped)


async def test_the_ticket_shows_who_noted_it_and_why(tmp_path: Path) -> None:
    async with kernel_for({"places": Places(tmp_path)}, folder=tmp_path) as kernel:
        await kernel.sharing.oppose("P1", against(Scope.FEED), acting=DOCTOR)
        record, *_ = await (await publish(kernel)).settled()
        assert record.opposition == against(Scope.FEED)
        assert "notée par Dr Roux, motif : souhaite attendre" in record.explanation.sentence


async def test_another_patient_is_not_touched(tmp_path: Path) -> None:
    async with kernel_for({"places": Places(tmp_path)}, folder=tmp_path) as kernel:
        await kernel.sharing.oppose("P2", against(Scope.FEED), acting=DOCTOR)
        assert "opposed" not in {one.why for one in await (await publish(kernel)).settled()}


async def test_only_documents_of_the_named_types_are_stopped(tmp_path: Path) -> None:
    async with kernel_for({"places": Places(tmp_path)}, folder=tmp_path) as kernel:
        await kernel.sharing.oppose("P1", against(Scope.FEED, documents=("57833-6",)), acting=DOCTOR)
        assert "opposed" not in {one.why for one in await (await publish(kernel)).settled()}
        await kernel.sharing.oppose("P1", against(Scope.FEED, documents=("11488-4",)), acting=DOCTOR)
        assert (await states(await publish(kernel, "L2")))[0] == "record not_applicable opposed"


async def test_it_stands_from_its_day_until_it_is_lifted(tmp_path: Path) -> None:
    async with kernel_for({"places": Places(tmp_path)}, folder=tmp_path) as kernel:
        await kernel.sharing.oppose("P1", against(Scope.FEED, since=TODAY + timedelta(days=1)), acting=DOCTOR)
        assert "opposed" not in {one.why for one in await (await publish(kernel)).settled()}
        noted = await kernel.sharing.oppose("P1", against(Scope.FEED), acting=DOCTOR)
        assert (await states(await publish(kernel, "L2")))[0] == "record not_applicable opposed"
        await kernel.sharing.lift(noted.opposition_id, acting=DOCTOR)
        assert (await (await publish(kernel, "L3")).settled())[0].why == ""
        assert [one.opposition.lifted for one in await kernel.sharing.oppositions("P1")] == [None, TODAY]


async def test_what_waits_for_longer_than_its_first_day_is_stopped_on_that_day(tmp_path: Path) -> None:
    clock = MovingClock()
    tomorrow = clock.now().astimezone().date() + timedelta(days=1)
    async with kernel_for({"places": Places(tmp_path)}, folder=tmp_path, clock=clock) as kernel:
        await kernel.sharing.oppose("P1", against(Scope.FEED, since=tomorrow), acting=DOCTOR)
        waiting = await publish(kernel, "L1", PROVISIONAL)
        assert (await waiting.deliveries())[0].why == "identity"
        await clock.advance(86400 + 60)
        with anyio.fail_after(10):
            while (await waiting.deliveries())[0].why != "opposed":
                await clock.advance(60)
        assert (await waiting.deliveries())[1].why == "identity"
        assert await coming_oppositions(kernel._store) == ()


@pytest.mark.parametrize("lifted", [False, True])
async def test_a_first_day_that_came_while_the_program_was_stopped_counts_as_it_starts(
    tmp_path: Path, lifted: bool
) -> None:
    clock = MovingClock()
    tomorrow = clock.now().astimezone().date() + timedelta(days=1)
    async with kernel_for({"places": Places(tmp_path)}, folder=tmp_path, clock=clock) as kernel:
        noted = await kernel.sharing.oppose("P1", against(Scope.FEED, since=tomorrow), acting=DOCTOR)
        if lifted:
            await kernel.sharing.lift(noted.opposition_id, on=tomorrow + timedelta(days=1), acting=DOCTOR)
        await publish(kernel, "L1", PROVISIONAL)
    await clock.advance(3 * 86400)
    async with kernel_for({"places": Places(tmp_path)}, folder=tmp_path, clock=clock) as kernel:
        record, *_ = await (await publish(kernel, "L1", PROVISIONAL)).deliveries()
        assert record.why == ("identity" if lifted else "opposed")


async def test_what_waits_when_it_comes_is_stopped_and_what_has_left_is_not(tmp_path: Path) -> None:
    places = Places(tmp_path)
    async with kernel_for({"places": places}, folder=tmp_path) as kernel:
        waiting = await publish(kernel, "L1", PROVISIONAL)
        left = await kernel.documents.publish(
            letter(QUALIFIED, "L2"), audience=Audience(Record()), acting=DOCTOR, idempotency_key="L2"
        )
        await left.settled()
        await kernel.sharing.oppose("P1", against(Scope.FEED), acting=DOCTOR)
        record, mailbox, _ = await waiting.deliveries()
        assert (record.why, mailbox.why) == ("opposed", "identity")
        assert record.opposition is not None
        assert await states(left) == ["record delivered"]


async def test_noted_at_the_moment_of_a_publication_it_stops_that_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with kernel_for({"places": Places(tmp_path)}, folder=tmp_path, drain=False) as kernel:
        stopping, asked = kernel.documents._oppositions.stopping, 0

        async def too_early(local_id: str, document_type: str) -> Any:
            nonlocal asked
            asked += 1
            found = await stopping(local_id, document_type)
            if asked == 1:
                await kernel.sharing.oppose("P1", against(Scope.FEED), acting=DOCTOR)
            return found

        monkeypatch.setattr(kernel.documents._oppositions, "stopping", too_early)
        assert (await states(await publish(kernel)))[0] == "record not_applicable opposed"


async def test_what_was_published_while_it_was_being_noted_is_stopped_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with kernel_for({"places": Places(tmp_path)}, folder=tmp_path, drain=False) as kernel:
        waiting_of, tickets = kernel._store.waiting_of, []

        async def looked(local_id: str) -> Any:
            found = await waiting_of(local_id)
            if not tickets:
                tickets.append(await publish(kernel))
            return found

        monkeypatch.setattr(kernel._store, "waiting_of", looked)
        await kernel.sharing.oppose("P1", against(Scope.FEED), acting=DOCTOR)
        assert (await states(tickets[0]))[0] == "record not_applicable opposed"


async def test_a_delivery_that_is_being_prepared_is_stopped_before_anything_leaves(tmp_path: Path) -> None:
    places = Places(tmp_path)
    async with kernel_for({"places": places}, folder=tmp_path, drain=False) as kernel:
        store = kernel._store
        ticket = await publish(kernel)
        async with store.drain():
            leased = await store.lease("record", kernel._clock.now())
            assert leased is not None
            await kernel.sharing.oppose("P1", against(Scope.FEED), acting=DOCTOR)
            with pytest.raises(Exception, match="another worker"):
                await store.begin_send(leased)
        assert (await states(ticket))[0] == "record not_applicable opposed"


async def test_it_is_kept_with_its_place_in_the_trail_and_comes_back_after_a_restart(tmp_path: Path) -> None:
    async with kernel_for({"places": Places(tmp_path)}, folder=tmp_path) as kernel:
        await kernel.sharing.oppose("P1", against(Scope.FEED), acting=SECRETARY)
    async with kernel_for({"places": Places(tmp_path)}, folder=tmp_path) as kernel:
        assert (await states(await publish(kernel)))[0] == "record not_applicable opposed"
        (entry, *_) = [entry async for _, _, entry in kernel._store.audit_entries()]
        assert (entry.action, entry.subject, entry.reason) == ("oppose", "P1", "souhaite attendre")
        (event, *_) = await kernel._store.events(0)
        assert (event.kind, event.code) == ("opposition.noted", "feed")


async def test_an_announced_document_that_may_not_go_to_the_record_waits_for_nothing_there(tmp_path: Path) -> None:
    places = Places(tmp_path)
    async with kernel_for({"places": places}, folder=tmp_path) as kernel:
        await kernel.sharing.oppose("P1", against(Scope.FEED), acting=DOCTOR)
        ticket = await publish(kernel, announce=Announce("Dr Roux"))
        await kernel.documents.announced(ticket, acting=DOCTOR)
        with anyio.fail_after(10):
            await ticket.settled()
        assert sorted(places.ledger.lines()) == ["colleague", "mailbox"]


@pytest.mark.parametrize(
    ("opposition", "field"),
    [
        (against(Scope.FEED, motive=" "), "motive"),
        (against(Scope.FEED, noted_by=""), "noted_by"),
        (against(Scope.CONSULT, documents=("11488-4",)), "documents"),
    ],
)
async def test_one_that_says_too_little_is_refused(tmp_path: Path, opposition: Opposition, field: str) -> None:
    async with kernel_for({}, folder=tmp_path) as kernel:
        with pytest.raises(OppositionInvalid) as refused:
            await kernel.sharing.oppose("P1", opposition, acting=DOCTOR)
        assert [one.field for one in refused.value.findings] == [field]
        assert await kernel.sharing.oppositions("P1") == ()


async def test_a_program_notes_none(tmp_path: Path) -> None:
    async with kernel_for({}, folder=tmp_path) as kernel:
        with pytest.raises(ActorRefused):
            await kernel.sharing.oppose("P1", against(Scope.FEED), acting=PROGRAM)


async def test_lifting_one_that_is_not_there_changes_nothing(tmp_path: Path) -> None:
    async with kernel_for({}, folder=tmp_path) as kernel:
        assert await kernel.sharing.lift("nowhere", acting=DOCTOR) is None
        noted = await kernel.sharing.oppose("P1", against(Scope.FEED), acting=DOCTOR)
        lifted = await kernel.sharing.lift(noted.opposition_id, on=TODAY, acting=DOCTOR)
        assert await kernel.sharing.lift(noted.opposition_id, on=TODAY + timedelta(days=3), acting=DOCTOR) == lifted
        assert msgspec.json.decode(msgspec.json.encode(lifted), type=type(noted)) == lifted
