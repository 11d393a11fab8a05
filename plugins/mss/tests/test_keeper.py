"""The letters of a patient are carried whole, and are the same letters where they are taken in."""

from __future__ import annotations

import msgspec
import pytest

from caducee.contracts.portability import KeptRecord
from caducee.contracts.state import State
from caducee.errors import RecordUnreadable
from caducee.testing.state import MemoryState
from caducee_mss.history import Step, What, add_step, steps_of
from caducee_mss.keeper import MailKeeper
from caducee_mss.letters import keep_letter, letter, note_patient, patient_of
from caducee_mss.receiving.received import ReceivedMail, keep_received, received_as, still_open
from caducee_mss.sent import Sent, keep_sent, sent_as, sent_for

pytestmark = pytest.mark.anyio
SENT = Sent(
    message_id="<D1@a.fr>",
    box="roux",
    recipient="dominique.lenoir@medecin.test.mssante.fr",
    thread="<D1@a.fr>",
    delivery_id="D1",
    document_id="1.2.3",
    local_id="P1",
)
ANSWER = ReceivedMail(
    key="roux:f:b", box="roux", folder="INBOX", uidvalidity=1, uid=7, message_id="<A1@b.fr>", thread="<D1@a.fr>"
)
MIME = "Subject: =?utf-8?q?Compte_rendu_=C3=A9t=C3=A9?=\r\n\r\nVoir pièce jointe\r\n".encode()
CAME = b"Subject: Re\r\n\r\nMerci\r\n"
STEPS = (
    Step(at="2026-11-25T08:00:00+00:00", what=What.WRITTEN, by="roux"),
    Step(at="2026-11-25T08:00:01+00:00", what=What.SENT, text="250 queued"),
    Step(at="2026-11-25T08:10:00+00:00", what=What.INTEGRATED, message_id="<R1@b.fr>"),
)


async def a_conversation() -> MemoryState:
    """A letter about P1 with its receipt, an answer that is filed in their record, and a letter about P2."""
    state = MemoryState()
    async with state.transaction() as tx:
        await keep_sent(tx, SENT)
        await keep_letter(tx, SENT.message_id, MIME)
        for one in STEPS:
            await add_step(tx, SENT.message_id, one)
        await keep_sent(tx, Sent(message_id="<D2@a.fr>", box="roux", recipient="x", thread="<D2@a.fr>", local_id="P2"))
        await keep_received(tx, ANSWER)
        await add_step(tx, ANSWER.key, Step(at="2026-11-25T09:00:00+00:00", what=What.RECEIVED))
    async with state.transaction() as tx:
        await note_patient(tx, state, key=ANSWER.key, thread=ANSWER.thread, local_id="P1")
        await keep_letter(tx, ANSWER.key, CAME)
        await add_step(tx, ANSWER.key, Step(at="2026-11-25T10:00:00+00:00", what=What.FILED, by="doctor:roux"))
    return state


async def test_letters_sent_and_received_are_given_with_their_bytes_and_their_life() -> None:
    kept = await MailKeeper(await a_conversation()).give("P1")
    sent, came = kept.documents
    assert (sent.document_id, sent.holder, sent.title, sent.mime_type, sent.content) == (
        "<D1@a.fr>",
        "roux",
        "Compte rendu été",
        "message/rfc822",
        MIME,
    )
    assert (came.document_id, came.content) == (ANSWER.key, CAME)
    described = msgspec.json.decode(sent.description)
    assert [one["what"] for one in described["steps"]] == ["written", "sent", "integrated"]
    assert "P1" not in sent.description
    assert '"open":true' not in came.description


async def test_what_was_taken_in_is_given_again_as_the_same() -> None:
    kept = await MailKeeper(await a_conversation()).give("P1")
    elsewhere = MemoryState()
    for _ in range(2):
        await MailKeeper(elsewhere).take("N-77", kept)
        assert await MailKeeper(elsewhere).give("N-77") == kept
    assert await MailKeeper(elsewhere).give("P1") == KeptRecord()
    assert await still_open(elsewhere, "roux") == ()
    assert elsewhere.parcels == {}
    assert (await sent_as(elsewhere, "<D1@a.fr>")) == msgspec.structs.replace(SENT, local_id="N-77")


async def test_a_letter_that_is_known_here_stays_as_it_is() -> None:
    state = await a_conversation()
    kept = await MailKeeper(state).give("P1")
    async with state.transaction() as tx:
        await add_step(tx, SENT.message_id, Step(at="2026-11-26T08:00:00+00:00", what=What.DISPLAYED))
    await MailKeeper(state).take("P1", kept)
    assert [one.what for one in await steps_of(state, SENT.message_id)][-1] is What.DISPLAYED
    assert len(await steps_of(state, SENT.message_id)) == len(STEPS) + 1


async def test_a_mail_that_this_box_has_read_too_becomes_the_patient_s_and_waits_as_before() -> None:
    kept = await MailKeeper(await a_conversation()).give("P1")
    here = MemoryState()
    async with here.transaction() as tx:
        await keep_received(tx, ANSWER)
        await add_step(tx, ANSWER.key, Step(at="2026-11-27T09:00:00+00:00", what=What.RECEIVED))
    await MailKeeper(here).take("P1", kept)
    assert [one.key for one in await still_open(here, "roux")] == [ANSWER.key]
    assert [one.at for one in await steps_of(here, ANSWER.key)] == ["2026-11-27T09:00:00+00:00"]
    assert [one.content for one in (await MailKeeper(here).give("P1")).documents] == [MIME, CAME]


async def test_letters_of_which_the_bytes_are_not_kept_are_described() -> None:
    state = MemoryState()
    async with state.transaction() as tx:
        await keep_sent(tx, SENT)
    (only,) = (await MailKeeper(state).give("P1")).documents
    assert (only.content, only.title) == (None, "")
    elsewhere = MemoryState()
    await MailKeeper(elsewhere).take("P1", KeptRecord(documents=(only,)))
    assert await letter(elsewhere, SENT.message_id) is None


@pytest.mark.parametrize("description", ["", "{}", '{"steps":[]}', '{"steps":[],"later":1}', "[1]"])
async def test_what_is_no_letter_of_ours_is_refused_and_nothing_is_kept(description: str) -> None:
    kept = await MailKeeper(await a_conversation()).give("P1")
    first, second = kept.documents
    wrong = KeptRecord(documents=(first, msgspec.structs.replace(second, description=description)))
    state = MemoryState()
    with pytest.raises(RecordUnreadable):
        await MailKeeper(state).take("P1", wrong)
    assert state.values == {}


async def test_what_we_wrote_in_a_conversation_is_about_whoever_its_answer_is_filed_for() -> None:
    state: State = MemoryState()
    plain = msgspec.structs.replace(SENT, local_id="", document_id="", delivery_id="")
    async with state.transaction() as tx:
        await keep_sent(tx, plain)
        await keep_received(tx, ANSWER)
    assert await patient_of(state, key=ANSWER.key, thread=ANSWER.thread) == ""
    async with state.transaction() as tx:
        await note_patient(tx, state, key=ANSWER.key, thread=ANSWER.thread, local_id="P1")
    assert [one.message_id for one in await sent_for(state, patient="P1")] == ["<D1@a.fr>"]
    assert await patient_of(state, key=ANSWER.key, thread=ANSWER.thread) == "P1"
    filed = await received_as(state, ANSWER.key)
    assert filed is not None
    assert (filed.local_id, filed.open) == ("P1", False)


async def test_a_conversation_about_one_patient_does_not_become_another_s() -> None:
    state = await a_conversation()
    async with state.transaction() as tx:
        await note_patient(tx, state, key="other", thread=SENT.thread, local_id="P2")
    sent = await sent_as(state, SENT.message_id)
    assert sent is not None
    assert sent.local_id == "P1"
