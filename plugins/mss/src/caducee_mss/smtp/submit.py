"""From a checked message to the operator's answer, and what is known when the answer does not come."""

from __future__ import annotations

from caducee.errors import CaduceeError, OutcomeUnknown, ProtocolViolation
from caducee_mss.errors import SERVICE, MssBusy, MssServerRefused, MssTooLarge, without_addresses
from caducee_mss.smtp.envelope import Submission, mail_from, rcpt_to, stuffed
from caducee_mss.smtp.outcome import Recipient, RecipientState, SubmissionAnswer
from caducee_mss.smtp.replies import Reply
from caducee_mss.smtp.session import SmtpSession, raise_refused
from caducee_mss.transport.connection import connect
from caducee_mss.transport.login import Login, NoLogin
from caducee_mss.transport.server import MailLimits, MailServer, MailTls

_OWN_NAME = "localhost"  # an address literal or name of the desk would tell the operator more than it needs


async def submit(
    server: MailServer,
    *,
    tls: MailTls,
    login: Login,
    submission: Submission,
    limits: MailLimits | None = None,
) -> SubmissionAnswer:
    """Submit one message and return the operator's answer for each recipient.

    One refused recipient does not stop the others. A message that was taken is never an error, whatever comes after.

    Raises:
        MssMessageMalformed, MssTooLarge: nothing was sent.
        MssAuthRefused: refresh the token and try once more.
        MssTlsUntrusted, MssRevocationUnknown, MssNotSecure: no connection that can be trusted.
        MssServerRefused: the sender or every recipient is refused by the operator's policy.
        MssBusy, ConnectFailed, Timeout, ServiceUnavailable, ProtocolViolation: nothing was taken.
        OutcomeUnknown: the whole message was sent and no answer came; look for its Message-ID before sending again.
    """
    submission.check()
    async with connect(server, tls=tls, limits=limits or MailLimits()) as connection:
        session = SmtpSession(connection, name=_OWN_NAME)
        await session.open()
        if not isinstance(login, NoLogin):
            await session.authenticate(login)
        answer = await _transaction(session, submission, final=connection.limits.final)
        await session.quit()
        return answer


async def _transaction(session: SmtpSession, submission: Submission, *, final: float) -> SubmissionAnswer:
    offered = session.extensions
    if offered.largest is not None and len(submission.content) > offered.largest:
        raise MssTooLarge(offered.largest, len(submission.content))
    if submission.eight_bit and "8BITMIME" not in offered:
        raise ProtocolViolation(SERVICE, "the server takes no 8-bit message")
    recipients = await _envelope(session, submission)
    reported = submission.report is not None and "DSN" in offered
    if not any(r.state is RecipientState.ACCEPTED for r in recipients):
        _raise_policy(recipients)
        return SubmissionAnswer(recipients=recipients)
    reply = await _data(session, submission, final=final)
    settled = tuple(_settle(recipient, reply) for recipient in recipients)
    receipt = without_addresses(reply.text) if reply.positive else ""
    return SubmissionAnswer(recipients=settled, receipt=receipt, reported=reported and reply.positive)


async def _envelope(session: SmtpSession, submission: Submission) -> tuple[Recipient, ...]:
    lines = [rcpt_to(address, submission.report, session.extensions) for address in submission.recipients]
    sender, *replies = await session.commands([mail_from(submission, session.extensions), *lines])
    if not sender.positive and sender.code in (552, 554) and sender.enhanced == "5.3.4":
        raise MssTooLarge(session.extensions.largest or 0, len(submission.content))
    raise_refused(sender, "MAIL")
    return tuple(Recipient.after(address, reply) for address, reply in zip(submission.recipients, replies, strict=True))


async def _data(session: SmtpSession, submission: Submission, *, final: float) -> Reply:
    reply = await session.command(b"DATA\r\n")
    raise_refused(reply, "DATA")
    if reply.code != 354:
        raise ProtocolViolation(SERVICE, f"DATA: unexpected {reply.code}")
    await session.send(stuffed(submission.content))
    try:
        await session.send(b".\r\n")
        reply = await session.reply(within=final)
    except MssBusy:
        return Reply(421, ("4.3.0 the server closed",))
    except CaduceeError as error:
        raise OutcomeUnknown(SERVICE, f"the message was sent, no answer came ({error.code})") from None
    if 300 <= reply.code < 400:
        raise OutcomeUnknown(SERVICE, f"the message was sent, the answer is {reply.code}")
    return reply


def _settle(recipient: Recipient, reply: Reply) -> Recipient:
    """Return what a recipient that was accepted becomes once the message was answered."""
    if recipient.state is not RecipientState.ACCEPTED or reply.positive:
        return recipient
    return Recipient.after(recipient.address, reply)


def _raise_policy(recipients: tuple[Recipient, ...]) -> None:
    """Raise when all are refused for security or policy (X.7.X, RFC 3463, 3.8): that is about us, not about them."""
    if all(r.state is RecipientState.REFUSED and r.enhanced.startswith("5.7.") for r in recipients):
        first = recipients[0]
        code = f"{first.reply} {first.enhanced}"
        raise MssServerRefused("recipients", service_code=code, enhanced=first.enhanced, text=first.text)
