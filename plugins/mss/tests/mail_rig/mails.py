"""Messages and sessions for the tests."""

from __future__ import annotations

import uuid

from caducee_mss.imap.session import mailbox
from caducee_mss.smtp import Submission
from caducee_mss.transport import Bearer, External, MailLimits, MailServer, MailTls, Security
from mail_rig.servers.introspection import MOREAU, TOKEN
from mail_rig.servers.operator import Operator
from mail_rig.servers.pki import APPLICATIVE, Issued

LIMITS = MailLimits(connect=10, answer=20, final=20)


def bearer(token: str = TOKEN, *, mechanism: str = "XOAUTH2", initial_response: bool = True) -> Bearer:
    return Bearer(address=MOREAU, token=token, mechanism=mechanism, initial_response=initial_response)


def message(*, body: str = "Bonjour", message_id: str | None = None, sender: str = MOREAU) -> bytes:
    identifier = message_id or f"<{uuid.uuid4()}@medecin.test.mssante.fr>"
    lines = [f"From: <{sender}>", "Subject: essai", f"Message-ID: {identifier}", "X-MSS-NIL: DEV000000", "", body, ""]
    return "\r\n".join(lines).encode()


def submission(*recipients: str, content: bytes | None = None, sender: str = MOREAU) -> Submission:
    return Submission(sender=sender, recipients=recipients or (APPLICATIVE,), content=content or message(sender=sender))


def tls(operator: Operator, shown: Issued | None = None) -> MailTls:
    return MailTls(operator.authority.context(shown), revocation=None)


def place(operator: Operator, port: str) -> MailServer:
    implicit = port in ("imaps", "submissions")
    return MailServer("localhost", operator.ports[port], Security.IMPLICIT if implicit else Security.STARTTLS)


def doctor_box(operator: Operator, *, port: str = "imap", login: Bearer | None = None):
    return mailbox(place(operator, port), tls=tls(operator), login=login or bearer(), limits=LIMITS)


def applicative_box(operator: Operator, shown: Issued | None = None):
    secured = tls(operator, shown or operator.applicative)
    return mailbox(place(operator, "imap"), tls=secured, login=External(), limits=LIMITS)
