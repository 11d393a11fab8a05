"""The operator's four ports: submission and mailboxes, with STARTTLS and with TLS from the first byte."""

from __future__ import annotations

import ssl
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from anyio.abc import SocketStream, TaskGroup

from caducee_sandbox.exchange import DEFECT
from caducee_sandbox.faults import FaultBoard
from caducee_sandbox.keyring import Keyring
from caducee_sandbox.ledger import Exchange, Ledger
from caducee_sandbox.mail.access import Access, Introspect, Tokens
from caducee_sandbox.mail.desk import MailDesk
from caducee_sandbox.mail.imap import ImapConversation
from caducee_sandbox.mail.office import PostOffice
from caducee_sandbox.mail.people import HOLDERS, PATIENTS_DOMAIN, patient_address
from caducee_sandbox.mail.smtp import SmtpConversation
from caducee_sandbox.mail.store import MailStore
from caducee_sandbox.mail.wire import Gone, MailWire
from caducee_sandbox.people import PATIENTS
from caducee_sandbox.server import HOST, Listener

Conversation = type[SmtpConversation] | type[ImapConversation]


class MailOperator:
    """The mail services of one state folder. Its certificate is the one of the other services."""

    def __init__(self, state: Path, *, keyring: Keyring, board: FaultBoard, ledger: Ledger) -> None:
        self._board = board
        self._ledger = ledger
        self._store = MailStore(state / "mail.sqlite")
        self._tokens = Tokens({})
        self._access = Access(self._tokens.introspect)
        self._office = PostOffice(self._store, board=board, ledger=ledger)
        self._right, self._wrong = keyring.context(), keyring.context("other_server")
        for context in (self._right, self._wrong):
            context.verify_mode = ssl.CERT_OPTIONAL  # who has a token shows no certificate
        self.desk = MailDesk(self._office, tokens=self._tokens)
        self._listeners = {
            "submission": Listener(self._served(SmtpConversation, implicit=False)),
            "submissions": Listener(self._served(SmtpConversation, implicit=True)),
            "imap": Listener(self._served(ImapConversation, implicit=False)),
            "imaps": Listener(self._served(ImapConversation, implicit=True)),
        }

    def ask_about_tokens(self, introspect: Introspect) -> None:
        """Ask this provider whether a token lives; the answer is the PS_IdNat of its holder."""
        self._tokens.provider = introspect

    async def settle(self, group: TaskGroup) -> None:
        """Listen, or not, as the faults say."""
        for listener in self._listeners.values():
            if self._board.is_down("mail"):
                await listener.close()
            else:
                await listener.open(group)

    def close(self) -> None:
        """Close the mailboxes."""
        self._store.close()

    def describe(self) -> dict[str, Any]:
        """Return where the services are and who has a mailbox."""
        ports = {name: {"host": HOST, "port": listener.port} for name, listener in self._listeners.items()}
        boxes = [{"address": h.address, "kind": h.kind, "doctors": list(h.doctors)} for h in HOLDERS]
        patients = {p.name: patient_address(p.ins) for p in PATIENTS}
        return {**ports, "boxes": boxes, "patients_domain": PATIENTS_DOMAIN, "patients": patients}

    def _context(self) -> ssl.SSLContext:
        return self._right if self._board.take_connection("mail") is None else self._wrong

    def _served(self, conversation: Conversation, *, implicit: bool) -> Callable[[SocketStream], Any]:
        async def converse(stream: SocketStream) -> None:
            async with stream:
                wire = MailWire(stream)
                try:
                    if implicit:
                        await wire.secure(self._context())
                    served = conversation(
                        wire, office=self._office, access=self._access, board=self._board, context=self._context
                    )
                    await served.serve()
                except* Gone:
                    pass  # a client may leave at any moment
                except* Exception as errors:  # noqa: BLE001 - a defect of ours must show, not end the other services
                    traceback.print_exception(errors)
                    self._ledger.record(
                        Exchange(service="mail", verdict=f"{DEFECT}: {type(errors.exceptions[0]).__name__}")
                    )

        return converse
