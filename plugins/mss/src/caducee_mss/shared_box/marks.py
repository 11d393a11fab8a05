r"""The marks of a shared box on the operator's server: desks with separate stores see who works on what.

Keywords of IMAP: ``$Seen`` is the server's own; ours say that a mail is claimed or filed. A server that lets no
keyword be made (no ``\*`` among its permanent flags) keeps none: the desks are told.
"""

from __future__ import annotations

import msgspec

from caducee.contracts.state import PluginTransaction, State
from caducee_mss.imap import ImapSession, Selected

CLAIMED = "CaduceeClaimed"
FILED = "CaduceeFiled"
SEEN = "\\Seen"
ANSWERED = "\\Answered"
_COLLECTION = "marks"


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """Marks to put on one message: ``add`` and ``drop`` are flags and keywords."""

    box: str
    folder: str
    uidvalidity: int
    uid: int
    add: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


def keeps_marks(selected: Selected) -> bool:
    """Say whether the server of this box lets keywords be made."""
    return selected.writable and "\\*" in selected.permanent_flags


async def want_mark(tx: PluginTransaction, key: str, mark: Mark) -> None:
    """Note marks to put on a message; of two that undo each other the latest counts."""
    await tx.delete(_COLLECTION, _name(key, mark.drop, mark.add))
    await tx.put(_COLLECTION, _name(key, mark.add, mark.drop), msgspec.json.encode(mark), index={"box": mark.box})


async def put_marks(state: State, session: ImapSession, box: str, selected: Selected) -> None:
    """Put the marks that this box wants in the folder that is open; one for a numbering that is gone is forgotten."""
    kept = keeps_marks(selected)
    for record in await state.find(_COLLECTION, "box", box):
        mark = msgspec.json.decode(record.value, type=Mark)
        if mark.folder != selected.place.box:
            continue
        if mark.uidvalidity == selected.place.uidvalidity:
            add = tuple(one for one in mark.add if kept or one.startswith("\\"))
            await session.flag(selected.place, (mark.uid,), add=add, drop=mark.drop if kept else ())
        async with state.transaction() as tx:
            await tx.delete(_COLLECTION, record.key)


def _name(key: str, add: tuple[str, ...], drop: tuple[str, ...]) -> str:
    return f"{key} {'+'.join(add)}-{'-'.join(drop)}"
