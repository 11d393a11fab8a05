"""What a patient must be told first goes at once where it can be hidden; told, it is shown, then mailed: each once."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caducee.documents.ticket import Ticket
from caducee.kernel import Kernel
from caducee.model.announcement import Announce
from caducee.model.destination import Audience
from caducee.model.patient import Patient
from caducee.model.practice import Actor
from caducee.outbox.contract import DeliveryState
from caducee.outbox.policy import Policy
from caducee.testing import kernel_for

from .people import PROVISIONAL, QUALIFIED, letter
from .places import Colleague, Mailbox, Places, Record

pytestmark = pytest.mark.anyio
DOCTOR = Actor.doctor("dr.roux")
SECRETARY = Actor.secretary("accueil")
SOON = Policy(delays=(0.02,), spread=0.0)


ALL = Audience(Record(), Mailbox(), Colleague())
THEIRS = Audience(Record(), Mailbox())


async def publish(
    kernel: Kernel, *, patient: Patient = QUALIFIED, acting: Actor = DOCTOR, audience: Audience = ALL
) -> Ticket:
    return await kernel.documents.publish(
        letter(patient),
        audience=audience,
        acting=acting,
        idempotency_key="L1",
        announce=Announce("Dr Roux"),
    )


async def states(ticket: Ticket) -> list[str]:
    return [f"{one.row.kind} {one.state} {one.why}".strip() for one in await ticket.deliveries()]


async def until(ticket: Ticket, *expected: str) -> None:
    with anyio.fail_after(15):
        while await states(ticket) != list(expected):
            await anyio.sleep(0.01)


WAITING = ("record delivered", "record blocked announcement", "mailbox blocked announcement", "colleague delivered")


async def test_it_goes_hidden_at_once_and_only_the_rest_waits(tmp_path: Path) -> None:
    places = Places(tmp_path)
    async with kernel_for({"places": places}, folder=tmp_path) as kernel:
        ticket = await publish(kernel)
        await until(ticket, *WAITING)
        assert sorted(places.ledger.lines()) == ["colleague", "record hidden"]


async def test_once_told_it_is_shown_and_then_mailed(tmp_path: Path) -> None:
    places = Places(tmp_path)
    async with kernel_for({"places": places}, folder=tmp_path) as kernel:
        ticket = await publish(kernel)
        await until(ticket, *WAITING)
        await kernel.documents.announced(ticket, acting=DOCTOR)
        await kernel.documents.announced(ticket, acting=DOCTOR)
        await ticket.settled()
        assert places.ledger.lines()[-2:] == ["record show", "mailbox"]
        assert len(places.ledger.lines()) == 4


async def test_while_it_cannot_be_shown_the_mail_waits(tmp_path: Path) -> None:
    places = Places(tmp_path)
    async with kernel_for({"places": places}, folder=tmp_path, policy=SOON) as kernel:
        ticket = await publish(kernel)
        await until(ticket, *WAITING)
        places.down = {"record"}
        await kernel.documents.announced(ticket, acting=DOCTOR)
        await anyio.sleep(0.7)
        assert "mailbox blocked announcement" in await states(ticket)
        places.down = set()
        await ticket.settled()
        assert places.ledger.lines()[-2:] == ["record show", "mailbox"]


async def test_without_an_announcement_it_goes_visible_and_once(tmp_path: Path) -> None:
    places = Places(tmp_path)
    async with kernel_for({"places": places}, folder=tmp_path) as kernel:
        ticket = await kernel.documents.publish(
            letter(QUALIFIED), audience=Audience(Record()), acting=DOCTOR, idempotency_key="L1"
        )
        await ticket.settled()
        assert places.ledger.lines() == ["record feed"]


async def test_told_before_the_author_s_word_the_order_is_the_same(tmp_path: Path) -> None:
    places = Places(tmp_path)
    async with kernel_for({"places": places}, folder=tmp_path) as kernel:
        ticket = await publish(kernel, acting=SECRETARY)
        await kernel.documents.announced(ticket, acting=DOCTOR)
        await anyio.sleep(0.7)
        assert places.ledger.lines() == []
        await kernel.documents.validate(ticket.document_id, acting=DOCTOR)
        await ticket.settled()
        theirs = [line for line in places.ledger.lines() if line != "colleague"]
        assert theirs == ["record hidden", "record show", "mailbox"]


ACTS = st.permutations(["validate", "identity", "told"])
STOPS = st.lists(st.booleans(), min_size=3, max_size=3)


def test_in_whatever_order_things_happen_and_whenever_it_stops_each_arrives_once_and_none_before_its_turn() -> None:
    @settings(max_examples=6)
    @given(ACTS, STOPS, st.booleans())
    def lives(acts: list[str], stops: list[bool], down: bool) -> None:
        with tempfile.TemporaryDirectory() as folder:
            anyio.run(_live, Path(folder), acts, stops, down)

    lives()


async def _live(folder: Path, acts: list[str], stops: list[bool], down: bool) -> None:
    """Do what is to be done in that order, closing the kernel after some steps, with an outage of the record or not."""
    places = Places(folder)
    places.down = {"record"} if down else set()
    document_id = ""
    for step in _cut(acts, stops):
        async with kernel_for({"places": places}, folder=folder, policy=SOON, grace=0.2) as kernel:
            if not document_id:
                ticket = await publish(kernel, patient=PROVISIONAL, acting=SECRETARY, audience=THEIRS)
                document_id = ticket.document_id
            for act in step:
                await _act(kernel, document_id, act)
                if "told" in acts[acts.index(act) + 1 :]:
                    assert "mailbox" not in places.ledger.lines()
                    assert "record show" not in places.ledger.lines()
    places.down = set()
    async with kernel_for({"places": places}, folder=folder, policy=SOON) as kernel:
        with anyio.fail_after(20):
            ended = await (await kernel.documents.ticket(document_id)).settled()
    assert {one.state for one in ended} == {DeliveryState.DELIVERED}
    assert places.ledger.lines() == ["record hidden", "record show", "mailbox"]


def _cut(acts: list[str], stops: list[bool]) -> list[list[str]]:
    steps: list[list[str]] = [[]]
    for act, stop in zip(acts, stops, strict=True):
        steps[-1].append(act)
        if stop:
            steps.append([])
    return steps


async def _act(kernel: Kernel, document_id: str, act: str) -> None:
    match act:
        case "validate":
            await kernel.documents.validate(document_id, acting=DOCTOR)
        case "identity":
            await kernel.identities.update(QUALIFIED, acting=DOCTOR)
        case _:
            await kernel.documents.announced(document_id, acting=DOCTOR)


@pytest.mark.parametrize("after", [0.0, 0.25, 0.5])
def test_killed_at_any_moment_after_the_telling_each_arrives_once(tmp_path: Path, after: float) -> None:
    script = Path(__file__).with_name("telling.py")
    process = subprocess.Popen([sys.executable, str(script), str(tmp_path), "slow"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "told\n"
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()
    subprocess.run([sys.executable, str(script), str(tmp_path), "end"], check=True, timeout=60)
    theirs = [line for line in Places(tmp_path).ledger.lines() if line != "colleague"]
    assert theirs == ["record hidden", "record show", "mailbox"]
