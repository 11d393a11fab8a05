"""The mails that arrived: where each lies, which conversation it belongs to."""

from __future__ import annotations

import msgspec

from caducee.contracts.state import PluginTransaction, State
from caducee_mss.imap import Moved

_COLLECTION = "received"


class ReceivedMail(msgspec.Struct, frozen=True, kw_only=True):
    """One received mail: its place in the box, its conversation. ``open`` until it was filed.

    ``local_id`` is the record it was filed in. A ``report`` is about a mail of ours, where it is a step; it is no line
    of the conversation, and nobody files it.
    """

    key: str
    box: str
    folder: str
    uidvalidity: int
    uid: int
    message_id: str
    thread: str
    report: bool = False
    open: bool = True
    local_id: str = ""


async def keep_received(tx: PluginTransaction, mail: ReceivedMail) -> None:
    """Note a received mail."""
    index = {
        "thread": mail.thread,
        "open": mail.box if mail.open and not mail.report else "",
        "patient": mail.local_id,
    }
    found_by = {name: value for name, value in index.items() if value}
    await tx.put(_COLLECTION, mail.key, msgspec.json.encode(mail), index=found_by)


async def received_as(state: State, key: str) -> ReceivedMail | None:
    """Return one received mail."""
    value = await state.get(_COLLECTION, key)
    return msgspec.json.decode(value, type=ReceivedMail) if value is not None else None


async def received_in(state: State, thread: str) -> tuple[ReceivedMail, ...]:
    """Return the received mails of a conversation, oldest first."""
    return _decoded(await state.find(_COLLECTION, "thread", thread))


async def received_about(state: State, local_id: str) -> tuple[ReceivedMail, ...]:
    """Return the mails that were filed in a record, oldest first."""
    return _decoded(await state.find(_COLLECTION, "patient", local_id))


async def still_open(state: State, box: str) -> tuple[ReceivedMail, ...]:
    """Return the mails of a box that nobody has filed."""
    return _decoded(await state.find(_COLLECTION, "open", box))


async def keep_new_places(tx: PluginTransaction, state: State, box: str, moved: tuple[Moved, ...]) -> None:
    """Note where the open mails of a box that was numbered anew lie now: their marks are put and seen there.

    Two messages of one fingerprint keep the order of their numbers.
    """
    if not moved:
        return
    waiting = sorted(await still_open(state, box), key=lambda mail: mail.uid)
    for one in moved:
        begins = f"{box}:{one.fingerprint}:"
        before = next((m for m in waiting if m.key.startswith(begins) and m.folder == one.place.box), None)
        if before is not None:
            waiting.remove(before)
            at = msgspec.structs.replace(before, uidvalidity=one.place.uidvalidity, uid=one.uid)
            await keep_received(tx, at)


def _decoded(records: object) -> tuple[ReceivedMail, ...]:
    return tuple(msgspec.json.decode(record.value, type=ReceivedMail) for record in records)  # type: ignore[attr-defined]
