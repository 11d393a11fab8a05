"""Submission against Postfix, with the operator's rules."""

from __future__ import annotations

import pytest
from mail_rig.mails import LIMITS, applicative_box, bearer, message, place, submission, tls
from mail_rig.servers.operator import PATIENT, Operator
from mail_rig.servers.pki import APPLICATIVE, CRL_URL, TestAuthority

from caducee.clock import SystemClock
from caducee_mss.errors import MssAuthRefused, MssServerRefused, MssTlsUntrusted, MssTooLarge
from caducee_mss.smtp import RecipientState, Submission, SubmissionAnswer, submit
from caducee_mss.transport import MailTls, NoLogin, RevocationChecker

pytestmark = pytest.mark.anyio
OTHER = "gilles.petit@cabinet.test.mssante.fr"


async def send(operator: Operator, sent, *, port="submission", login=None, shown=None) -> SubmissionAnswer:
    return await submit(
        place(operator, port), tls=tls(operator, shown), login=login or bearer(), submission=sent, limits=LIMITS
    )


@pytest.mark.parametrize("port", ["submission", "submissions"])
@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
@pytest.mark.parametrize("initial_response", [True, False])
async def test_a_token_submits(operator: Operator, port, mechanism, initial_response) -> None:
    login = bearer(mechanism=mechanism, initial_response=initial_response)
    answer = await send(operator, submission(PATIENT), port=port, login=login)
    assert answer.recipients[0].state is RecipientState.ACCEPTED
    assert answer.receipt


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
async def test_a_wrong_token_is_refused(operator: Operator, mechanism) -> None:
    with pytest.raises(MssAuthRefused):
        await send(operator, submission(), login=bearer("faux", mechanism=mechanism))


async def test_each_recipient_has_its_own_outcome(operator: Operator) -> None:
    addresses = (OTHER, "inconnu@cabinet.test.mssante.fr", "plein@cabinet.test.mssante.fr")
    answer = await send(operator, submission(*addresses))
    states = [(r.state, r.reply, r.enhanced) for r in answer.recipients]
    assert states == [
        (RecipientState.ACCEPTED, 250, "2.1.5"),
        (RecipientState.REFUSED, 550, "5.1.1"),
        (RecipientState.RETRY, 452, "4.2.2"),
    ]


async def test_an_address_is_never_in_the_servers_kept_words(operator: Operator) -> None:
    answer = await send(operator, submission("inconnu@patient.test.mssante.fr"))
    assert answer.recipients[0].text
    assert "inconnu" not in answer.recipients[0].text


async def test_somebody_elses_address_is_refused_as_ours_to_explain(operator: Operator) -> None:
    with pytest.raises(MssServerRefused) as refused:
        await send(operator, submission(OTHER, sender=APPLICATIVE))
    assert refused.value.service_code == "553 5.7.1"


async def test_a_notification_leaves_without_return_address(operator: Operator) -> None:
    notification = Submission(sender="", recipients=(OTHER,), content=message())
    assert (await send(operator, notification)).of(RecipientState.ACCEPTED)


async def test_a_certificate_submits_without_log_in(operator: Operator) -> None:
    sent = submission(PATIENT, sender=APPLICATIVE)
    answer = await send(operator, sent, port="applicative", login=NoLogin(), shown=operator.applicative)
    assert answer.of(RecipientState.ACCEPTED)


async def test_no_certificate_is_refused(operator: Operator) -> None:
    with pytest.raises(MssTlsUntrusted):
        await send(operator, submission(sender=APPLICATIVE), port="applicative", login=NoLogin())


async def test_a_self_signed_certificate_is_refused(operator: Operator) -> None:
    with pytest.raises(MssTlsUntrusted):
        await send(operator, submission(), port="applicative", login=NoLogin(), shown=operator.self_signed)


async def test_a_valid_but_unknown_certificate_is_refused(operator: Operator) -> None:
    with pytest.raises(MssServerRefused) as refused:
        await send(operator, submission(), port="applicative", login=NoLogin(), shown=operator.unknown)
    assert refused.value.enhanced == "5.7.1"


async def test_what_is_too_large_never_leaves(operator: Operator) -> None:
    content = message() + b"x" * 70 + b"\r\n"
    content += (b"y" * 76 + b"\r\n") * 340_000
    with pytest.raises(MssTooLarge) as refused:
        await send(operator, submission(OTHER, content=content))
    assert (refused.value.limit, refused.value.size) == (26214400, len(content))


async def test_an_unrelated_authority_is_refused(operator: Operator, tmp_path) -> None:
    other = MailTls(TestAuthority(tmp_path).context(), revocation=None)
    with pytest.raises(MssTlsUntrusted):
        await submit(place(operator, "submission"), tls=other, login=bearer(), submission=submission(), limits=LIMITS)


async def test_the_servers_certificate_is_checked_against_the_list_it_names(operator: Operator) -> None:
    asked: list[str] = []

    async def fetch(url: str) -> bytes:
        asked.append(url)
        return operator.authority.crl()

    checker = RevocationChecker(operator.authority.bundle, fetch=fetch, clock=SystemClock())
    checked = MailTls(operator.authority.context(), revocation=checker)
    for _ in range(2):
        answer = await submit(
            place(operator, "submission"), tls=checked, login=bearer(), submission=submission(), limits=LIMITS
        )
        assert answer.of(RecipientState.ACCEPTED)
    assert asked == [CRL_URL]


async def test_dots_and_accents_arrive_as_they_left(operator: Operator) -> None:
    body = ".\r\n..deux\r\n.suite\r\néà"
    content = message(body=body)
    await send(operator, submission(APPLICATIVE, content=content))
    identifier = content.split(b"Message-ID: ")[1].split(b"\r\n")[0].decode()
    async with applicative_box(operator) as session:
        await session.open_box("INBOX")
        [uid] = await until_there(session, identifier)
        received = await session.content(uid)
    assert received is not None
    assert received.endswith(body.encode() + b"\r\n")


async def until_there(session, identifier: str) -> tuple[int, ...]:
    while not (found := await session.search_message_id(identifier)):
        await session.wait(5)
        await session.open_box("INBOX")
    return found
