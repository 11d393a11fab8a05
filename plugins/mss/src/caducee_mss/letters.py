"""The mails about a patient, whole: what the practice's record of them is made of.

A mail is about a patient once it carries a document of theirs, is written to them, or is filed in their record; the
others of its conversation then are too.
"""

from __future__ import annotations

import msgspec

from caducee.contracts.state import PluginTransaction, State
from caducee_mss.receiving.received import keep_received, received_as, received_in
from caducee_mss.sent import keep_sent, sent_for

_COLLECTION = "letters"


async def keep_letter(tx: PluginTransaction, key: str, content: bytes) -> None:
    """Keep the bytes of a mail: under its Message-ID when it was sent, under its key when it was received."""
    await tx.put(_COLLECTION, key, content)


async def letter(state: State, key: str) -> bytes | None:
    """Return the bytes of a mail; ``None`` when they are not kept (``keep_letters``, an earlier version)."""
    return await state.get(_COLLECTION, key)


async def patient_of(state: State, *, key: str, thread: str) -> str:
    """Return whose record a received mail, or its conversation, is about; empty when nobody said so yet."""
    mail = await received_as(state, key)
    known = (mail, *await sent_for(state, thread=thread), *await received_in(state, thread))
    return next((one.local_id for one in known if one is not None and one.local_id), "")


async def note_patient(tx: PluginTransaction, state: State, *, key: str, thread: str, local_id: str) -> None:
    """Note whose record a received mail is filed in; what we wrote in its conversation is about them too."""
    mail = await received_as(state, key)
    if mail is not None:
        await keep_received(tx, msgspec.structs.replace(mail, open=False, local_id=local_id))
    for sent in await sent_for(state, thread=thread):
        if not sent.local_id:
            await keep_sent(tx, msgspec.structs.replace(sent, local_id=local_id))
