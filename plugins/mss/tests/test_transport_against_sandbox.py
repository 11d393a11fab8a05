"""Submission and mailboxes against the sandbox, with its faults."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from mail_rig.sandbox import LENOIR, OFFICE, PROGRAM, ROUX, Sandbox, running_sandbox

from caducee.clock import SystemClock
from caducee.errors import ConnectFailed, OutcomeUnknown
from caducee_mss.errors import (
    MssAuthRefused,
    MssBoxRenumbered,
    MssBusy,
    MssRevocationUnknown,
    MssServerRefused,
    MssSessionEnded,
    MssTlsUntrusted,
)
from caducee_mss.imap import Changes, Cursor, ImapSession, mailbox
from caducee_mss.smtp import RecipientState, Report, Submission, SubmissionAnswer, submit
from caducee_mss.transport import External, Login, MailLimits, MailTls, NoLogin, RevocationChecker

pytestmark = pytest.mark.anyio
LIMITS = MailLimits(connect=10, answer=20, final=20)


@pytest.fixture(scope="module")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Iterator[Sandbox]:
    yield shared_sandbox
    shared_sandbox.ask("DELETE", "/faults")
    shared_sandbox.ask("POST", "/revocation", state="good")


def letter(sender: str = ROUX, *, nil: bool = True) -> tuple[bytes, str]:
    identifier = f"<{uuid.uuid4()}@medecin.test.mssante.fr>"
    lines = [f"From: {sender}", "Date: Sat, 28 Nov 2026 10:00:00 +0100", f"Message-ID: {identifier}", "Subject: essai"]
    lines += ["X-MSS-NIL: DEV000000"] if nil else []
    return "\r\n".join([*lines, "", ".bonjour", ""]).encode(), identifier


async def send(
    sandbox: Sandbox,
    content: bytes,
    *,
    to: str = LENOIR,
    port: str = "submission",
    login: Login | None = None,
    tls: MailTls | None = None,
    sender: str = ROUX,
    report: Report | None = None,
) -> SubmissionAnswer:
    sent = Submission(sender=sender, recipients=(to,), content=content, report=report)
    return await submit(
        sandbox.server(port),
        tls=tls or MailTls(sandbox.context(), revocation=None),
        login=login or sandbox.bearer(),
        submission=sent,
        limits=LIMITS,
    )


def box(sandbox: Sandbox, address: str = ROUX, doctor: str = "roux", *, port: str = "imap"):
    tls = MailTls(sandbox.context(), revocation=None)
    return mailbox(sandbox.server(port), tls=tls, login=sandbox.bearer(address, doctor), limits=LIMITS)


async def holds(sandbox: Sandbox, identifier: str) -> int:
    async with box(sandbox, LENOIR, "lenoir") as session:
        await session.open_box("INBOX")
        return len(await session.search_message_id(identifier))


@pytest.mark.parametrize("port", ["submission", "submissions"])
async def test_a_letter_arrives_as_it_left(sandbox: Sandbox, port) -> None:
    content, identifier = letter()
    answer = await send(sandbox, content, port=port)
    assert answer.of(RecipientState.ACCEPTED)
    async with box(sandbox, LENOIR, "lenoir", port="imaps") as session:
        await session.open_box("INBOX")
        [uid] = await session.search_message_id(identifier)
        received = await session.content(uid)
    assert received is not None
    assert received.endswith(content)


async def test_an_answer_lost_after_the_final_dot_is_settled_by_looking_for_the_message(sandbox: Sandbox) -> None:
    sandbox.fault("drop_after_dot", times=1)
    content, identifier = letter()
    with pytest.raises(OutcomeUnknown):
        await send(sandbox, content)
    assert await holds(sandbox, identifier) == 1


async def test_the_same_token_is_taken_a_moment_later(sandbox: Sandbox) -> None:
    sandbox.fault("refuse_and_drop", times=1)
    content, _ = letter()
    with pytest.raises(MssAuthRefused):
        await send(sandbox, content)
    assert (await send(sandbox, content)).of(RecipientState.ACCEPTED)


async def test_a_mailbox_may_refuse_the_token_once(sandbox: Sandbox) -> None:
    sandbox.fault("refuse_login", times=1)
    with pytest.raises(MssAuthRefused):
        async with box(sandbox):
            pass
    async with box(sandbox) as session:
        assert await session.box_for("\\Sent") == "Envoyés"


async def test_a_broken_rule_is_told_with_the_operators_words(sandbox: Sandbox) -> None:
    content, _ = letter(nil=False)
    answer = await send(sandbox, content)
    [refused] = answer.of(RecipientState.REFUSED)
    assert (refused.reply, refused.enhanced) == (554, "5.7.1")
    assert "X-MSS-NIL" in refused.text


async def test_a_full_box_is_tried_again(sandbox: Sandbox) -> None:
    sandbox.fault("box_full", times=1)
    content, _ = letter()
    assert (await send(sandbox, content)).of(RecipientState.RETRY)


@pytest.mark.parametrize("login", [NoLogin(), External(), External(address=PROGRAM)])
async def test_a_program_sends_and_reads_by_its_certificate(sandbox: Sandbox, login: Login) -> None:
    content, _ = letter(PROGRAM)
    tls = MailTls(sandbox.context("org_auth"), revocation=None)
    assert (await send(sandbox, content, login=login, tls=tls, sender=PROGRAM)).of(RecipientState.ACCEPTED)
    async with mailbox(sandbox.server("imap"), tls=tls, login=External(), limits=LIMITS) as session:
        assert (await session.open_box("INBOX")).place.uidvalidity


async def test_a_token_opens_the_box_of_the_organisation_too(sandbox: Sandbox) -> None:
    async with box(sandbox, OFFICE) as session:
        assert (await session.open_box("INBOX")).place.uidvalidity


async def test_another_certificate_opens_nothing(sandbox: Sandbox) -> None:
    tls = MailTls(sandbox.context("roux_auth"), revocation=None)
    content, _ = letter(PROGRAM)
    with pytest.raises(MssServerRefused):
        await send(sandbox, content, login=NoLogin(), tls=tls, sender=PROGRAM)


async def test_mail_is_read_on_after_a_renumbering_and_nothing_comes_twice(sandbox: Sandbox) -> None:
    async def read(cursor: Cursor) -> tuple[list[bytes | None], Cursor]:
        async with box(sandbox) as session:
            changes = Changes(session, cursor)
            found = [arrived.content async for arrived in changes]
        return found, changes.cursor

    sandbox.ask("POST", "/mail/write", sender=LENOIR, to=ROUX, subject="un", text="un")
    sandbox.ask("POST", "/mail/write", sender=LENOIR, to=ROUX, subject="deux", text="deux")
    _, cursor = await read(Cursor(box="INBOX"))
    sandbox.ask("POST", "/mail/write", sender=LENOIR, to=ROUX, subject="trois", text="trois")
    sandbox.ask("POST", "/mail/renumber", address=ROUX)
    found, cursor = await read(cursor)
    assert [b"Subject: trois" in (content or b"") for content in found] == [True]
    assert (await read(cursor))[0] == []


async def test_old_numbers_are_not_touched_after_a_renumbering(sandbox: Sandbox) -> None:
    sandbox.ask("POST", "/mail/write", sender=LENOIR, to=ROUX, subject="un", text="un")
    async with box(sandbox) as session:
        place = (await session.open_box("INBOX")).place
        [uid, *_] = await session.search(1)
    sandbox.ask("POST", "/mail/renumber", address=ROUX)
    async with box(sandbox) as session:
        with pytest.raises(MssBoxRenumbered):
            await session.flag(place, [uid], add=["\\Seen"])


async def test_a_session_ended_by_the_operator_is_told(sandbox: Sandbox) -> None:
    sandbox.ask("POST", "/mail/write", sender=LENOIR, to=ROUX, subject="un", text="un")
    sandbox.fault("bye", transaction="fetch", times=1)
    with pytest.raises(MssSessionEnded):
        await first_message(sandbox)
    assert await first_message(sandbox)


async def first_message(sandbox: Sandbox) -> bytes | None:
    async with box(sandbox) as session:
        return (await anext(Changes(session, Cursor(box="INBOX")))).content


async def test_a_move_may_be_refused_for_now(sandbox: Sandbox) -> None:
    async with box(sandbox) as session:
        uid = await keep(session)
        sandbox.fault("internal_error", transaction="move", times=1)
        with pytest.raises(MssBusy):
            await session.move((await session.open_box("INBOX", writable=True)).place, [uid], "Corbeille")


async def keep(session: ImapSession) -> int:
    uid = await session.append("INBOX", letter()[0])
    assert uid is not None
    return uid


async def test_a_delivery_report_comes_when_asked(sandbox: Sandbox) -> None:
    content, _ = letter()
    answer = await send(sandbox, content, report=Report(envelope_id="enveloppe-7"))
    assert answer.reported
    last = sandbox.ask("GET", f"/mail/{ROUX}")["INBOX"][-1]
    assert last["subject"] == "Successful Mail Delivery Report"


async def test_operators_that_are_down_or_show_another_authority_are_told_apart(sandbox: Sandbox) -> None:
    content, _ = letter()
    sandbox.fault("wrong_certificate", times=1)
    with pytest.raises(MssTlsUntrusted):
        await send(sandbox, content)
    sandbox.fault("down")
    with pytest.raises(ConnectFailed):
        await send(sandbox, content)


@pytest.mark.parametrize(
    ("state", "told"),
    [("revoked", MssTlsUntrusted), ("stale", MssRevocationUnknown), ("limited", MssRevocationUnknown)],
)
async def test_nothing_is_sent_when_the_certificate_is_not_known_to_be_good(sandbox: Sandbox, state, told) -> None:
    content, identifier = letter()
    tls = checked(sandbox)
    sandbox.ask("POST", "/revocation", state=state)
    with pytest.raises(told):
        await send(sandbox, content, tls=tls)
    assert await holds(sandbox, identifier) == 0


async def test_a_certificate_that_is_known_to_be_good_is_taken(sandbox: Sandbox) -> None:
    content, _ = letter()
    assert (await send(sandbox, content, tls=checked(sandbox))).of(RecipientState.ACCEPTED)


def checked(sandbox: Sandbox) -> MailTls:
    checker = RevocationChecker(
        sandbox.authorities, fetch=sandbox.revocation_list, clock=SystemClock(), places=[sandbox.described["crl"]]
    )
    return MailTls(sandbox.context(), revocation=checker)
