"""What becomes of one message that arrived: an item of the inbox, and steps of the mail it is about."""

from __future__ import annotations

import hashlib
import re

import anyio.to_thread
import msgspec

from caducee.contracts.plugin import PluginContext
from caducee.contracts.state import PluginTransaction, Received
from caducee_mss.api import Incoming
from caducee_mss.config import MssConfig
from caducee_mss.history import Step, What, add_step, step
from caducee_mss.imap import Arrived
from caducee_mss.reading import Domains, Mail, MailKind, MailUnreadable, read_mail
from caducee_mss.receiving.received import ReceivedMail, keep_received, received_as
from caducee_mss.receiving.returns import Consequence, consequence
from caducee_mss.sending.unreachable import Unreachable, stop_writing
from caducee_mss.sent import Sent, sent_as, sent_for

_BODY = re.compile(rb"\r?\n\r?\n")
_KINDS = {MailKind.PATIENT: "patient_mail", MailKind.PROFESSIONAL: "mail", MailKind.ORDINARY: "mail"}
REPORT, TOO_LARGE = "mail_report", "mail_too_large"


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """All that one message leads to, kept in one transaction with the place the box was read up to.

    ``known`` says that it arrived before: the same message, delivered twice by its operator.
    """

    item: Received
    mail: ReceivedMail
    arrived: Step
    known: bool
    about: Sent | None = None
    consequence: Consequence | None = None


class Arrivals:
    """Reads messages and keeps what they lead to."""

    def __init__(self, context: PluginContext) -> None:
        config: MssConfig = context.config
        self._context = context
        self._domains = Domains(patients=(config.patient_domain,))

    async def of(self, box: str, arrived: Arrived) -> Arrival:
        """Read one message; nothing is kept yet."""
        read = await anyio.to_thread.run_sync(self._read, arrived.content)
        about = await self._about(read)
        result = consequence(read, about) if read is not None else None
        incoming = _incoming(box, arrived, read, about)
        kind = TOO_LARGE if arrived.content is None else _KINDS.get(read.kind, REPORT) if read else "mail"
        known = await received_as(self._context.state, incoming.key)
        mail = ReceivedMail(
            key=incoming.key,
            box=box,
            folder=arrived.place.box,
            uidvalidity=arrived.place.uidvalidity,
            uid=arrived.uid,
            message_id=incoming.message_id,
            thread=incoming.thread,
            report=kind == REPORT,
            open=known is None or known.open,
            local_id=known.local_id if known is not None else "",
        )
        return Arrival(
            item=Received(key=incoming.key, kind=kind, content=msgspec.json.encode(incoming)),
            mail=mail,
            arrived=step(self._context.clock, What.RECEIVED, message_id=incoming.message_id),
            known=known is not None,
            about=about,
            consequence=result,
        )

    async def keep(self, tx: PluginTransaction, arrival: Arrival) -> None:
        """Keep all of it in a transaction; of a message that was known before only the new place is kept."""
        await keep_received(tx, arrival.mail)
        if arrival.known:
            return
        await tx.receive(arrival.item)
        await add_step(tx, arrival.mail.key, arrival.arrived)
        await tx.audit("mail.received", actor="automaton:mss", detail=arrival.mail.key)
        if arrival.about is not None and arrival.consequence is not None:
            await self._follow(tx, arrival.about, arrival.consequence, told_by=arrival.mail.message_id)

    async def _follow(self, tx: PluginTransaction, about: Sent, result: Consequence, *, told_by: str) -> None:
        one = step(self._context.clock, result.what, code=result.code, text=result.text, message_id=told_by)
        await add_step(tx, about.message_id, one)
        if result.returned and about.delivery_id:
            await tx.returned(
                about.delivery_id,
                why=result.returned,
                code=f"mss.{result.cause}",
                service_code=result.code,
                service_text=result.text,
            )
            await tx.event("returned", reference=about.delivery_id, code=f"mss.{result.cause}")
        if result.stops:
            since = self._context.clock.now().isoformat(timespec="seconds")
            await stop_writing(tx, about.recipient, Unreachable(why=result.stops, since=since, code=result.code))

    def _read(self, content: bytes | None) -> Mail | None:
        try:
            return read_mail(content, domains=self._domains) if content is not None else None
        except MailUnreadable:
            return None
        except Exception as error:  # noqa: BLE001 - anybody may write: no mail may stop the box it lies in
            self._context.log.warning("a mail was not read: %s", type(error).__name__)
            return None

    async def _about(self, read: Mail | None) -> Sent | None:
        """Return the mail of ours that a report, a receipt or an answer is about."""
        if read is None:
            return None
        if read.envelope_id:
            found = await sent_for(self._context.state, delivery=read.envelope_id)
            if found:
                return found[-1]
        for message_id in _about_which(read):
            sent = await sent_as(self._context.state, message_id) if message_id else None
            if sent is not None:
                return sent
        return None


def _about_which(read: Mail) -> tuple[str, ...]:
    """Return the mails it may be about, the likeliest first.

    A report that names its mail is about that one alone, and one that names none about the last of its thread: another
    software may have written the mails that follow ours.
    """
    original = read.receipt.original_message_id if read.receipt else read.original_message_id
    if read.kind in _KINDS:
        return (read.in_reply_to, *reversed(read.references))
    return (original,) if original else (read.in_reply_to, *read.references[-1:])


def _incoming(box: str, arrived: Arrived, read: Mail | None, about: Sent | None) -> Incoming:
    message_id = read.message_id if read else ""
    before = read.thread[0] if read and read.thread else message_id
    received = arrived.received.isoformat() if arrived.received else ""
    return Incoming(
        key=key_of(box, arrived),
        box=box,
        folder=arrived.place.box,
        uidvalidity=arrived.place.uidvalidity,
        uid=arrived.uid,
        received=received,
        message_id=message_id,
        thread=about.thread if about else before,
        content=arrived.content or b"",
        answers=about.document_id if about else "",
    )


def key_of(box: str, arrived: Arrived) -> str:
    """Return what tells a message from all others of a box: its Message-ID and what it holds.

    A message that its operator delivers twice differs in the lines of its way only; another one that borrows a
    Message-ID holds something else.
    """
    parts = _BODY.split(arrived.content or b"", maxsplit=1)
    body = hashlib.sha256(parts[-1]).hexdigest()[:16]
    return f"{box}:{arrived.fingerprint}:{body}"
