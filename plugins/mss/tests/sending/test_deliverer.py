"""What tells that the operator has taken a mail, and what no longer does once that mail came back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from caducee.contracts.delivery import Envelope
from caducee.sharing.fact_kind import FactKind
from caducee_mss.history import What, add_step, step
from caducee_mss.post import Post
from caducee_mss.sending.copies import copies_of
from caducee_mss.sending.deliverer import MailDeliverer, PlainDeliverer, Prepared, probe, send
from caducee_mss.sending.refusals import MailboxClosed
from caducee_mss.sending.unreachable import Unreachable, stop_writing
from caducee_mss.sending.writing import Written
from caducee_mss.smtp import Recipient, RecipientState, Submission, SubmissionAnswer
from plugins.mss.tests.desk import ROUX, Desk

pytestmark = pytest.mark.anyio
MAIL = Prepared(
    box="roux",
    sender=ROUX.address,
    recipient="dominique.lenoir@medecin.test.mssante.fr",
    message_id="<D1@medecin.test.mssante.fr>",
    content=b"Subject: x\r\n\r\n",
)


class SentFolder:
    """An open box whose folder of sent mails holds our mail, or does not."""

    def __init__(self, *, holds: bool) -> None:
        self._holds = holds

    async def box_for(self, use: str) -> str | None:
        return "Envoyés"

    async def open_box(self, name: str) -> None:
        return None

    async def search_message_id(self, message_id: str) -> tuple[int, ...]:
        return (1,) if self._holds else ()


class Boxes(Post):
    """Takes every mail; opens a box that holds the copy of the last one, or does not."""

    def __init__(self, desk: Desk, *, holds: bool = False) -> None:
        super().__init__(desk)  # type: ignore[arg-type]
        self._holds = holds

    async def submit(self, name: str, submission: Submission) -> SubmissionAnswer:
        (to,) = submission.recipients
        accepted = Recipient(address=to, state=RecipientState.ACCEPTED, reply=250)
        return SubmissionAnswer(recipients=(accepted,), receipt="queued", reported=True)

    @asynccontextmanager
    async def opened(self, name: str) -> AsyncIterator[Any]:
        yield SentFolder(holds=self._holds)


def envelope() -> Envelope:
    return Envelope(
        delivery_id="D1",
        document_id="A",
        set_id="",
        signature_id="",
        kind="patient_mail",
        reference="",
        destination=b"{}",
        author="roux",
        submission_time="",
        document=b"",
        sha1=b"",
        sha256=b"",
        entry=b"{}",
    )


def desk() -> Desk:
    """A box that is not read: nothing is waited for."""
    return Desk(roux=msgspec.structs.replace(ROUX, receive=False))


async def happened(at: Desk, *what: What) -> None:
    async with at.state.transaction() as tx:
        for one in what:
            await add_step(tx, MAIL.message_id, step(at.clock, one))


async def found(at: Desk, *, holds: bool = False, reopens: bool = True) -> bool:
    receipt = await probe(at, Boxes(at, holds=holds), MAIL, reopens=reopens)  # type: ignore[arg-type]
    return receipt is not None


@pytest.mark.parametrize("said", [What.ARRIVED, What.DELAYED, What.DISPLAYED, What.INTEGRATED])
async def test_a_report_of_a_mail_tells_that_it_was_taken(said: What) -> None:
    at = desk()
    await happened(at, What.WRITTEN, said)
    assert await found(at)


async def test_the_copy_among_the_sent_mails_tells_that_it_was_taken() -> None:
    assert await found(desk(), holds=True)
    assert not await found(desk())


@pytest.mark.parametrize("came", [What.RETURNED, What.REFUSED])
async def test_what_was_said_of_a_mail_that_came_back_says_nothing_of_its_second_sending(came: What) -> None:
    at = desk()
    await happened(at, What.WRITTEN, What.SENT, What.ARRIVED, came)
    assert not await found(at, holds=True)
    await happened(at, What.ARRIVED)
    assert await found(at)


async def test_an_answer_that_came_back_was_taken_and_does_not_leave_twice() -> None:
    at = desk()
    await happened(at, What.WRITTEN, What.RETURNED)
    assert await found(at, reopens=False)


@pytest.mark.parametrize("receive", [True, False])
async def test_a_copy_is_kept_for_the_boxes_that_are_opened_wherever_their_servers_are_found(receive: bool) -> None:
    at = Desk(roux=msgspec.structs.replace(ROUX, receive=receive))
    await send(at, Boxes(at), MAIL, envelope_id="D1")  # type: ignore[arg-type]
    assert len(await copies_of(at.state, "roux")) == receive


async def test_what_waited_while_writing_to_this_patient_stopped_does_not_leave() -> None:
    at = desk()
    async with at.state.transaction() as tx:
        await stop_writing(tx, MAIL.recipient, Unreachable(why="closed", since=""))
    with pytest.raises(MailboxClosed):
        await MailDeliverer(at, Boxes(at), None).send(envelope(), msgspec.msgpack.encode(MAIL))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "noted"),
    [
        ({"to_patient": False}, [(FactKind.MAIL, "professional", MAIL.message_id)]),
        ({"to_patient": True}, [(FactKind.MAIL, "patient", MAIL.message_id)]),
        ({"ordered": False}, []),
    ],
)
async def test_a_letter_or_an_answer_that_left_is_noted_and_a_receipt_is_not(
    written: dict[str, bool], noted: list[Any]
) -> None:
    desk = Desk()
    plain = {name: getattr(MAIL, name) for name in MAIL.__struct_fields__} | {"thread": MAIL.message_id}
    payload = msgspec.msgpack.encode(Written(**plain, **written))
    await PlainDeliverer(desk, Boxes(desk)).send(envelope(), payload)  # type: ignore[arg-type]
    assert desk.state.noted == noted


async def test_a_letter_that_is_found_by_asking_is_noted_and_one_that_is_not_there_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def at_once(seconds: float) -> None:
        return None

    plain = {name: getattr(MAIL, name) for name in MAIL.__struct_fields__} | {"thread": MAIL.message_id}
    payload = msgspec.msgpack.encode(Written(**plain))
    for holds, noted in ((False, []), (True, [(FactKind.MAIL, "professional", MAIL.message_id)])):
        desk = Desk()
        monkeypatch.setattr(desk.clock, "sleep", at_once)
        await PlainDeliverer(desk, Boxes(desk, holds=holds)).probe(envelope(), payload)  # type: ignore[arg-type]
        assert desk.state.noted == noted


async def test_a_document_that_left_is_counted_by_its_delivery_and_not_noted_again() -> None:
    desk = Desk()
    boxes = Boxes(desk)
    await MailDeliverer(desk, boxes, None).send(envelope(), msgspec.msgpack.encode(MAIL))  # type: ignore[arg-type]
    assert desk.state.noted == []
