"""What tests and the demo ask of the mail services: tokens, scenarios, mail written by others, what arrived."""

from __future__ import annotations

import base64
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from caducee_sandbox.mail import notices
from caducee_sandbox.mail.access import Tokens
from caducee_sandbox.mail.office import PostOffice
from caducee_sandbox.mail.people import HOLDERS, is_patient
from caducee_sandbox.mail.store import Folder, Message
from caducee_sandbox.people import DOCTORS

SCENARIOS = ("none", "judge", "processed", "displayed", "900", "901", "902", "903", "904", "905", "906")


class MailDesk:
    """Answers the control requests below ``/mail``."""

    def __init__(self, office: PostOffice, *, tokens: Tokens) -> None:
        self._office = office
        self._tokens = tokens

    def read(self, path: str) -> Any:
        """Return what stands in the mailboxes: all, one address, or one message whole.

        Raises:
            KeyError: no such thing.
        """
        parts = [part for part in path.removeprefix("/mail").split("/") if part]
        if not parts:
            return {holder.address: self._counts(holder.address) for holder in HOLDERS}
        if len(parts) == 1:
            return {f.name: self._listed(f) for f in self._office.store.folders(parts[0].lower())}
        if len(parts) == 2 and parts[1].isdecimal():
            message = self._office.store.message(self._office.inbox(parts[0]), int(parts[1]))
            if message is not None:
                return {**_headers(message), "content": base64.b64encode(message.content).decode()}
        raise KeyError(path)

    def write(self, path: str, asked: dict[str, Any]) -> Any:
        """Do what is asked.

        Raises:
            KeyError: no such thing to ask for.
            ValueError: it cannot be done, and why.
        """
        asks: dict[str, Callable[[dict[str, Any]], Any]] = {
            "/mail/tokens": self._token,
            "/mail/receipts": self._scenario,
            "/mail/renumber": self._renumber,
            "/mail/write": self._letter,
            "/mail/deliver": self._raw,
        }
        return asks[path](asked)

    def _token(self, asked: dict[str, Any]) -> Any:
        """``token``, ``doctor``: from now on the token is this doctor's; without doctor it is dead."""
        doctor = next((d for d in DOCTORS if d.key == asked.get("doctor")), None)
        if doctor is None:
            self._tokens.live.pop(str(asked["token"]), None)
        else:
            self._tokens.live[str(asked["token"])] = doctor.identifier
        return {}

    def _scenario(self, asked: dict[str, Any]) -> Any:
        """``address``, ``answer``: how its holder answers receipts; ``old_form`` as guide 1.1.2 had them."""
        if asked.get("answer") not in SCENARIOS:
            raise ValueError(f"answer: one of {', '.join(SCENARIOS)}")
        self._office.receipts[str(asked["address"]).lower()] = asked["answer"]
        self._office.old_form = bool(asked.get("old_form", False))
        return {}

    def _renumber(self, asked: dict[str, Any]) -> Any:
        """``address``, ``folder``: the folder gets another UIDVALIDITY and other UIDs."""
        folder = self._office.inbox(str(asked["address"]), str(asked.get("folder", "INBOX")))
        self._office.store.renumber(folder)
        return {"uidvalidity": self._office.store.uidvalidity(folder)}

    def _letter(self, asked: dict[str, Any]) -> Any:
        """``sender``, ``to``, ``subject``, ``text``, ``answers`` (UID in the sender's INBOX), ``name`` and ``file``."""
        sender, to = str(asked["sender"]).lower(), str(asked["to"]).lower()
        own = self._office.inbox(sender)
        answered = self._office.store.message(own, int(asked["answers"])) if asked.get("answers") else None
        if is_patient(sender):
            _check_patient(answered, to)
        file = asked.get("file")
        content = notices.ordinary(
            sender=sender,
            to=to,
            subject=str(asked.get("subject", "")),
            text=str(asked.get("text", "")),
            answers=_headers(answered)["message_id"] if answered else "",
            attachment=(str(asked.get("name", "document")), base64.b64decode(file)) if file else None,
        )
        return {"uid": self._office.put(to, content)}

    def _raw(self, asked: dict[str, Any]) -> Any:
        """``to``, ``content`` (base64): put a message into an INBOX as it is, whatever it is."""
        return {"uid": self._office.put(str(asked["to"]), base64.b64decode(str(asked["content"])))}

    def _counts(self, address: str) -> dict[str, int]:
        store = self._office.store
        return {folder.name: len(store.uids(folder)) for folder in store.folders(address)}

    def _listed(self, folder: Folder) -> list[dict[str, Any]]:
        store = self._office.store
        found = (store.message(folder, uid) for uid in store.uids(folder))
        return [{"uid": m.uid, "flags": sorted(m.flags), **_headers(m)} for m in found if m is not None]


def _check_patient(answered: Message | None, to: str) -> None:
    """Hold a patient to the rules: no mail without one from a professional before, none when the exchange is closed."""
    if answered is None:
        raise ValueError("a patient only answers")
    message = _parsed(answered)
    reply = message["Reply-To"] or message["From"]
    if to not in str(reply).lower():
        raise ValueError("a patient answers to Reply-To, or to From without it")
    if message["X-MSS-MES"] == "FIN":
        raise ValueError("the professional closed the exchange")


def _headers(message: Message) -> dict[str, str]:
    parsed = _parsed(message)
    names = {"from": "From", "to": "To", "subject": "Subject", "message_id": "Message-ID"}
    return {key: str(parsed[name] or "").strip() for key, name in names.items()}


def _parsed(message: Message) -> EmailMessage:
    parsed = message_from_bytes(message.content, policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed
