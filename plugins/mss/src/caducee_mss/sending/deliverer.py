"""The lanes of secure mail: written once, sent as often as needed under the same Message-ID."""

from __future__ import annotations

import msgspec

from caducee.contracts.delivery import Envelope, Receipt
from caducee.contracts.plugin import PluginContext
from caducee.sharing.fact_kind import FactKind
from caducee_mss.config import MssConfig
from caducee_mss.errors import SERVICE, MssBusy, MssServerRefused
from caducee_mss.history import What, add_step, step, steps_of
from caducee_mss.letters import keep_letter
from caducee_mss.post import Post
from caducee_mss.sending.copies import keep_copy
from caducee_mss.sending.writing import Writer, Written, refuse_unreachable
from caducee_mss.sent import Sent, keep_sent
from caducee_mss.smtp import RecipientState, Report, Submission, SubmissionAnswer

_TAKEN = frozenset({What.ARRIVED, What.DELAYED, What.RETURNED, What.DISPLAYED, What.INTEGRATED, What.REFUSED})
_CAME_BACK = frozenset({What.RETURNED, What.REFUSED})
_LOOKS, _BETWEEN_LOOKS = 6, 5.0


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """What ``send`` needs: kept with the delivery, so that a resend is the same bytes."""

    box: str
    sender: str
    recipient: str
    message_id: str
    content: bytes


class MailDeliverer:
    """Serves ``Correspondent`` and ``PatientMail``."""

    def __init__(self, context: PluginContext, post: Post, writer: Writer) -> None:
        self._context = context
        self._post = post
        self._writer = writer
        config: MssConfig = context.config
        self._keeps_letters = config.keep_letters

    async def prepare(self, envelope: Envelope) -> bytes:
        """Write the mail, once.

        Raises:
            MailInvalid, MssTooLarge: nothing was sent.
            MssOutside: the recipient is outside the trust space.
            NoMailbox: writing to this patient was stopped.
            ConfigError: the author has no box.
        """
        written = await self._writer.write(envelope)
        async with self._context.state.transaction() as tx:
            await keep_sent(tx, _sent(written, envelope))
            if self._keeps_letters:
                await keep_letter(tx, written.message_id, written.content)
            await add_step(tx, written.message_id, step(self._context.clock, What.WRITTEN, by=envelope.author))
        return msgspec.msgpack.encode(_prepared(written))

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:
        """Hand it to the operator. ``delivered`` means that the operator has taken it.

        Raises:
            MssRecipientRefused: for good.
            MssBusy: not now; nothing was taken.
            NoMailbox, MailboxClosed: writing to this patient was stopped since it was written.
            SessionExpired, OutcomeUnknown, ServiceError: as ``smtp.submit``.
        """
        mail = msgspec.msgpack.decode(prepared, type=Prepared)
        await refuse_unreachable(self._context.state, mail.recipient)
        return await send(self._context, self._post, mail, envelope_id=envelope.delivery_id)

    async def probe(self, envelope: Envelope, prepared: bytes) -> Receipt | None:  # noqa: ARG002 - the mail says all
        """Look for a report of it, then for its Message-ID among the sent mails of the box.

        When an operator sends no report and keeps no copy the answer is "not there": the mail then leaves again under
        the same Message-ID and with the same document, which its reader recognises.
        """
        mail = msgspec.msgpack.decode(prepared, type=Prepared)
        return await probe(self._context, self._post, mail, reopens=True)


class PlainDeliverer:
    """Serves ``PlainMail``: answers and receipts that the plugin wrote."""

    def __init__(self, context: PluginContext, post: Post) -> None:
        self._context = context
        self._post = post

    async def prepare(self, envelope: Envelope) -> bytes:
        """Return the mail as it was written."""
        return envelope.document

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:
        """Hand it to the operator; errors as those of a document."""
        mail = msgspec.msgpack.decode(prepared, type=Prepared)
        receipt = await send(self._context, self._post, mail, envelope_id=envelope.delivery_id)
        await self._note_sent(prepared)
        return receipt

    async def probe(self, envelope: Envelope, prepared: bytes) -> Receipt | None:  # noqa: ARG002
        """Look for its Message-ID among the sent mails of the box."""
        mail = msgspec.msgpack.decode(prepared, type=Prepared)
        receipt = await probe(self._context, self._post, mail, reopens=False)
        if receipt is not None:
            await self._note_sent(prepared)
        return receipt

    async def _note_sent(self, prepared: bytes) -> None:
        """Note a letter or an answer for the practice's figures, by its name: one asked about again counts once."""
        written = msgspec.msgpack.decode(prepared, type=Written)
        if written.is_receipt:
            return
        code = "patient" if written.to_patient else "professional"
        async with self._context.state.transaction() as tx:
            await tx.note(FactKind.MAIL, code=code, local_id=written.message_id)


async def send(context: PluginContext, post: Post, mail: Prepared, *, envelope_id: str) -> Receipt:
    """Submit a mail and note what the operator said."""
    submission = Submission(
        sender=mail.sender, recipients=(mail.recipient,), content=mail.content, report=Report(envelope_id=envelope_id)
    )
    try:
        answer = await post.submit(mail.box, submission)
    except MssServerRefused:
        if mail.sender:
            raise
        # A notification has an empty return path (RFC 8098); an operator that lets senders use their own address only
        # is given that one: what is marked as automatic is not answered either.
        own = msgspec.structs.replace(submission, sender=post.box(mail.box).address)
        answer = await post.submit(mail.box, own)
    _raise_unless_taken(answer)
    async with context.state.transaction() as tx:
        await add_step(tx, mail.message_id, step(context.clock, What.SENT, text=answer.receipt))
        if post.box(mail.box).receive:
            await keep_copy(tx, box=mail.box, message_id=mail.message_id, content=mail.content)
    return _receipt(context, post, mail, answer)


async def probe(context: PluginContext, post: Post, mail: Prepared, *, reopens: bool) -> Receipt | None:
    """Look for what tells that the operator has taken this mail: a report, a receipt, the copy among the sent mails.

    A report that was asked for is waited for a moment: a second sending that can be spared is worth it. ``reopens``
    says that a return opens the delivery again: what is asked about is then a later sending, of which neither the
    reports from before the return nor a copy say anything.
    """
    for left in reversed(range(_LOOKS)):
        steps = await steps_of(context.state, mail.message_id)
        returned = max((at for at, one in enumerate(steps, 1) if one.what in _CAME_BACK), default=0) if reopens else 0
        if any(one.what in _TAKEN for one in steps[returned:]):
            return _receipt(context, post, mail, None)
        if left and post.box(mail.box).receive:
            await context.clock.sleep(_BETWEEN_LOOKS)
    if returned:
        return None
    async with post.opened(mail.box) as session:
        folder = await session.box_for("\\Sent")
        if folder is None:
            return None
        await session.open_box(folder)
        if not await session.search_message_id(mail.message_id):
            return None
    return _receipt(context, post, mail, None)


def _raise_unless_taken(answer: SubmissionAnswer) -> None:
    (recipient,) = answer.recipients
    if recipient.state is RecipientState.REFUSED:
        raise recipient.refusal()
    if recipient.state is RecipientState.RETRY:
        code = f"{recipient.reply} {recipient.enhanced}".strip()
        raise MssBusy(SERVICE, "the recipient is refused for now", service_code=code, service_text=recipient.text)


def _receipt(context: PluginContext, post: Post, mail: Prepared, answer: SubmissionAnswer | None) -> Receipt:
    box = post.box(mail.box)
    unreported = answer is not None and not answer.reported
    return Receipt(
        service=SERVICE,
        at=context.clock.now().strftime("%Y%m%d%H%M%S"),
        mode="CERTIFICAT" if box.kind == "application" else "PSC",
        reference=mail.message_id,
        found_by_probe=answer is None,
        warnings=("L'opérateur ne rend pas compte de l'arrivée.",) if unreported else (),
    )


def _prepared(written: Written) -> Prepared:
    return Prepared(
        box=written.box,
        sender=written.sender,
        recipient=written.recipient,
        message_id=written.message_id,
        content=written.content,
    )


def _sent(written: Written, envelope: Envelope) -> Sent:
    return Sent(
        message_id=written.message_id,
        box=written.box,
        recipient=written.recipient,
        thread=written.message_id,
        delivery_id=envelope.delivery_id,
        document_id=envelope.document_id,
        original=written.original,
        to_patient=written.to_patient,
        local_id=written.local_id,
    )
