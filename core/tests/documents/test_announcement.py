"""What a patient must be told first waits where they would read it, and nowhere else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import anyio
import pytest

from caducee.documents import publish as publishing
from caducee.documents import validation
from caducee.documents.announcement import lift_if_told_meanwhile
from caducee.documents.mornings import Mornings
from caducee.documents.ticket import Ticket, UnknownTicket
from caducee.errors import ActorRefused, DocumentInvalid, Finding, IdempotencyConflict
from caducee.hooks import Facts, Route, hookimpl
from caducee.kernel import Kernel
from caducee.model.announcement import Announce
from caducee.model.destination import Audience, Destination
from caducee.model.document import Document
from caducee.model.practice import Actor
from caducee.testing import MovingClock, kernel_for

from .places import PROVISIONAL, QUALIFIED, Colleague, Places, Record, letter

pytestmark = pytest.mark.anyio
DOCTOR = Actor.doctor("dr.roux")
SECRETARY = Actor.secretary("accueil")
TOLD_BY = Announce("Dr Roux", date(2026, 11, 30))


class Read(Places):
    """The patient reads what is in the record."""

    @hookimpl
    def caducee_route(self, document: Document, facts: Facts) -> list[Route]:
        return [
            Route(destination=one, needs_qualified_ins=there, waits_for_announcement=there)
            for one in facts.destinations
            for there in [isinstance(one, Record)]
        ]


class Broken(Places):
    """A plugin that fails to check what it serves."""

    @hookimpl
    def caducee_validate(self, document: Document, destination: Destination) -> list[Finding]:
        raise ValueError("broken")


async def publish(
    kernel: Kernel, *, announce: Announce | None = TOLD_BY, patient: object = QUALIFIED, acting: Actor = DOCTOR
) -> Ticket:
    return await kernel.documents.publish(
        letter(patient),  # type: ignore[arg-type]
        audience=Audience(Record(), Colleague()),
        acting=acting,
        idempotency_key="L1",
        announce=announce,
    )


async def states(ticket: Ticket) -> list[tuple[str, str]]:
    return [(str(one.state), one.why) for one in await ticket.deliveries()]


async def until(ticket: Ticket, expected: list[tuple[str, str]]) -> None:
    with anyio.fail_after(10):
        while await states(ticket) != expected:
            await anyio.sleep(0.01)


async def actions(kernel: Kernel) -> list[tuple[str, str]]:
    return [(entry.action, entry.actor) async for _, _, entry in kernel._store.audit_entries()]


async def test_a_colleague_gets_it_at_once_and_the_record_waits(tmp_path: Path) -> None:
    async with kernel_for({"places": Read()}, folder=tmp_path) as kernel:
        ticket = await publish(kernel)
        await until(ticket, [("blocked", "announcement"), ("delivered", "")])
        record, _ = await ticket.deliveries()
        assert record.explanation.sentence == "Le document attend la consultation d'annonce."


async def test_once_told_it_leaves_and_the_trail_says_by_whom(tmp_path: Path) -> None:
    async with kernel_for({"places": Read()}, folder=tmp_path) as kernel:
        ticket = await publish(kernel)
        await kernel.documents.announced(ticket, acting=DOCTOR)
        await until(ticket, [("delivered", ""), ("delivered", "")])
        assert ("announced", "doctor:dr.roux") in await actions(kernel)


async def test_telling_twice_is_as_good_as_once(tmp_path: Path) -> None:
    async with kernel_for({"places": Read()}, folder=tmp_path) as kernel:
        ticket = await publish(kernel)
        await kernel.documents.announced(ticket.document_id, acting=DOCTOR)
        await kernel.documents.announced(ticket.document_id, acting=DOCTOR)
        assert [action for action, _ in await actions(kernel)].count("announced") == 1


async def test_only_a_doctor_says_that_the_patient_was_told(tmp_path: Path) -> None:
    async with kernel_for({"places": Read()}, folder=tmp_path) as kernel:
        ticket = await publish(kernel)
        with pytest.raises(ActorRefused):
            await kernel.documents.announced(ticket, acting=SECRETARY)
        assert (await states(ticket))[0] == ("blocked", "announcement")


async def test_an_unknown_publication_is_said_to_be_unknown(tmp_path: Path) -> None:
    async with kernel_for({"places": Read()}, folder=tmp_path) as kernel:
        with pytest.raises(UnknownTicket):
            await kernel.documents.announced("1.2.3", acting=DOCTOR)


async def test_trying_again_does_not_stand_for_telling(tmp_path: Path) -> None:
    async with kernel_for({"places": Read()}, folder=tmp_path) as kernel:
        ticket = await publish(kernel)
        record, _ = await ticket.deliveries()
        assert not await kernel._store.retry(record.row.delivery_id)
        assert (await states(ticket))[0] == ("blocked", "announcement")


async def test_the_identity_comes_first_then_the_telling(tmp_path: Path) -> None:
    async with kernel_for({"places": Read()}, folder=tmp_path) as kernel:
        ticket = await kernel.documents.publish(
            letter(PROVISIONAL), audience=Audience(Record()), acting=DOCTOR, idempotency_key="L1", announce=TOLD_BY
        )
        assert await states(ticket) == [("blocked", "identity")]
        assert await kernel.identities.update(QUALIFIED, acting=DOCTOR) == ()
        assert await states(ticket) == [("blocked", "announcement")]
        await kernel.documents.announced(ticket, acting=DOCTOR)
        await until(ticket, [("delivered", "")])


async def test_told_before_the_identity_it_waits_for_the_identity_alone(tmp_path: Path) -> None:
    async with kernel_for({"places": Read()}, folder=tmp_path) as kernel:
        ticket = await kernel.documents.publish(
            letter(PROVISIONAL), audience=Audience(Record()), acting=DOCTOR, idempotency_key="L1", announce=TOLD_BY
        )
        await kernel.documents.announced(ticket, acting=DOCTOR)
        assert await states(ticket) == [("blocked", "identity")]
        await kernel.identities.update(QUALIFIED, acting=DOCTOR)
        await until(ticket, [("delivered", "")])


async def test_the_author_s_word_comes_first_then_the_telling(tmp_path: Path) -> None:
    async with kernel_for({"places": Read()}, folder=tmp_path) as kernel:
        ticket = await publish(kernel, acting=SECRETARY)
        assert await states(ticket) == [("blocked", "validation")] * 2
        await kernel.documents.validate(ticket.document_id, acting=DOCTOR)
        await until(ticket, [("blocked", "announcement"), ("delivered", "")])


async def test_nobody_who_tells_is_refused_before_anything_is_stored(tmp_path: Path) -> None:
    async with kernel_for({"places": Read()}, folder=tmp_path) as kernel:
        with pytest.raises(DocumentInvalid) as refused:
            await publish(kernel, announce=Announce(" "))
        assert [one.field for one in refused.value.findings] == ["announce.by"]
        assert await kernel._store.find_by_key("L1") is None


async def test_the_same_key_with_another_announcement_is_another_content(tmp_path: Path) -> None:
    async with kernel_for({"places": Read()}, folder=tmp_path) as kernel:
        await publish(kernel, announce=None)
        with pytest.raises(IdempotencyConflict):
            await publish(kernel)


async def test_what_is_overdue_is_listed_and_nothing_else(tmp_path: Path) -> None:
    async with kernel_for({"places": Read()}, folder=tmp_path) as kernel:
        ticket = await publish(kernel)
        assert await kernel.documents.announcements(overdue_on=date(2026, 11, 30)) == ()
        (late,) = await kernel.documents.announcements(overdue_on=date(2026, 12, 1))
        assert (late.document_id, late.by) == (ticket.document_id, "Dr Roux")


def mornings(kernel: Kernel, clock: MovingClock, delay: int | None = None) -> Mornings:
    return Mornings(kernel._store, clock=clock, begins=7, delay=delay, wake=lambda: None)


async def kinds(kernel: Kernel) -> list[str]:
    return [row.kind for row in await kernel._store.events(0)]


async def test_each_morning_it_is_told_again_once(tmp_path: Path) -> None:
    clock = MovingClock(datetime(2026, 12, 1, 12, tzinfo=UTC))
    async with kernel_for({"places": Read()}, folder=tmp_path) as kernel:
        ticket = await publish(kernel)
        daily = mornings(kernel, clock)
        await daily.look()
        await daily.look()
        assert (await kinds(kernel)).count("announcement.overdue") == 1
        await clock.advance(86400.0)
        await daily.look()
        assert (await kinds(kernel)).count("announcement.overdue") == 2
        assert (await states(ticket))[0] == ("blocked", "announcement")


async def test_left_running_it_looks_every_morning(tmp_path: Path) -> None:
    clock = MovingClock(datetime(2026, 12, 1, 12, tzinfo=UTC))
    async with kernel_for({"places": Read()}, folder=tmp_path) as kernel, anyio.create_task_group() as group:
        await publish(kernel)
        group.start_soon(mornings(kernel, clock).run)
        for day in (1, 2):
            with anyio.fail_after(10):
                while (await kinds(kernel)).count("announcement.overdue") != day or clock.sleepers == 0:
                    await anyio.sleep(0.01)
            await clock.advance(86400.0)
        group.cancel_scope.cancel()


async def test_nothing_is_lifted_of_a_publication_that_is_not_here(tmp_path: Path) -> None:
    async with kernel_for({"places": Read()}, folder=tmp_path) as kernel:
        await lift_if_told_meanwhile(kernel._store, "nowhere")
        assert await kinds(kernel) == []


async def test_it_is_lifted_by_itself_only_after_the_vendor_s_delay(tmp_path: Path) -> None:
    clock = MovingClock(datetime(2026, 12, 5, 12, tzinfo=UTC))
    async with kernel_for({"places": Read()}, folder=tmp_path) as kernel:
        ticket = await publish(kernel)
        await mornings(kernel, clock, delay=5).look()
        assert (await states(ticket))[0] == ("blocked", "announcement")
        await clock.advance(86400.0)
        await mornings(kernel, clock, delay=5).look()
        await until(ticket, [("delivered", ""), ("delivered", "")])
        assert ("announced", "automaton:announcement-delay") in await actions(kernel)
        assert "announcement.overdue" not in (await kinds(kernel))[(await kinds(kernel)).index("delivery.released") :]


async def test_told_at_the_moment_of_the_author_s_word_what_nobody_checked_still_waits_for_an_operator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def before_it_is_noted(*given: object) -> None:
        monkeypatch.setattr(publishing, "give_word", validation.give_word)
        await kernel.documents.announced(ticket, acting=DOCTOR)
        await validation.give_word(*given)  # type: ignore[arg-type]

    async with kernel_for({"places": Broken()}, folder=tmp_path) as kernel:
        ticket = await kernel.documents.publish(
            letter(QUALIFIED), audience=Audience(Record()), acting=SECRETARY, idempotency_key="L1", announce=TOLD_BY
        )
        monkeypatch.setattr(publishing, "give_word", before_it_is_noted)
        await kernel.documents.validate(ticket.document_id, acting=DOCTOR)
        assert await states(ticket) == [("blocked", "operator")]
