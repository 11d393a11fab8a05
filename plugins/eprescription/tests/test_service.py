"""The service with everything around it in memory."""

from __future__ import annotations

from typing import Any

import pytest

from caducee import Audience
from caducee.errors import IdempotencyConflict, ServiceUnavailable
from caducee.model.destination import Destination
from caducee.sharing.opposition import Scope
from caducee.testing.state import MemoryState
from caducee_eprescription.errors import FollowOpposed, UnknownPrescription, WrongState
from caducee_eprescription.service import Prescriptions
from caducee_eprescription.states import RxState

from .desk import DOCTOR, PAPER_ALONE, prescription, revised
from .fakes import CountingPublisher, MemoryBase, QuickPaper, Surroundings, service

pytestmark = pytest.mark.anyio
WRITTEN = "20260105080000+0000"


class Mailbox(Destination, frozen=True):
    kind = "mailbox"


class Desk:
    def __init__(self) -> None:
        self.state, self.publisher, self.base = MemoryState(), CountingPublisher(), MemoryBase()
        self.around = Surroundings(self.state, self.publisher, decide_within=0.05)
        self.rx: Prescriptions = service(self.around, self.base)

    async def issue(self, local_id: str = "RX-1", **body: Any) -> Any:
        document = revised(prescription(local_id, created=WRITTEN), **body)
        return await self.rx.issue(document, Audience(Mailbox()), acting=DOCTOR)


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_past_its_validity_it_is_expired(desk: Desk) -> None:
    issued = await desk.issue(valid_until="2026-01-10")
    assert (await desk.rx.refresh(issued.number, acting=DOCTOR)).state is RxState.REGISTERED
    await desk.around.clock.advance(6 * 86_400)
    assert (await desk.rx.refresh(issued.number, acting=DOCTOR)).state is RxState.EXPIRED
    with pytest.raises(WrongState):
        await desk.rx.cancel(issued.number, reason="x", acting=DOCTOR)


async def test_the_published_document_carries_number_code_and_the_same_paper(desk: Desk) -> None:
    issued = await desk.issue()
    (document,) = desk.publisher.documents.values()
    assert (document.body.number, document.body.pdf) == (issued.number, issued.pdf)  # type: ignore[union-attr]
    assert document.body.code_image.startswith(b"\x89PNG")  # type: ignore[union-attr]


async def test_a_local_one_is_published_without_number_and_without_code(desk: Desk) -> None:
    desk.base.plan = ["down"]
    await desk.issue()
    (document,) = desk.publisher.documents.values()
    assert (document.body.number, document.body.code_image) == ("", b"")  # type: ignore[union-attr]


async def test_what_was_begun_and_has_no_paper_is_listed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> bytes:
        raise RuntimeError

    monkeypatch.setattr(QuickPaper, "print", broken)
    with pytest.raises(RuntimeError):
        await desk.issue()
    assert await desk.rx.unfinished() == ("RX-1",)
    monkeypatch.undo()
    issued = await desk.issue()
    assert (issued.state, desk.base.registered) == (RxState.REGISTERED, 1)
    assert await desk.rx.unfinished() == ()


async def test_every_change_is_an_event_without_anything_of_the_patient(desk: Desk) -> None:
    await desk.issue()
    assert [kind for kind, _, _ in desk.state.events] == ["numbered", "asked", "registered", "printed", "published"]
    assert all(len(reference) == 32 and code == "" for _, reference, code in desk.state.events)


async def test_issue_cancel_and_consult_are_audited(desk: Desk) -> None:
    issued = await desk.issue()
    await desk.rx.refresh(issued.number, acting=DOCTOR)
    await desk.rx.cancel(issued.number, reason="x", acting=DOCTOR)
    assert [line.action for line in desk.state.audit] == ["rx.issue", "rx.consult", "rx.cancel"]
    assert {line.actor for line in desk.state.audit} == {DOCTOR.named}


async def test_what_the_patient_told_the_practice_since_ends_the_following(desk: Desk) -> None:
    issued = await desk.issue()
    await desk.rx.refresh(issued.number, acting=DOCTOR)
    (document,) = desk.publisher.documents.values()
    desk.around.opposed.add((document.patient.local_id, Scope.DISPENSATION_FOLLOW))
    with pytest.raises(FollowOpposed):
        await desk.rx.refresh(issued.number, acting=DOCTOR)


async def test_a_pin_that_is_typed_slowly_does_not_make_a_prescription_local(desk: Desk) -> None:
    desk.base.typing = 2 * desk.around.config.decide_within
    issued = await desk.issue()
    assert issued.state is RxState.REGISTERED


async def test_a_base_that_does_not_answer_is_said_when_it_is_asked(desk: Desk) -> None:
    issued = await desk.issue()
    desk.base.plan = ["down"]
    with pytest.raises(ServiceUnavailable):
        await desk.rx.refresh(issued.number, acting=DOCTOR)


async def test_a_paper_that_left_is_not_another_one(desk: Desk) -> None:
    await desk.issue()
    with pytest.raises(IdempotencyConflict):
        await desk.issue(weight_kg="70")


async def test_an_unknown_number_is_said(desk: Desk) -> None:
    with pytest.raises(UnknownPrescription):
        await desk.rx.standing("99S2TBPZ2JCNZZYGXX")


async def test_a_number_is_found_as_a_person_types_it(desk: Desk) -> None:
    issued = await desk.issue()
    typed = f" {issued.number[:6].lower()} {issued.number[6:]}"
    assert (await desk.rx.standing(typed)).number == issued.number


async def test_without_an_audience_there_is_the_paper_alone(desk: Desk) -> None:
    issued = await desk.rx.issue(prescription("RX-9", created=WRITTEN), PAPER_ALONE, acting=DOCTOR)
    assert (issued.document_id, desk.publisher.documents) == ("", {})


async def test_a_replacement_that_was_begun_goes_on_as_any_other(desk: Desk) -> None:
    await desk.issue("RX-1")
    new = prescription("RX-2", created=WRITTEN)
    replaced = await desk.rx.replace("RX-1", new, Audience(Mailbox()), acting=DOCTOR)
    assert await desk.rx.issue(new, Audience(Mailbox()), acting=DOCTOR) == replaced
