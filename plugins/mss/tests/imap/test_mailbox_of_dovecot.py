"""A mailbox of Dovecot: log-in, boxes, reading, flags, copies, waiting."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import anyio
import pytest
from mail_rig.mails import LIMITS, applicative_box, bearer, doctor_box, message, place, submission, tls
from mail_rig.servers.introspection import MOREAU
from mail_rig.servers.operator import PATIENT, Operator
from mail_rig.servers.pki import TestAuthority

from caducee_mss.errors import MssAuthRefused, MssBoxRenumbered, MssServerRefused, MssTlsUntrusted
from caducee_mss.imap import Changes, Cursor, Place
from caducee_mss.imap.session import ImapSession
from caducee_mss.smtp import Report, submit
from caducee_mss.transport import MailTls

pytestmark = pytest.mark.anyio


async def new_box(session: ImapSession) -> str:
    """Make a box of this test's own, by putting a message into it and taking it away again."""
    name = f"Essai-é-{uuid.uuid4().hex[:8]}"
    await session._dialogue.run(b"CREATE " + b'"' + name.replace("é", "&AOk-").encode() + b'"')
    return name


@pytest.mark.parametrize("port", ["imap", "imaps"])
@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
@pytest.mark.parametrize("initial_response", [True, False])
async def test_a_token_opens_the_box(operator: Operator, port, mechanism, initial_response) -> None:
    login = bearer(mechanism=mechanism, initial_response=initial_response)
    async with doctor_box(operator, port=port, login=login) as session:
        assert (await session.open_box("INBOX")).place.uidvalidity > 0


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
async def test_a_wrong_token_is_refused(operator: Operator, mechanism) -> None:
    with pytest.raises(MssAuthRefused):
        async with doctor_box(operator, login=bearer("faux", mechanism=mechanism)):
            pass


async def test_a_certificate_opens_its_box(operator: Operator) -> None:
    async with applicative_box(operator) as session:
        assert (await session.open_box("INBOX")).place.box == "INBOX"


async def test_a_certificate_without_box_is_refused(operator: Operator) -> None:
    with pytest.raises(MssAuthRefused):
        async with applicative_box(operator, operator.unknown):
            pass


async def test_a_self_signed_certificate_is_refused(operator: Operator) -> None:
    with pytest.raises((MssTlsUntrusted, MssAuthRefused)):
        async with applicative_box(operator, operator.self_signed):
            pass


async def test_an_unrelated_authority_is_refused(operator: Operator, tmp_path) -> None:
    from caducee_mss.imap.session import mailbox

    other = MailTls(TestAuthority(tmp_path).context(), revocation=None)
    with pytest.raises(MssTlsUntrusted):
        async with mailbox(place(operator, "imap"), tls=other, login=bearer(), limits=LIMITS):
            pass


async def test_boxes_are_found_by_their_use(operator: Operator) -> None:
    async with doctor_box(operator) as session:
        assert await session.box_for("\\Sent") == "Envoyés"
        assert await session.box_for("\\Junk") is None


async def test_an_unknown_box_is_refused(operator: Operator) -> None:
    async with doctor_box(operator) as session:
        with pytest.raises(MssServerRefused):
            await session.open_box("Nulle part")


async def test_a_copy_is_put_into_a_box_with_its_date(operator: Operator) -> None:
    sent = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
    content = message(body="é" * 3000)
    async with doctor_box(operator) as session:
        await session.identify("Caducee", "0.1")
        box = await new_box(session)
        uid = await session.append(box, content, flags=["\\Seen"], received=sent)
        assert uid is not None
        await session.open_box(box)
        [facts] = await session.facts([uid])
        assert (facts.received, facts.size, "\\Seen" in facts.flags) == (sent, len(content), True)
        assert await session.content(uid) == content


async def test_reading_marks_nothing_as_read(operator: Operator) -> None:
    async with doctor_box(operator) as session:
        box = await new_box(session)
        uid = await session.append(box, message())
        read = [arrived async for arrived in Changes(session, Cursor(box=box))]
        assert [a.uid for a in read] == [uid]
        assert "\\Seen" not in (await session.facts([uid]))[0].flags


async def test_each_cursor_goes_on_where_it_was_kept(operator: Operator) -> None:
    async with doctor_box(operator) as session:
        box = await new_box(session)
        contents = [message(body=f"corps {n}") for n in range(3)]
        for content in contents:
            await session.append(box, content)
        first = await anext(aiter(Changes(session, Cursor(box=box))))
        rest = [a async for a in Changes(session, first.after)]
        assert [first.content, *(a.content for a in rest)] == contents
        assert [a async for a in Changes(session, rest[-1].after)] == []


async def test_flags_and_keywords_are_set_and_cleared(operator: Operator) -> None:
    async with doctor_box(operator) as session:
        box = await new_box(session)
        uid = await session.append(box, message(), flags=["\\Seen"])
        place_ = (await session.open_box(box)).place
        await session.flag(place_, [uid], add=["$Classe"], drop=["\\Seen"])
        [facts] = await session.facts([uid])
        assert "$Classe" in facts.flags
        assert "\\Seen" not in facts.flags


async def test_nothing_is_sent_to_numbers_of_another_numbering(operator: Operator) -> None:
    async with doctor_box(operator) as session:
        box = await new_box(session)
        uid = await session.append(box, message())
        place_ = (await session.open_box(box)).place
        old = Place(box, place_.uidvalidity - 1)
        with pytest.raises(MssBoxRenumbered):
            await session.flag(old, [uid], add=["\\Deleted"])
        with pytest.raises(MssBoxRenumbered):
            await session.move(old, [uid], "Corbeille")
        assert "\\Deleted" not in (await session.facts([uid]))[0].flags


@pytest.mark.parametrize("without", [frozenset(), frozenset({"MOVE"})])
async def test_a_message_is_moved(operator: Operator, without) -> None:
    async with doctor_box(operator) as session:
        box, other = await new_box(session), await new_box(session)
        kept = await session.append(box, message())
        uid = await session.append(box, message())
        session._dialogue.capabilities -= without
        await session.move((await session.open_box(box)).place, [uid], other)
        assert await session.search(1) == (kept,)
        await session.open_box(other)
        assert len(await session.search(1)) == 1


async def test_waiting_ends_when_mail_comes(operator: Operator) -> None:
    async with doctor_box(operator) as session, doctor_box(operator) as other:
        box = await new_box(session)
        await session.open_box(box)
        async with anyio.create_task_group() as group:
            group.start_soon(other.append, box, message())
            assert await session.wait(30)


@pytest.mark.parametrize("without", [frozenset(), frozenset({"IDLE"})])
async def test_waiting_for_nothing_ends_and_the_session_goes_on(operator: Operator, without) -> None:
    async with doctor_box(operator) as session:
        box = await new_box(session)
        await session.open_box(box)
        session._dialogue.capabilities -= without
        assert not await session.wait(0.2, poll=0.1)
        assert await session.search(1) == ()


async def test_a_delivery_report_comes_back(operator: Operator) -> None:
    identifier = uuid.uuid4().hex
    sent = submission(PATIENT)
    sent = type(sent)(sender=MOREAU, recipients=(PATIENT,), content=sent.content, report=Report(envelope_id=identifier))
    answer = await submit(
        place(operator, "submission"), tls=tls(operator), login=bearer(), submission=sent, limits=LIMITS
    )
    assert answer.reported
    async with doctor_box(operator) as session:
        cursor = Cursor(box="INBOX")
        while True:
            reading = Changes(session, cursor)
            found = [a.content async for a in reading if a.content and identifier.encode() in a.content]
            if found:
                break
            cursor = reading.cursor
            await session.wait(10)
    assert b"multipart/report" in found[0]
    assert b"Action: relayed" in found[0] or b"Action: delivered" in found[0]
