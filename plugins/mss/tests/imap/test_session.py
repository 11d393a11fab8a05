"""Mailbox sessions with a scripted server: log-in refused, sessions ended, words that nobody asked for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import anyio
import pytest
from mail_rig.greetings import CHALLENGE, imap_hello, imap_logged_in
from mail_rig.mails import bearer
from mail_rig.scripted import LIMITS, Peer, Script, scripted
from mail_rig.servers.pki import TestAuthority

from caducee.errors import OutcomeUnknown, ProtocolViolation, Timeout
from caducee_mss.errors import MssAuthRefused, MssBusy, MssServerRefused, MssSessionEnded
from caducee_mss.imap import Arrived, Changes, Cursor, ImapSession, mailbox
from caducee_mss.transport import Bearer, MailLimits, MailTls

pytestmark = pytest.mark.anyio
Open = Callable[..., AbstractAsyncContextManager[ImapSession]]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TestAuthority:
    return TestAuthority(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def opened(authority: TestAuthority) -> Open:
    certificate = authority.server()

    @asynccontextmanager
    async def open_(script: Script, *, login: Bearer | None = None, limits: MailLimits = LIMITS):
        tls = MailTls(authority.context(), revocation=None)
        with anyio.fail_after(20):
            async with (
                scripted(script, implicit=certificate) as server,
                mailbox(server, tls=tls, login=login or bearer(), limits=limits) as session,
            ):
                yield session

    return open_


async def examined(peer: Peer, tag: str, *, uidvalidity: int, next_uid: int, exists: int) -> None:
    await peer.expect(f"{tag} EXAMINE".encode())
    await peer.say(
        b"* %d EXISTS" % exists,
        b"* OK [UIDVALIDITY %d] numbering" % uidvalidity,
        b"* OK [UIDNEXT %d] next" % next_uid,
        f"{tag} OK [READ-ONLY] open".encode(),
    )


async def answer(peer: Peer, command: bytes, *lines: bytes) -> None:
    """Hear a command and give its data and its OK."""
    tag = (await peer.line()).split()[0] if not command else await said(peer, command)
    await peer.say(*lines, tag + b" OK done")


async def said(peer: Peer, command: bytes) -> bytes:
    tag, _, rest = (await peer.line()).partition(b" ")
    assert rest.startswith(command), rest
    return tag


@pytest.mark.parametrize("offered", [b"SASL-IR", b""])
async def test_the_challenge_of_a_refused_token_is_answered_by_an_empty_line(opened, offered) -> None:
    heard: list[bytes] = []

    async def script(peer: Peer) -> None:
        peer.heard = heard
        await imap_hello(peer, offered=offered)
        if not offered:
            await peer.say(b"+ ")
            await peer.line()
        await peer.say(b"+ " + CHALLENGE)
        await peer.line()
        await peer.say(b"A3 NO [AUTHENTICATIONFAILED] refus")

    with pytest.raises(MssAuthRefused):
        async with opened(script):
            pass
    assert heard[-1] == b""


@pytest.mark.parametrize("last", [b"* BYE expired", None])
async def test_a_server_that_leaves_after_its_challenge_refused_the_token(opened, last) -> None:
    async def script(peer: Peer) -> None:
        await imap_hello(peer)
        await peer.say(b"+ " + CHALLENGE)
        await peer.line()
        if last is not None:
            await peer.say(last)

    with pytest.raises(MssAuthRefused):
        async with opened(script):
            pass


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (b"A3 NO [UNAVAILABLE] not now", MssBusy),
        (b"A3 NO no reason", MssAuthRefused),
        (b"A3 BAD what", ProtocolViolation),
        (b"* BYE no", MssSessionEnded),
    ],
)
async def test_a_refusal_to_log_in_is_told_from_not_now(opened, reply, told) -> None:
    async def script(peer: Peer) -> None:
        await imap_hello(peer)
        await peer.say(reply)
        await peer.line()

    with pytest.raises(told):
        async with opened(script):
            pass


async def test_a_session_ended_in_the_middle_says_up_to_where_and_the_next_one_goes_on_there(opened) -> None:
    texts = {uid: b"Message-ID: <m%d@x.example>\r\n\r\ncorps\r\n" % uid for uid in (41, 42, 43)}
    heard: list[bytes] = []

    def facts(uids: range) -> list[bytes]:
        return [b"* %d FETCH (UID %d RFC822.SIZE %d FLAGS ())" % (u - 40, u, len(texts[u])) for u in uids]

    def body(uid: int) -> bytes:
        return b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)" % (uid - 40, uid, len(texts[uid]), texts[uid])

    async def first(peer: Peer) -> None:
        peer.heard = heard
        await imap_logged_in(peer)
        await examined(peer, "A5", uidvalidity=7, next_uid=44, exists=3)
        await answer(peer, b"UID SEARCH UID 41:*", b"* SEARCH 41 42 43")
        await answer(peer, b"UID FETCH 41:43", *facts(range(41, 44)))
        await answer(peer, b"UID FETCH 41 (UID BODY.PEEK[])", body(41))
        await said(peer, b"UID FETCH 42")
        await peer.say(b"* BYE Session invalidated - AccessTokenExpired")

    async def second(peer: Peer) -> None:
        peer.heard = heard
        await imap_logged_in(peer)
        await examined(peer, "A5", uidvalidity=7, next_uid=44, exists=3)
        await answer(peer, b"UID SEARCH UID 42:*", b"* SEARCH 42 43")
        await answer(peer, b"UID FETCH 42:43", *facts(range(42, 44)))
        await answer(peer, b"UID FETCH 42 (UID BODY.PEEK[])", body(42))
        await answer(peer, b"UID FETCH 43 (UID BODY.PEEK[])", body(43))
        await answer(peer, b"LOGOUT")

    read: list[Arrived] = []

    async def go_on(script: Script, cursor: Cursor) -> None:
        async with opened(script) as session:
            async for arrived in Changes(session, cursor):
                read.append(arrived)  # noqa: PERF401 - what came before a failure stays

    with pytest.raises(MssSessionEnded) as ended:
        await go_on(first, Cursor(box="INBOX", uidvalidity=7, next_uid=41))
    assert ended.value.done_up_to == 41
    await go_on(second, read[-1].after)
    assert [arrived.uid for arrived in read] == [41, 42, 43]
    assert not any(b"STORE" in line or b"BODY[" in line for line in heard)


async def test_words_that_nobody_asked_for_change_nothing(opened) -> None:
    async def script(peer: Peer) -> None:
        await imap_logged_in(peer)
        await examined(peer, "A5", uidvalidity=7, next_uid=44, exists=3)
        await answer(
            peer,
            b"UID FETCH 41",
            b"* 9 EXISTS",
            b"* 2 FETCH (FLAGS (\\Seen))",
            b"* 3 FETCH (UID 99 BODY[] {3}\r\nno!)",
            b"* OK [ALERT] maintenance (ce soir) {2}",
            b"* VANISHED 5:7",
            b"* 1 FETCH (UID 41 BODY[] {3}\r\noui)",
            b"* 1 EXPUNGE",
        )
        await answer(peer, b"LOGOUT")

    async with opened(script) as session:
        await session.open_box("INBOX")
        assert await session.content(41) == b"oui"
        assert await session.wait(20)  # told of new mail by the way: at once


async def test_a_message_that_is_gone_is_none(opened) -> None:
    async def script(peer: Peer) -> None:
        await imap_logged_in(peer)
        await examined(peer, "A5", uidvalidity=7, next_uid=44, exists=3)
        await answer(peer, b"UID FETCH 41")
        await answer(peer, b"LOGOUT")

    async with opened(script) as session:
        await session.open_box("INBOX")
        assert await session.content(41) is None


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (b"A5 NO [SERVERBUG] Internal error occurred", MssBusy),
        (b"A5 NO Internal error", MssBusy),
        (b"A5 NO [NONEXISTENT] unknown", MssServerRefused),
        (b"A5 NO [EXPIRED] token", MssAuthRefused),
        (b"A5 BAD what", ProtocolViolation),
        (b"garbage", ProtocolViolation),
        (b"+ go on", ProtocolViolation),
        (b"A5 OK open, without numbering", ProtocolViolation),
    ],
)
async def test_each_refusal_has_its_meaning(opened, reply, told) -> None:
    async def script(peer: Peer) -> None:
        await imap_logged_in(peer)
        await said(peer, b"EXAMINE")
        await peer.say(reply)
        await answer(peer, b"LOGOUT")

    async with opened(script) as session:
        with pytest.raises(told):
            await session.open_box("INBOX")


async def test_nothing_more_is_said_once_a_command_was_cut_short(opened) -> None:
    heard: list[bytes] = []

    async def script(peer: Peer) -> None:
        peer.heard = heard
        await imap_logged_in(peer)
        await peer.line()
        await peer.line()

    limits = MailLimits(answer=0.3)
    async with opened(script, limits=limits) as session:
        with pytest.raises(Timeout):
            await session.noop()
        with pytest.raises(MssSessionEnded):
            await session.noop()
    assert heard[-1] == b"A5 NOOP"


async def test_a_literal_larger_than_the_bound_is_refused(opened) -> None:
    async def script(peer: Peer) -> None:
        await imap_logged_in(peer)
        await said(peer, b"UID FETCH 41")
        await peer.say(b"* 1 FETCH (UID 41 BODY[] {100001}")
        await peer.line()

    async with opened(script) as session:
        with pytest.raises(ProtocolViolation):
            await session.content(41)


async def test_a_server_that_talks_without_end_is_left(opened) -> None:
    async def script(peer: Peer) -> None:
        await imap_logged_in(peer)
        await said(peer, b"UID FETCH 41")
        while True:
            await peer.say(b"* 1 FETCH (UID 41 BODY[] {90000}\r\n" + b"x" * 90_000 + b")")

    async with opened(script) as session:
        with pytest.raises(ProtocolViolation):
            await session.content(41)


@pytest.mark.parametrize("offered", [b"SASL-IR LITERAL+", b"SASL-IR"])
async def test_a_copy_whose_answer_is_lost_may_be_there(opened, offered) -> None:
    async def script(peer: Peer) -> None:
        await imap_logged_in(peer, offered=offered)
        await said(peer, b"APPEND")
        if offered == b"SASL-IR":
            await peer.say(b"+ go on")
        await peer.line()
        await peer.line()

    async with opened(script) as session:
        with pytest.raises(OutcomeUnknown):
            await session.append("INBOX", b"x\r\n")


async def test_a_copy_refused_before_its_content_is_not_there(opened) -> None:
    async def script(peer: Peer) -> None:
        await imap_logged_in(peer)
        tag = await said(peer, b"APPEND")
        await peer.say(tag + b" NO [OVERQUOTA] full")
        await answer(peer, b"LOGOUT")

    async with opened(script) as session:
        with pytest.raises(MssServerRefused):
            await session.append("INBOX", b"x\r\n")


async def test_waiting_is_renewed_while_nothing_comes(opened, monkeypatch) -> None:
    from caducee_mss.imap import session as module

    monkeypatch.setattr(module, "_RENEW", 0.05)

    async def script(peer: Peer) -> None:
        await imap_logged_in(peer, offered=b"SASL-IR IDLE")
        for _ in range(2):
            tag = await said(peer, b"IDLE")
            await peer.say(b"+ idling", b"* OK still here")
            await peer.expect(b"DONE")
            await peer.say(tag + b" OK done")
        tag = await said(peer, b"IDLE")
        await peer.say(b"+ idling", b"* 4 EXISTS")
        await peer.expect(b"DONE")
        await peer.say(tag + b" OK done")
        await answer(peer, b"LOGOUT")

    async with opened(script) as session:
        assert await session.wait(15)


async def test_leave_is_taken_without_waiting_for_a_server_that_is_gone(opened) -> None:
    async with opened(imap_logged_in) as session:
        assert session.capabilities
