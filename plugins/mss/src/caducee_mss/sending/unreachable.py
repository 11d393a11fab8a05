"""Patients who cannot be written to: writing to them stops until a person says that it works again."""

from __future__ import annotations

import msgspec

from caducee.contracts.state import PluginTransaction, State

_COLLECTION = "unreachable"


class Unreachable(msgspec.Struct, frozen=True, kw_only=True):
    """Why a patient's address takes no mail: ``no_mailbox`` or ``closed``; since when; the operator's code."""

    why: str
    since: str
    code: str = ""


async def unreachable(state: State, address: str) -> Unreachable | None:
    """Return why this address is not written to, ``None`` when it may be."""
    value = await state.get(_COLLECTION, address.lower())
    return msgspec.json.decode(value, type=Unreachable) if value is not None else None


async def stop_writing(tx: PluginTransaction, address: str, why: Unreachable) -> None:
    """Write to this address no more."""
    await tx.put(_COLLECTION, address.lower(), msgspec.json.encode(why))


async def write_again(tx: PluginTransaction, address: str) -> None:
    """A person says that this address takes mail again."""
    await tx.delete(_COLLECTION, address.lower())
