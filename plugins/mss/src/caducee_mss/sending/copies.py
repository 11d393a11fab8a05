"""Copies of sent mails, put into the box's own folder of sent mails later: a copy that fails never fails a mail."""

from __future__ import annotations

import msgspec

from caducee.contracts.state import PluginTransaction, State
from caducee_mss.imap import ImapSession

_COLLECTION = "copies"
_TRIES = 5


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """A copy that is still to be put away. ``tries`` counts those that failed."""

    box: str
    message_id: str
    content: bytes
    tries: int = 0


async def keep_copy(tx: PluginTransaction, *, box: str, message_id: str, content: bytes) -> None:
    """Note a copy to put away."""
    copy = Copy(box=box, message_id=message_id, content=content)
    await tx.put(_COLLECTION, message_id, msgspec.msgpack.encode(copy), index={"box": box})


async def copies_of(state: State, box: str) -> tuple[Copy, ...]:
    """Return the copies that a box still wants."""
    found = await state.find(_COLLECTION, "box", box)
    return tuple(msgspec.msgpack.decode(record.value, type=Copy) for record in found)


async def put_away(session: ImapSession, copy: Copy) -> None:
    r"""Put a copy into the folder of special use ``\Sent``, unless it is there; without such a folder do nothing."""
    folder = await session.box_for("\\Sent")
    if folder is None:
        return
    await session.open_box(folder)
    if not await session.search_message_id(copy.message_id):
        await session.append(folder, copy.content, flags=("\\Seen",))


async def done(state: State, copy: Copy, *, failed: bool) -> None:
    """Forget a copy that is away, or that failed too often; count one that failed."""
    async with state.transaction() as tx:
        if not failed or copy.tries + 1 >= _TRIES:
            await tx.delete(_COLLECTION, copy.message_id)
            return
        counted = msgspec.structs.replace(copy, tries=copy.tries + 1)
        await tx.put(_COLLECTION, copy.message_id, msgspec.msgpack.encode(counted), index={"box": copy.box})
