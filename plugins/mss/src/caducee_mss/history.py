"""What happened to one mail, sent or received: steps that are only ever added (the functional trace of R2, ECO.4.1)."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from caducee.clock import Clock
from caducee.contracts.state import PluginTransaction, State

_PAGE = 500


class What(StrEnum):
    """One step of a mail's life. The first group is of what we send, the second of what we receive."""

    WRITTEN = "written"
    SENT = "sent"
    DELAYED = "delayed"
    ARRIVED = "arrived"
    RETURNED = "returned"
    DISPLAYED = "displayed"
    INTEGRATED = "integrated"
    REFUSED = "refused"
    RECEIVED = "received"
    CLAIMED = "claimed"
    LET_GO = "let_go"
    READ = "read"
    FILED = "filed"
    ANSWERED = "answered"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step. ``at`` is UTC, ISO 8601. ``by`` is who did it here; ``code`` and ``text`` are the operator's own.

    ``until`` is when a claim ends. ``message_id`` is that of the mail which told it, or of the answer.
    """

    at: str
    what: What
    by: str = ""
    code: str = ""
    text: str = ""
    until: str = ""
    message_id: str = ""


def step(clock: Clock, what: What, **more: str) -> Step:
    """Return a step that happens now."""
    return Step(at=clock.now().isoformat(timespec="seconds"), what=what, **more)


async def steps_of(state: State, key: str) -> tuple[Step, ...]:
    """Return the steps of one mail in their order."""
    found: list[Step] = []
    while page := await state.read(_stream(key), after=len(found), limit=_PAGE):
        found += [msgspec.json.decode(entry.value, type=Step) for entry in page]
    return tuple(found)


async def add_step(tx: PluginTransaction, key: str, one: Step, *, after: int | None = None) -> None:
    """Add a step; with ``after`` only if the mail has exactly so many.

    Raises (when the transaction ends):
        StateConflict: somebody else has added one meanwhile.
    """
    await tx.append(_stream(key), msgspec.json.encode(one), expected=after)


def _stream(key: str) -> str:
    return f"mail {key}"
