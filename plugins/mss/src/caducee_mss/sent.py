"""The mails of this installation: what a report, a receipt or an answer that comes back is about."""

from __future__ import annotations

import msgspec

from caducee.contracts.state import PluginTransaction, State

_COLLECTION = "sent"


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """One mail for one recipient. ``delivery_id`` is that of the outbox, empty for an answer or a receipt.

    ``thread`` is the Message-ID that the conversation began with. ``original`` is the address the practice asked for,
    when the mail went to another (a gateway). ``local_id`` is the record of the patient it is about, if any.
    """

    message_id: str
    box: str
    recipient: str
    thread: str
    delivery_id: str = ""
    document_id: str = ""
    original: str = ""
    to_patient: bool = False
    local_id: str = ""


async def keep_sent(tx: PluginTransaction, sent: Sent) -> None:
    """Note a mail before it leaves."""
    index = {"thread": sent.thread, "delivery": sent.delivery_id, "document": sent.document_id, "box": sent.box}
    index["patient"] = sent.local_id
    found_by = {name: value for name, value in index.items() if value}
    await tx.put(_COLLECTION, sent.message_id, msgspec.json.encode(sent), index=found_by)


async def sent_as(state: State, message_id: str) -> Sent | None:
    """Return the mail with that Message-ID."""
    value = await state.get(_COLLECTION, message_id)
    return msgspec.json.decode(value, type=Sent) if value is not None else None


async def sent_for(state: State, **found_by: str) -> tuple[Sent, ...]:
    """Return the mails of a ``thread``, a ``delivery``, a ``document``, a ``box`` or a ``patient``, oldest first."""
    ((name, value),) = found_by.items()
    records = await state.find(_COLLECTION, name, value)
    return tuple(msgspec.json.decode(record.value, type=Sent) for record in records)
