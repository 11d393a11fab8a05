"""What leaves, written: the mail of a document, an answer, a receipt; each once, under an identity of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

import anyio.to_thread
import msgspec

from caducee.contracts.delivery import Envelope
from caducee.contracts.directory import DIRECTORY, Reach
from caducee.contracts.plugin import PluginContext
from caducee.contracts.state import Parcel, PluginTransaction, State
from caducee.errors import CapabilityMissing, InsNotQualified
from caducee.model.codes import Code
from caducee.model.entry import DocumentEntry
from caducee.model.patient import Patient
from caducee.model.practice import Actor
from caducee.wire.xdm import Application
from caducee_mss.api import Incoming
from caducee_mss.config import BoxConfig, MssConfig
from caducee_mss.letters import keep_letter, patient_of
from caducee_mss.message import (
    CorrectionMark,
    IntegrationOutcome,
    Letter,
    Mailbox,
    OutgoingMail,
    ReceiptRefused,
    Receiver,
    SealedDocument,
    SizeLimits,
    compose,
    from_label,
    integration_receipt,
    is_message_id,
    is_patient_address,
    mail_of,
    patient_address,
    read_receipt,
)
from caducee_mss.message.carrying import Submission as Described
from caducee_mss.message.receipts import OutgoingReceipt
from caducee_mss.post import Post
from caducee_mss.reading import Mail, read_mail
from caducee_mss.sending.destination import Correspondent, PatientMail, PlainMail
from caducee_mss.sending.refusals import MailboxClosed, MssOutside, NoMailbox, PatientByIdentity
from caducee_mss.sending.unreachable import unreachable
from caducee_mss.sent import Sent, keep_sent

_TEXT = "Bonjour,\n\nVous trouverez ci-joint le document annoncé dans l'objet de ce message.\n"
_LONGEST_SUBJECT = 300
_MARKS = {"start": CorrectionMark.BEFORE_PREFIX, "end": CorrectionMark.AFTER_PREFIX, "none": None}


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A mail for one recipient, ready to leave. ``sender`` is empty for a notification, which nothing answers.

    ``original`` is the address that the practice asked for, when the mail goes to a gateway. What is ``ordered`` leaves
    in its order within the thread; a receipt holds up no answer. ``local_id`` is the record of the patient it is about,
    empty while nobody said so.
    """

    box: str
    sender: str
    recipient: str
    message_id: str
    thread: str
    content: bytes
    original: str = ""
    to_patient: bool = False
    ordered: bool = True
    local_id: str = ""

    @property
    def is_receipt(self) -> bool:
        """Whether it is a receipt, and no mail that somebody wrote."""
        return not self.ordered


class Writer:
    """Writes from the boxes of this installation."""

    def __init__(self, context: PluginContext, post: Post) -> None:
        self._context = context
        self._config: MssConfig = context.config
        self._post = post

    async def write(self, envelope: Envelope) -> Written:
        """Write the mail of a sealed document for its destination.

        Raises:
            MailInvalid, MssTooLarge, MssOutside, PatientByIdentity, NoMailbox, MailboxClosed, ConfigError: nothing was
                written.
        """
        entry = msgspec.json.decode(envelope.entry, type=DocumentEntry)
        box = self._post.box_of(envelope.author)
        if envelope.kind == PatientMail.kind:
            to_patient = msgspec.json.decode(envelope.destination, type=PatientMail)
            recipient = await self._reachable(self._own_address(entry))
            letter = self._letter(envelope, entry, box, (Mailbox(recipient),), to_patient.text)
            letter = msgspec.structs.replace(letter, closes_exchange=to_patient.closes_exchange)
            return await self._written(envelope, entry, box, letter, to_patient=True)
        to = msgspec.json.decode(envelope.destination, type=Correspondent)
        recipient = await self._allowed(to.address)
        letter = self._letter(envelope, entry, box, (Mailbox(recipient, to.name),), to.text)
        letter = msgspec.structs.replace(letter, read_receipt=to.read_receipt)
        written = await self._written(envelope, entry, box, letter, to_patient=False)
        return msgspec.structs.replace(written, original=to.address if recipient != to.address else "")

    async def answer(self, incoming: Incoming, text: str, *, closes_exchange: bool) -> Written:
        """Write an answer in the thread of a received mail; the same text gives the same Message-ID."""
        read = await anyio.to_thread.run_sync(read_mail, incoming.content)
        to = _answered(read)
        message_id = self._message_id(incoming.box, "answer", incoming.key, text)
        before = tuple(one for one in (*read.thread, read.message_id) if is_message_id(one))
        mail = self._plain(
            incoming.box,
            to=to,
            subject=f"Re: {read.title}"[:_LONGEST_SUBJECT].strip(),
            text=text,
            message_id=message_id,
            in_reply_to=read.message_id if is_message_id(read.message_id) else None,
            references=tuple(dict.fromkeys(before))[-20:],
            closes_exchange=closes_exchange,
        )
        written = self._made(incoming.box, mail, to.address, thread=incoming.thread or message_id)
        about = await patient_of(self._context.state, key=incoming.key, thread=written.thread)
        return msgspec.structs.replace(written, to_patient=self._is_patient(to.address), local_id=about)

    async def plain(
        self, *, author: str, to: str | Patient, subject: str, text: str, key: str, closes_exchange: bool
    ) -> Written:
        """Write a first message without a document.

        Raises:
            MailInvalid, PatientAddressRefused, PatientByIdentity, NoMailbox, MailboxClosed, MssOutside, ConfigError.
        """
        box = self._post.box_of(author)
        if isinstance(to, Patient):
            recipient = await self._reachable(self.patient_address(to))
        else:
            recipient = await self._allowed(to)
        message_id = self._message_id(box, "first", author, key)
        mail = self._plain(
            box,
            to=Mailbox(recipient),
            subject=subject,
            text=text,
            message_id=message_id,
            closes_exchange=closes_exchange,
        )
        written = self._made(box, mail, recipient, thread=message_id)
        local_id = to.local_id if isinstance(to, Patient) else ""
        return msgspec.structs.replace(written, to_patient=isinstance(to, Patient), local_id=local_id)

    async def integration_receipt(self, incoming: Incoming, outcome: IntegrationOutcome) -> Written | None:
        """Write the receipt of an integration; ``None`` when nothing may answer that mail."""
        receiver = self._receiver(incoming, "receipt", str(outcome.code or ""))
        return await self._receipt(
            incoming, receiver, lambda: integration_receipt(incoming.content, outcome, receiver=receiver)
        )

    async def read_receipt(self, incoming: Incoming) -> Written | None:
        """Write the receipt of a reading; ``None`` when none was asked for or may leave."""
        receiver = self._receiver(incoming, "read")
        return await self._receipt(incoming, receiver, lambda: read_receipt(incoming.content, receiver=receiver))

    async def hand_over(self, tx: PluginTransaction, written: Written) -> None:
        """Hand a mail without a document to the outbox."""
        sent = Sent(
            message_id=written.message_id,
            box=written.box,
            recipient=written.recipient,
            thread=written.thread,
            to_patient=written.to_patient,
            local_id=written.local_id,
        )
        await keep_sent(tx, sent)
        if self._config.keep_letters and not written.is_receipt:
            await keep_letter(tx, written.message_id, written.content)
        destination = PlainMail(box=written.box, recipient=written.recipient, message_id=written.message_id)
        parcel = Parcel(
            key=written.message_id,
            kind=PlainMail.kind,
            payload=msgspec.msgpack.encode(written),
            destination=msgspec.json.encode(destination),
            series=written.thread if written.ordered else "",
        )
        await tx.deliver(parcel)

    def patient_address(self, patient: Patient) -> str:
        """Return the address of a patient, from a qualified INS of this environment only."""
        return patient_address(patient, environment=self._context.environment, domain=self._config.patient_domain)

    def _receiver(self, incoming: Incoming, *parts: str) -> Receiver:
        software = self._config.software
        return Receiver(
            mailbox=self._mailbox(self._box(incoming.box)),
            product=f"{software.name} {software.version}",
            nil=self._config.nil,
            message_id=self._message_id(incoming.box, *parts, incoming.key),
            date=self._now(),
        )

    async def _receipt(
        self, incoming: Incoming, receiver: Receiver, write: Callable[[], OutgoingReceipt]
    ) -> Written | None:
        try:
            receipt = await anyio.to_thread.run_sync(write)
        except ReceiptRefused:
            return None
        return Written(
            box=incoming.box,
            sender="" if receipt.is_notification else self._box(incoming.box).address,
            recipient=receipt.recipient,
            message_id=receiver.message_id,
            thread=incoming.thread or receiver.message_id,
            content=receipt.content,
            ordered=False,
        )

    async def _written(
        self, envelope: Envelope, entry: DocumentEntry, box: str, letter: Letter, *, to_patient: bool
    ) -> Written:
        described = self._described(envelope)

        def made() -> bytes:
            documents = (SealedDocument(cda=envelope.document, entry=entry),)
            return compose(mail_of(documents, letter, described), limits=self._limits())

        return Written(
            box=box,
            sender=self._box(box).address,
            recipient=letter.recipients[0].address,
            message_id=letter.message_id,
            thread=letter.message_id,
            content=await anyio.to_thread.run_sync(made),
            to_patient=to_patient,
            local_id=entry.source_patient_id.identifier,
        )

    def _letter(
        self, envelope: Envelope, entry: DocumentEntry, box: str, recipients: tuple[Mailbox, ...], text: str
    ) -> Letter:
        config = self._box(box)
        author = self._context.credentials.practitioner(envelope.author)
        label = config.label or from_label(author, Actor.doctor(envelope.author))
        return Letter(
            sender=Mailbox(config.address, label),
            recipients=recipients,
            text=text or _TEXT,
            nil=self._config.nil,
            message_id=f"<{envelope.delivery_id}@{_domain(config.address)}>",
            date=self._now(),
            reply_to=Mailbox(config.reply_to) if config.reply_to else None,
            correction=_MARKS[self._config.correction_mark] if entry.replaces else None,
        )

    def _described(self, envelope: Envelope) -> Described:
        software = self._config.software
        return Described(
            unique_id=envelope.set_id,
            source_id=self._config.source_id,
            author=self._context.credentials.practitioner(envelope.author),
            application=Application(name=software.name, version=software.version, vendor=software.vendor),
            content_type=Code("07", "1.2.250.1.213.2.2", "Consultation"),
            environment=self._context.environment,
        )

    def _plain(
        self, box: str, *, to: Mailbox, subject: str, text: str, message_id: str, **more: object
    ) -> OutgoingMail:
        config = self._box(box)
        return OutgoingMail(
            sender=self._mailbox(config),
            recipients=(to,),
            subject=subject,
            text=text,
            nil=self._config.nil,
            message_id=message_id,
            date=self._now(),
            reply_to=Mailbox(config.reply_to) if config.reply_to else None,
            **more,  # type: ignore[arg-type]
        )

    def _made(self, box: str, mail: OutgoingMail, recipient: str, *, thread: str) -> Written:
        return Written(
            box=box,
            sender=self._box(box).address,
            recipient=recipient,
            message_id=mail.message_id,
            thread=thread,
            content=compose(mail, limits=self._limits()),
        )

    def _mailbox(self, box: BoxConfig) -> Mailbox:
        if box.label or not box.practitioner:
            return Mailbox(box.address, box.label)
        holder = self._context.credentials.practitioner(box.practitioner)
        acting = Actor.doctor(box.practitioner) if box.kind == "personal" else Actor.automaton("mss")
        return Mailbox(box.address, from_label(holder, acting))

    def _box(self, name: str) -> BoxConfig:
        return self._post.box(name)

    def _limits(self) -> SizeLimits:
        return SizeLimits(patient=self._config.patient_limit, patient_domain=self._config.patient_domain)

    def _now(self) -> datetime:
        return self._context.clock.now()

    def _message_id(self, box: str, *parts: str) -> str:
        digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]
        return f"<{digest}@{_domain(self._box(box).address)}>"

    def _own_address(self, entry: DocumentEntry) -> str:
        """The kernel sealed the INS because it is qualified: nothing else reaches this destination."""
        if entry.patient_id is None:
            raise InsNotQualified("sealed without an INS")
        return f"{entry.patient_id.identifier}@{self._config.patient_domain}"

    def _is_patient(self, address: str) -> bool:
        return is_patient_address(address, self._config.patient_domain)

    async def _reachable(self, address: str) -> str:
        await refuse_unreachable(self._context.state, address)
        return address

    async def _allowed(self, address: str) -> str:
        """Ask the directory's rules; without a directory the operator decides. Never the address of a patient."""
        if self._is_patient(address.strip()):
            raise PatientByIdentity
        try:
            async with self._context.use(DIRECTORY) as directory:
                found = await directory.recipient(address)
        except CapabilityMissing:
            return address
        if found.reach is Reach.REFUSED:
            raise MssOutside(found.suggestion)
        return found.address


async def refuse_unreachable(state: State, address: str) -> None:
    """Write to nobody whose address takes no mail.

    Raises:
        NoMailbox, MailboxClosed: writing to this patient was stopped.
    """
    stopped = await unreachable(state, address)
    if stopped is not None:
        refusal: Callable[[], Exception] = MailboxClosed if stopped.why == "closed" else NoMailbox
        raise refusal()


def _answered(mail: Mail) -> Mailbox:
    to = mail.reply_to or mail.sender
    if to is None:
        raise ReceiptRefused("nobody to answer")
    return Mailbox(to.address)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
