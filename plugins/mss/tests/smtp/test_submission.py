"""Submission to a scripted server: what becomes of a message whatever the server does."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import anyio
import pytest
from mail_rig.greetings import CHALLENGE, ehlo, smtp_hello, smtp_logged_in
from mail_rig.mails import bearer, message
from mail_rig.scripted import LIMITS, Peer, Script, scripted
from mail_rig.servers.pki import TestAuthority

from caducee.errors import OutcomeUnknown, ProtocolViolation, ServiceUnavailable
from caducee_mss.errors import MssAuthRefused, MssBusy, MssServerRefused, MssTooLarge
from caducee_mss.smtp import RecipientState, Report, Submission, SubmissionAnswer, submit
from caducee_mss.transport import Bearer, MailTls

pytestmark = pytest.mark.anyio
SENDER = "dr.essai@cabinet.test.mssante.fr"
OK, GONE, FULL = (f"{name}@labo.test.mssante.fr" for name in ("ok", "parti", "plein"))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TestAuthority:
    return TestAuthority(tmp_path_factory.mktemp("pki"))


class Sender:
    def __init__(self, authority: TestAuthority) -> None:
        self._authority, self._server = authority, authority.server()

    async def __call__(
        self,
        *scripts: Script,
        to: Sequence[str] = (OK,),
        content: bytes | None = None,
        login: Bearer | None = None,
        report: Report | None = None,
    ) -> SubmissionAnswer:
        mail = content or message(sender=SENDER)
        sent = Submission(sender=SENDER, recipients=tuple(to), content=mail, report=report)
        async with scripted(*scripts, implicit=self._server) as server:
            tls = MailTls(self._authority.context(), revocation=None)
            with anyio.fail_after(20):
                return await submit(server, tls=tls, login=login or bearer(), submission=sent, limits=LIMITS)


@pytest.fixture
def send(authority: TestAuthority) -> Sender:
    return Sender(authority)


async def envelope(peer: Peer, *answers: bytes) -> None:
    await peer.exchange((b"MAIL FROM:", b"250 2.1.0 ok"), *((b"RCPT TO:", answer) for answer in answers))


async def data(peer: Peer) -> list[bytes]:
    """Hear the message up to its final dot."""
    await peer.exchange((b"DATA", b"354 go"))
    lines = []
    while (line := await peer.line()) != b".":
        lines.append(line)
    return lines


@pytest.mark.parametrize("offered", [(), (b"PIPELINING",)])
async def test_a_refused_recipient_stops_nobody_and_who_is_full_is_tried_alone(send, offered) -> None:
    kept = message(sender=SENDER, body=".\r\n..deux")
    messages: list[list[bytes]] = []
    recipients: list[bytes] = []

    async def first(peer: Peer) -> None:
        await smtp_logged_in(peer, *offered)
        await envelope(peer, b"250 2.1.5", b"550 5.1.1 inconnu", b"452 4.2.2 boite pleine")
        messages.append(await data(peer))
        await peer.say(b"250 2.0.0")
        await peer.expect(b"QUIT")

    async def second(peer: Peer) -> None:
        peer.heard = recipients
        await smtp_logged_in(peer, *offered)
        await envelope(peer, b"250 2.1.5")
        messages.append(await data(peer))
        await peer.say(b"250 2.0.0")
        await peer.expect(b"QUIT")

    answer = await send(first, to=(OK, GONE, FULL), content=kept)
    assert [r.address for r in answer.of(RecipientState.ACCEPTED)] == [OK]
    assert [(r.address, r.reply, r.enhanced) for r in answer.of(RecipientState.REFUSED)] == [(GONE, 550, "5.1.1")]
    again = [r.address for r in answer.of(RecipientState.RETRY)]
    await send(second, to=again, content=kept)
    assert [line for line in recipients if line.startswith(b"RCPT")] == [f"RCPT TO:<{FULL}>".encode()]
    assert messages[0] == messages[1]
    assert messages[0][-2:] == [b"..", b"...deux"]


async def test_the_whole_message_refused_is_told_of_each_recipient_that_was_taken(send) -> None:
    async def script(peer: Peer) -> None:
        await smtp_logged_in(peer)
        await envelope(peer, b"250 ok", b"550 5.1.1 no")
        await data(peer)
        await peer.say(b"451 4.3.0 later")
        await peer.line()

    answer = await send(script, to=(OK, GONE))
    assert [(r.state, r.reply) for r in answer.recipients] == [
        (RecipientState.RETRY, 451),
        (RecipientState.REFUSED, 550),
    ]
    assert answer.receipt == ""


async def test_nobody_taken_sends_no_message(send) -> None:
    heard: list[bytes] = []

    async def script(peer: Peer) -> None:
        peer.heard = heard
        await smtp_logged_in(peer)
        await envelope(peer, b"550 5.1.1 no")
        await peer.line()

    answer = await send(script)
    assert answer.recipients[0].state is RecipientState.REFUSED
    assert b"DATA" not in heard


async def test_no_answer_after_the_final_dot_leaves_the_outcome_open(send) -> None:
    async def script(peer: Peer) -> None:
        await smtp_logged_in(peer)
        await envelope(peer, b"250 ok")
        await data(peer)

    with pytest.raises(OutcomeUnknown):
        await send(script)


@pytest.mark.parametrize("answer", [b"hello", b"354 again"])
async def test_an_answer_after_the_final_dot_that_is_none_leaves_the_outcome_open(send, answer) -> None:
    async def script(peer: Peer) -> None:
        await smtp_logged_in(peer)
        await envelope(peer, b"250 ok")
        await data(peer)
        await peer.say(answer)

    with pytest.raises(OutcomeUnknown):
        await send(script)


async def test_a_server_that_closes_with_421_after_the_final_dot_took_nothing(send) -> None:
    async def script(peer: Peer) -> None:
        await smtp_logged_in(peer)
        await envelope(peer, b"250 ok")
        await data(peer)
        await peer.say(b"421 4.3.2 closing")

    assert (await send(script)).recipients[0].state is RecipientState.RETRY


@pytest.mark.parametrize("cut", [b"EHLO", b"MAIL", b"RCPT", b"DATA"])
async def test_a_connection_cut_before_the_final_dot_sent_nothing(send, cut) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"220 hello")
        if cut == b"EHLO":
            return
        await ehlo(peer)
        await peer.exchange((b"AUTH", b"235 ok"))
        await ehlo(peer)
        while not (await peer.line()).startswith(cut):
            await peer.say(b"250 ok")

    with pytest.raises(ServiceUnavailable):
        await send(script)


async def test_a_server_that_is_lost_in_leave_taking_changes_nothing(send) -> None:
    async def script(peer: Peer) -> None:
        await smtp_logged_in(peer)
        await envelope(peer, b"250 ok")
        await data(peer)
        await peer.say(b"250 2.0.0 taken")

    assert (await send(script)).receipt == "2.0.0 taken"


@pytest.mark.parametrize("ending", ["reply", "drop", "421"])
@pytest.mark.parametrize("direct", [True, False])
async def test_the_challenge_of_a_refused_token_is_answered_by_an_empty_line(send, ending, direct) -> None:
    heard: list[bytes] = []

    async def script(peer: Peer) -> None:
        peer.heard = heard
        await smtp_hello(peer)
        await peer.expect(b"AUTH XOAUTH2")
        if not direct:
            await peer.say(b"334 ")
            await peer.line()
        await peer.say(b"334 " + CHALLENGE)
        if ending == "drop":
            return
        await peer.line()
        await peer.say(b"535 5.7.8 no" if ending == "reply" else b"421 4.7.0 too many")

    with pytest.raises(MssAuthRefused):
        await send(script, login=bearer(initial_response=direct))
    if ending != "drop":
        assert heard[-1] == b""


async def test_an_oauthbearer_challenge_is_answered_by_its_own_word(send) -> None:
    heard: list[bytes] = []

    async def script(peer: Peer) -> None:
        peer.heard = heard
        await smtp_hello(peer)
        await peer.exchange((b"AUTH OAUTHBEARER", b"334 " + CHALLENGE), (b"AQ==", b"535 5.7.8 no"))

    with pytest.raises(MssAuthRefused):
        await send(script, login=bearer(mechanism="OAUTHBEARER"))
    assert heard[-1] == b"AQ=="


async def test_a_token_too_long_for_a_command_goes_after_the_go_ahead(send) -> None:
    login = bearer("t" * 600)

    async def script(peer: Peer) -> None:
        await smtp_hello(peer)
        assert await peer.line() == b"AUTH XOAUTH2"
        await peer.say(b"334 ")
        assert base64.b64decode(await peer.line()) == login.response()
        await peer.say(b"235 ok")
        await ehlo(peer)
        await envelope(peer, b"250 ok")
        await data(peer)
        await peer.say(b"250 ok")

    assert (await send(script, login=login)).of(RecipientState.ACCEPTED)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"454 4.7.0 not now", MssBusy),
        (b"535 5.7.8 no", MssAuthRefused),
        (b"534 5.7.9 no", MssAuthRefused),
        (b"504 5.5.4 unknown", MssServerRefused),
    ],
)
async def test_a_refusal_to_log_in_is_told_from_not_now(send, answer, told) -> None:
    async def script(peer: Peer) -> None:
        await smtp_hello(peer)
        await peer.exchange((b"AUTH", answer))
        await peer.line()

    with pytest.raises(told):
        await send(script)


@pytest.mark.parametrize(("offered", "report"), [((), Report()), ((b"DSN",), None)])
async def test_no_report_is_announced_that_was_not_asked_for_or_is_not_made(send, offered, report) -> None:
    async def script(peer: Peer) -> None:
        await smtp_logged_in(peer, *offered)
        await envelope(peer, b"250 ok")
        await data(peer)
        await peer.say(b"250 ok")

    assert not (await send(script, report=report)).reported


async def test_a_mechanism_that_is_not_offered_is_not_tried(send) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"220 hello")
        await peer.expect(b"EHLO")
        await peer.say(b"250-essai", b"250 AUTH PLAIN")
        await peer.line()

    with pytest.raises(ProtocolViolation):
        await send(script)


async def test_a_size_refused_at_mail_is_told_as_size(send) -> None:
    async def script(peer: Peer) -> None:
        await smtp_logged_in(peer, b"SIZE")
        await peer.exchange((b"MAIL", b"552 5.3.4 too large"))
        for _ in range(2):
            await peer.line()
            await peer.say(b"503 5.5.1 no")

    with pytest.raises(MssTooLarge):
        await send(script)


@pytest.mark.parametrize(("answer", "told"), [(b"451 4.3.0 x", MssBusy), (b"550 5.7.1 x", MssServerRefused)])
async def test_a_refused_sender_is_told(send, answer, told) -> None:
    async def script(peer: Peer) -> None:
        await smtp_logged_in(peer)
        await peer.exchange((b"MAIL", answer), (b"RCPT", b"503 5.5.1 no"))
        await peer.line()

    with pytest.raises(told):
        await send(script)


async def test_an_eight_bit_message_goes_only_where_it_is_taken(send) -> None:
    async def script(peer: Peer) -> None:
        await smtp_logged_in(peer)
        await peer.line()

    with pytest.raises(ProtocolViolation):
        await send(script, content=message(body="é", sender=SENDER))


@pytest.mark.parametrize("greeting", [b"421 4.3.2 busy", b"554 5.3.2 no", b"* OK this is IMAP"])
async def test_a_greeting_that_is_none_is_told(send, greeting) -> None:
    with pytest.raises((MssBusy, MssServerRefused, ProtocolViolation)):
        await send(lambda peer: peer.say(greeting))
