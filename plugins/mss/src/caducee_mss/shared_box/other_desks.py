"""Desks with separate stores see each other through the marks that their operator's server keeps."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from caducee.contracts.plugin import PluginContext
from caducee.errors import StateConflict
from caducee_mss.history import Step, What, add_step, step, steps_of
from caducee_mss.imap import ImapSession, Selected
from caducee_mss.receiving.received import ReceivedMail, keep_received, still_open
from caducee_mss.shared_box.claims import standing
from caducee_mss.shared_box.marks import CLAIMED, FILED, Mark, want_mark

ELSEWHERE = "un autre poste"
_AT_ONCE = 500
_HOLDS = frozenset({What.CLAIMED, What.LET_GO, What.FILED})


async def see_other_desks(
    context: PluginContext, session: ImapSession, selected: Selected, *, box: str, lasts: timedelta
) -> None:
    """Note what other desks have claimed, let go or filed among the mails that are open here.

    Called after this desk's own marks were put: a mark that is not ours is another desk's. Of very many open mails the
    latest are looked at.
    """
    here = [mail for mail in await still_open(context.state, box) if _is_there(mail, selected)]
    by_uid = {mail.uid: mail for mail in here[-_AT_ONCE:]}
    if not by_uid:
        return
    for facts in await session.facts(by_uid):
        await _note(context, by_uid[facts.uid], facts.flags, lasts)


async def _note(context: PluginContext, mail: ReceivedMail, flags: frozenset[str], lasts: timedelta) -> None:
    steps = await steps_of(context.state, mail.key)
    now = context.clock.now()
    last = next((one for one in reversed(steps) if one.what in _HOLDS), None)
    if _ended_here(flags, last, now):
        async with context.state.transaction() as tx:
            await want_mark(tx, mail.key, _released(mail))
        return
    told = _told(flags, last, filed=standing(steps, now).is_filed)
    if told is None:
        return
    until = (now + lasts).isoformat(timespec="seconds") if told is What.CLAIMED else ""
    one: Step = step(context.clock, told, by=ELSEWHERE, until=until)
    try:
        async with context.state.transaction() as tx:
            await add_step(tx, mail.key, one, after=len(steps))
            if told is What.FILED:
                await keep_received(tx, msgspec.structs.replace(mail, open=False))
    except StateConflict:
        return  # somebody here was quicker: looked at again in the next round


def _released(mail: ReceivedMail) -> Mark:
    return Mark(box=mail.box, folder=mail.folder, uidvalidity=mail.uidvalidity, uid=mail.uid, drop=(CLAIMED,))


def _ended_here(flags: frozenset[str], last: Step | None, now: datetime) -> bool:
    """Say whether the mark is that of a claim made here which has ended: other desks need not wait for it."""
    ours = last is not None and last.what is What.CLAIMED and last.by != ELSEWHERE
    return ours and last is not None and CLAIMED in flags and datetime.fromisoformat(last.until) <= now


def _told(flags: frozenset[str], last: Step | None, *, filed: bool) -> What | None:
    """Return what the flags say that was not known. A claim is told once: it ends, whatever its mark."""
    if FILED in flags and not filed:
        return What.FILED
    held = last is not None and last.what is What.CLAIMED
    if CLAIMED in flags and not held and not filed:
        return What.CLAIMED
    if CLAIMED not in flags and held and last is not None and last.by == ELSEWHERE:
        return What.LET_GO
    return None


def _is_there(mail: ReceivedMail, selected: Selected) -> bool:
    return (mail.folder, mail.uidvalidity) == (selected.place.box, selected.place.uidvalidity)
