"""What the practice's software asks of secure mail."""

from __future__ import annotations

from typing import Protocol

import msgspec

from caducee.contracts.directory import Mailbox
from caducee.contracts.inbox import InboxItem
from caducee.model.patient import Patient
from caducee.model.practice import Actor
from caducee.services import ServiceKey
from caducee_mss.history import Step
from caducee_mss.message import IntegrationOutcome
from caducee_mss.reading import Proposal
from caducee_mss.shared_box.claims import Standing


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """A received mail, as the inbox hands it over: ``caducee_mss.incoming(item.content)``.

    ``content`` is the whole message, byte for byte. ``thread`` is the Message-ID that the conversation began with
    here, its own when it answers nothing of ours. ``answers`` is the document that our mail carried, when it answers
    one.
    """

    key: str
    box: str
    folder: str
    uidvalidity: int
    uid: int
    received: str
    message_id: str
    thread: str
    content: bytes
    answers: str = ""


class BoxStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One box: whether it is being read, why not, and whether its server keeps the marks of a shared box.

    ``why`` is an error's code; ``sentence`` says it in French. ``marks`` is ``None`` until the box was opened;
    ``False`` says that desks with separate stores cannot see each other's claims there.
    """

    name: str
    address: str
    reading: bool
    why: str = ""
    sentence: str = ""
    marks: bool | None = None


class ThreadLine(msgspec.Struct, frozen=True, kw_only=True):
    """One mail of a conversation, sent or received, with all that happened to it."""

    message_id: str
    key: str
    box: str
    sent: bool
    steps: tuple[Step, ...]
    document_id: str = ""
    to_patient: bool = False


class Mail(Protocol):
    """Secure mail of this installation. ``kernel.use(MSS)`` lends it."""

    def boxes(self) -> tuple[BoxStatus, ...]:
        """Return the boxes and whether each is being read."""
        ...

    async def timeline(self, thread: str) -> tuple[ThreadLine, ...]:
        """Return a conversation, oldest first: sent, arrived, read, answered, returned."""
        ...

    async def of_document(self, document_id: str) -> tuple[ThreadLine, ...]:
        """Return the mails that carried a document, and what happened to each."""
        ...

    async def standing(self, key: str) -> Standing:
        """Return who has a received mail in hand, who read, filed and answered it."""
        ...

    async def claim(self, key: str, *, acting: Actor) -> Standing:
        """Take a received mail in hand for a while; again by the same person, for longer.

        Raises:
            ActorRefused: who may not file mail.
            AlreadyClaimed, AlreadyFiled: by somebody else.
        """
        ...

    async def let_go(self, key: str, *, acting: Actor) -> None:
        """Put it back for the others."""
        ...

    async def read_by(self, key: str, *, acting: Actor) -> None:
        """Note who has read it; the operator's own mark follows."""
        ...

    async def propose(self, item: InboxItem) -> Proposal:
        """Say where each document of a received mail would be filed and why, from what the practice knows now.

        By INS (matricule and OID) and traits together, never by name alone; what is not certain is for a person, with
        candidates.
        """
        ...

    async def filed(self, item: InboxItem, *, outcome: IntegrationOutcome, acting: Actor, local_id: str = "") -> None:
        """Say that it is filed (or why not): noted once, and the integration receipt leaves if one was asked for.

        ``local_id`` is the record: with it the same document is recognised when it comes again, and its next version.
        Called before the inbox is told. Twice by the same person is as good as once.

        Raises:
            ActorRefused: who may not file mail.
            AlreadyClaimed, AlreadyFiled: by somebody else; nothing was noted, nothing leaves.
        """
        ...

    async def read_receipt(self, item: InboxItem, *, acting: Actor) -> bool:
        """Tell the sender that a person has read the mail, that person agreeing; say whether a receipt leaves.

        ``False`` when none was asked for, or when nothing may answer that mail (RFC 8098, 2.1).

        Raises:
            ActorRefused: who may not write mail.
        """
        ...

    async def alternatives(self, document_id: str) -> tuple[Mailbox, ...]:
        """Return other boxes of the owners of the addresses that a document came back from, the preferred one first.

        Empty without a directory, or when it lists none.

        Raises:
            ServiceUnavailable, ServiceRejected, ProtocolViolation: the directory does not answer as it should.
        """
        ...

    async def answer(self, item: InboxItem, text: str, *, acting: Actor, closes_exchange: bool = False) -> str:
        """Answer a received mail in its thread; return the Message-ID. The same text twice leaves once.

        Raises:
            ActorRefused: who may not write mail.
            MailInvalid: nothing was stored.
        """
        ...

    async def write(
        self, *, author: str, to: str | Patient, subject: str, text: str, key: str, acting: Actor, closes: bool = False
    ) -> str:
        """Begin a conversation without a document, with a professional's address or a patient; return the Message-ID.

        Only the professional begins one with a patient (Mon espace santé). ``key`` makes a repeat the same mail.

        Raises:
            ActorRefused: who may not write mail.
            FirstMessageByProfessional: somebody else begins one with a patient.
            PatientOpposed: the patient is against mail to them, whatever the document; nothing was stored.
            MailInvalid, PatientAddressRefused, PatientByIdentity, NoMailbox, MssOutside: nothing was stored.
        """
        ...

    async def write_again(self, patient: Patient, *, acting: Actor) -> None:
        """Say that this patient can be written to again: a person has made sure."""
        ...


MSS: ServiceKey[Mail] = ServiceKey("mss")


def incoming(content: bytes) -> Incoming:
    """Return the mail of an inbox item of kinds ``mail``, ``patient_mail`` and ``mail_report``."""
    return msgspec.json.decode(content, type=Incoming)
