"""``RecordKeeper`` of secure mail: the letters of a patient, with all that happened to each."""

from __future__ import annotations

import email.policy
from email.errors import MessageError
from email.parser import BytesHeaderParser

import anyio.to_thread
import msgspec

from caducee.contracts.portability import KeptDocument, KeptRecord
from caducee.contracts.state import PluginTransaction, State
from caducee.errors import RecordUnreadable
from caducee_mss.history import Step, add_step, steps_of
from caducee_mss.letters import keep_letter, letter
from caducee_mss.receiving.received import ReceivedMail, keep_received, received_about, received_as
from caducee_mss.sent import Sent, keep_sent, sent_as, sent_for

_MAIL = "message/rfc822"


class CarriedMail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is known of a mail beside its bytes: ``sent`` or ``received``, and every step of its life.

    Receipts, reports and returns are steps. ``open`` and the practice's own identifier of the patient stay behind.
    """

    steps: tuple[Step, ...]
    sent: Sent | None = None
    received: ReceivedMail | None = None

    @property
    def key(self) -> str:
        """The name of the mail: its Message-ID when it was sent."""
        return self.sent.message_id if self.sent is not None else self.received.key if self.received else ""


class MailKeeper:
    """Gives the letters of a patient, sent and received, and takes them in."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def give(self, local_id: str) -> KeptRecord:
        """Return what is kept of a patient, oldest first."""
        carried = [await self._sent(one) for one in await sent_for(self._state, patient=local_id)]
        carried += [await self._received(one) for one in await received_about(self._state, local_id)]
        carried.sort(key=lambda one: (one.steps[0].at if one.steps else "", one.key))
        return KeptRecord(documents=tuple([await self._document(one) for one in carried]))

    async def take(self, local_id: str, kept: KeptRecord) -> None:
        """Keep what was given, and send nothing. A mail that is known here keeps its own life, and is the patient's."""
        for one, mail in [(one, _read(one)) for one in kept.documents]:
            async with self._state.transaction() as tx:
                await self._take(tx, mail, local_id, one.content)

    async def _take(self, tx: PluginTransaction, mail: CarriedMail, local_id: str, content: bytes | None) -> None:
        sent = await sent_as(self._state, mail.key) or mail.sent if mail.sent is not None else None
        received = await received_as(self._state, mail.key) or mail.received if mail.received is not None else None
        if sent is not None and not sent.local_id:
            await keep_sent(tx, msgspec.structs.replace(sent, local_id=local_id))
        if received is not None and not received.local_id:
            await keep_received(tx, msgspec.structs.replace(received, local_id=local_id))
        if not await steps_of(self._state, mail.key):
            for one in mail.steps:
                await add_step(tx, mail.key, one)
        if content is not None and await letter(self._state, mail.key) is None:
            await keep_letter(tx, mail.key, content)

    async def _sent(self, sent: Sent) -> CarriedMail:
        steps = await steps_of(self._state, sent.message_id)
        return CarriedMail(sent=msgspec.structs.replace(sent, local_id=""), steps=steps)

    async def _received(self, mail: ReceivedMail) -> CarriedMail:
        steps = await steps_of(self._state, mail.key)
        return CarriedMail(received=msgspec.structs.replace(mail, local_id="", open=False), steps=steps)

    async def _document(self, mail: CarriedMail) -> KeptDocument:
        content = await letter(self._state, mail.key)
        box = mail.sent.box if mail.sent is not None else mail.received.box if mail.received else ""
        return KeptDocument(
            document_id=mail.key,
            holder=box,
            title=await anyio.to_thread.run_sync(_subject, content) if content else "",
            mime_type=_MAIL,
            description=msgspec.json.encode(mail).decode(),
            content=content,
        )


def _read(kept: KeptDocument) -> CarriedMail:
    try:
        mail = msgspec.json.decode(kept.description, type=CarriedMail)
    except msgspec.MsgspecError:
        mail = CarriedMail(steps=())
    if not mail.key or mail.key != kept.document_id:
        raise RecordUnreadable("the part of secure mail was not made by this plugin, or by a newer one")
    return mail


def _subject(content: bytes) -> str:
    try:
        return str(BytesHeaderParser(policy=email.policy.default).parsebytes(content)["Subject"] or "")
    except (MessageError, ValueError, LookupError, IndexError, AttributeError):
        return ""
