"""Secure mail, as the practice's software asks for it."""

from __future__ import annotations

from collections.abc import Sequence

import anyio.to_thread

from caducee.contracts.directory import Mailbox
from caducee.contracts.inbox import InboxItem
from caducee.contracts.plugin import PluginContext
from caducee.contracts.state import PluginTransaction
from caducee.errors import PatientOpposed
from caducee.model.patient import Patient
from caducee.model.permissions import Verb, require
from caducee.model.practice import Actor, ActorKind
from caducee.sharing.opposition import Scope
from caducee_mss.api import BoxStatus, Incoming, ThreadLine, incoming
from caducee_mss.config import MssConfig
from caducee_mss.history import What, add_step, step, steps_of
from caducee_mss.letters import keep_letter, note_patient
from caducee_mss.message import IntegrationOutcome
from caducee_mss.reading import Mail, Proposal, read_mail
from caducee_mss.receiving.filing import note_filed, proposal
from caducee_mss.receiving.received import ReceivedMail, received_in
from caducee_mss.receiving.watch import Watch
from caducee_mss.sending.alternatives import other_boxes
from caducee_mss.sending.refusals import FirstMessageByProfessional
from caducee_mss.sending.unreachable import write_again
from caducee_mss.sending.writing import Writer
from caducee_mss.sent import Sent, sent_as, sent_for
from caducee_mss.shared_box.box import SharedBox
from caducee_mss.shared_box.claims import Standing, standing


class MailService:
    """The ``Mail`` of one installation."""

    def __init__(self, context: PluginContext, *, watches: Sequence[Watch], shared: SharedBox, writer: Writer) -> None:
        self._context = context
        self._watches = watches
        self._shared = shared
        self._writer = writer

    def boxes(self) -> tuple[BoxStatus, ...]:
        """Return the boxes and whether each is being read."""
        return tuple(watch.status for watch in self._watches)

    async def timeline(self, thread: str) -> tuple[ThreadLine, ...]:
        """Return a conversation, oldest first."""
        sent = [await self._sent_line(one) for one in await sent_for(self._context.state, thread=thread)]
        received = [
            await self._received_line(one) for one in await received_in(self._context.state, thread) if not one.report
        ]
        return tuple(sorted((*sent, *received), key=lambda line: line.steps[0].at if line.steps else ""))

    async def of_document(self, document_id: str) -> tuple[ThreadLine, ...]:
        """Return the mails that carried a document."""
        found = await sent_for(self._context.state, document=document_id)
        return tuple([await self._sent_line(one) for one in found])

    async def standing(self, key: str) -> Standing:
        """Return who has a received mail in hand."""
        return standing(await steps_of(self._context.state, key), self._context.clock.now())

    async def claim(self, key: str, *, acting: Actor) -> Standing:
        """Take a received mail in hand."""
        require(acting, Verb.FILE_MAIL)
        return await self._shared.claim(key, who=acting.named)

    async def let_go(self, key: str, *, acting: Actor) -> None:
        """Put it back for the others."""
        require(acting, Verb.FILE_MAIL)
        await self._shared.let_go(key, who=acting.named)

    async def read_by(self, key: str, *, acting: Actor) -> None:
        """Note who has read it."""
        require(acting, Verb.FILE_MAIL)
        await self._shared.read(key, who=acting.named)

    async def propose(self, item: InboxItem) -> Proposal:
        """Say where each document would be filed and why."""
        return await proposal(self._context, await _read(incoming(item.content)))

    async def filed(self, item: InboxItem, *, outcome: IntegrationOutcome, acting: Actor, local_id: str = "") -> None:
        """Note that it is filed, and let the integration receipt leave."""
        require(acting, Verb.FILE_MAIL)
        mail = incoming(item.content)
        read = await _read(mail) if local_id and outcome.code is None else None

        async def more(tx: PluginTransaction) -> None:
            if read is not None:
                await note_filed(tx, self._context.state, read, local_id=local_id)
                await self._note_letter(tx, mail, local_id=local_id, acting=acting)
            if receipt is not None:
                await self._writer.hand_over(tx, receipt)

        receipt = await self._writer.integration_receipt(mail, outcome)
        await self._shared.filed(mail.key, who=acting.named, code=str(outcome.code or ""), more=more)

    async def read_receipt(self, item: InboxItem, *, acting: Actor) -> bool:
        """Tell the sender that a person has read the mail."""
        require(acting, Verb.WRITE_MAIL)
        written = await self._writer.read_receipt(incoming(item.content))
        if written is None:
            return False
        if await sent_as(self._context.state, written.message_id) is None:
            async with self._context.state.transaction() as tx:
                await self._writer.hand_over(tx, written)
                await tx.audit("mail.read_receipt", actor=acting.named, detail=written.message_id)
        return True

    async def alternatives(self, document_id: str) -> tuple[Mailbox, ...]:
        """Return other boxes of the owners of the addresses that a document came back from."""
        returned = [
            sent
            for sent in await sent_for(self._context.state, document=document_id)
            if any(one.what is What.RETURNED for one in await steps_of(self._context.state, sent.message_id))
        ]
        return await other_boxes(self._context, [sent.original or sent.recipient for sent in returned])

    async def answer(self, item: InboxItem, text: str, *, acting: Actor, closes_exchange: bool = False) -> str:
        """Answer a received mail in its thread."""
        require(acting, Verb.WRITE_MAIL)
        mail = incoming(item.content)
        written = await self._writer.answer(mail, text, closes_exchange=closes_exchange)
        if await sent_as(self._context.state, written.message_id) is None:
            await self._shared.answered(mail.key, who=acting.named, answer=written)
        return written.message_id

    async def write(
        self, *, author: str, to: str | Patient, subject: str, text: str, key: str, acting: Actor, closes: bool = False
    ) -> str:
        """Begin a conversation without a document."""
        require(acting, Verb.WRITE_MAIL)
        if isinstance(to, Patient):
            if acting.kind not in (ActorKind.DOCTOR, ActorKind.REPLACEMENT):
                raise FirstMessageByProfessional
            if await self._context.oppositions.standing(to.local_id, Scope.PATIENT_MAIL) is not None:
                raise PatientOpposed(Scope.PATIENT_MAIL)
        written = await self._writer.plain(
            author=author, to=to, subject=subject, text=text, key=key, closes_exchange=closes
        )
        if await sent_as(self._context.state, written.message_id) is not None:
            return written.message_id
        async with self._context.state.transaction() as tx:
            await self._writer.hand_over(tx, written)
            await add_step(tx, written.message_id, step(self._context.clock, What.WRITTEN, by=acting.named))
            await tx.audit("mail.write", actor=acting.named, subject=written.local_id, detail=written.message_id)
        return written.message_id

    async def write_again(self, patient: Patient, *, acting: Actor) -> None:
        """Say that this patient can be written to again."""
        require(acting, Verb.WRITE_MAIL)
        address = self._writer.patient_address(patient)
        async with self._context.state.transaction() as tx:
            await write_again(tx, address)
            await tx.audit("mail.write_again", actor=acting.named, subject=patient.local_id)

    async def _note_letter(self, tx: PluginTransaction, mail: Incoming, *, local_id: str, acting: Actor) -> None:
        await note_patient(tx, self._context.state, key=mail.key, thread=mail.thread, local_id=local_id)
        config: MssConfig = self._context.config
        if config.keep_letters:
            await keep_letter(tx, mail.key, mail.content)
        await tx.audit("mail.filed_in", actor=acting.named, subject=local_id, detail=mail.key)

    async def _sent_line(self, sent: Sent) -> ThreadLine:
        return ThreadLine(
            message_id=sent.message_id,
            key=sent.message_id,
            box=sent.box,
            sent=True,
            steps=await steps_of(self._context.state, sent.message_id),
            document_id=sent.document_id,
            to_patient=sent.to_patient,
        )

    async def _received_line(self, received: ReceivedMail) -> ThreadLine:
        return ThreadLine(
            message_id=received.message_id,
            key=received.key,
            box=received.box,
            sent=False,
            steps=await steps_of(self._context.state, received.key),
        )


async def _read(mail: Incoming) -> Mail:
    return await anyio.to_thread.run_sync(read_mail, mail.content)
