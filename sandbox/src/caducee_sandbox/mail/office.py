"""The post office: takes a submitted message or refuses it, delivers it, and lets the receivers answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from email.utils import parseaddr

from caducee_sandbox.faults import FaultBoard
from caducee_sandbox.ledger import Exchange, Ledger
from caducee_sandbox.mail import notices, rules
from caducee_sandbox.mail.people import BY_ADDRESS, DOMAINS, HOLDERS, is_patient, patient_box
from caducee_sandbox.mail.store import Folder, MailStore


@dataclass(kw_only=True)
class Envelope:
    """What the submission commands said. ``notify`` holds, for each recipient, what its report is wanted for.

    ``sender`` is empty for a notification.
    """

    sender: str
    notify: dict[str, frozenset[str]] = field(default_factory=dict)
    envelope_id: str = ""
    headers_only: bool = True


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An SMTP reply."""

    code: int
    text: str

    def line(self) -> bytes:
        """Return it as it goes on the wire."""
        return f"{self.code} {self.text}\r\n".encode()


class PostOffice:
    """Delivers between the mailboxes. ``receipts`` says how each receiver answers a receipt asked for."""

    def __init__(self, store: MailStore, *, board: FaultBoard, ledger: Ledger) -> None:
        self.store = store
        self.receipts: dict[str, str] = {}
        self.old_form = False
        self._board = board
        self._ledger = ledger
        for holder in HOLDERS:
            store.make(holder.address)

    def recipient(self, address: str) -> Reply:
        """Say whether a recipient is taken: a domain of the list, and with professionals a mailbox that exists."""
        address = address.lower()
        if address.rpartition("@")[2] not in DOMAINS:
            return Reply(code=550, text="5.7.1 domain is not in the trust list")
        if not is_patient(address) and address not in BY_ADDRESS:
            return Reply(code=550, text="5.1.1 mailbox unknown")
        return Reply(code=250, text="2.1.5 Ok")

    def submit(self, envelope: Envelope, content: bytes, *, login: str) -> Reply:
        """Judge a message and deliver it when every rule is kept."""
        found = rules.faults(content, sender=login, recipients=list(envelope.notify))
        if not envelope.sender:
            found += rules.notification_faults(content)
        if found:
            reply = Reply(code=554, text=f"5.7.1 {'; '.join(found)}")
        else:
            fault = self._board.take_of("mail", ("duplicate",), "deliver")
            for _ in range(2 if fault else 1):
                for address in envelope.notify:
                    self._deliver(envelope, address.lower(), content)
            reply = Reply(code=250, text="2.0.0 Ok: queued")
        self.note("submit", login, reply, content, violations=tuple(found))
        return reply

    def note(
        self,
        transaction: str,
        who: str,
        reply: Reply,
        content: bytes = b"",
        *,
        violations: tuple[str, ...] = (),
        fault: str = "",
    ) -> None:
        """Write into the ledger what was said and answered."""
        self._ledger.record(
            Exchange(
                service="mail",
                transaction=transaction,
                client=who,
                status=reply.code,
                verdict="accepted" if reply.code < 400 else reply.text,
                fault=fault,
                violations=violations,
                request_type="message/rfc822",
                request=content,
                response_type="text/plain",
                response=reply.line(),
            )
        )

    def put(self, address: str, content: bytes) -> int:
        """Put a message into an INBOX, whatever it is, and return its UID.

        Raises:
            ValueError: nobody has this address.
        """
        return self.store.add(self.inbox(address), content)

    def inbox(self, address: str, name: str = "INBOX") -> Folder:
        """Return a folder of an address, made when its holder exists.

        Raises:
            ValueError: nobody has this address.
        """
        address = address.lower()
        if address not in BY_ADDRESS and not (is_patient(address) and patient_box(address) == "open"):
            raise ValueError("nobody has this address")
        self.store.make(address)
        folder = self.store.folder(address, name)
        if folder is None:
            raise ValueError("no such folder")
        return folder

    def _deliver(self, envelope: Envelope, address: str, content: bytes) -> None:
        sent = notices.Sent(
            sender=envelope.sender,
            recipient=address,
            content=content,
            envelope_id=envelope.envelope_id,
            headers_only=envelope.headers_only,
        )
        wanted = envelope.notify.get(address, frozenset({"FAILURE"}))
        why = patient_box(address) if is_patient(address) else "open"
        if why != "open":
            if envelope.sender and "FAILURE" in wanted:
                self.put(envelope.sender, notices.returned(sent, why))
            return
        self.put(address, b"Return-Path: <" + envelope.sender.encode() + b">\r\n" + content)
        if envelope.sender and "SUCCESS" in wanted:
            self.put(envelope.sender, notices.relayed(sent))
        self._receipt(sent)

    def _receipt(self, sent: notices.Sent) -> None:
        """Let the receiver answer a receipt asked for, as its scenario says; never an answer to an answer."""
        message = message_from_bytes(sent.content, policy=default)
        asked = parseaddr(str(message["Disposition-Notification-To"] or ""))[1].lower()
        scenario = self.receipts.get(sent.recipient, "none")
        if scenario == "none" or asked != sent.sender.lower() or message.get_content_type() == "multipart/report":
            return
        if scenario == "judge":
            scenario = "906" if _archive_faults(sent.content) else "processed"
        self.put(sent.sender, notices.receipt(sent, scenario, old_form=self.old_form))


def _archive_faults(content: bytes) -> list[str]:
    message = message_from_bytes(content, policy=default)
    archives = [p for p in message.walk() if (p.get_filename() or "").lower() == "ihe_xdm.zip"]
    payload = archives[0].get_payload(decode=True) if archives else None
    return rules.archive_faults(payload) if isinstance(payload, bytes) else ["no IHE_XDM.zip"]
