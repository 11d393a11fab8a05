"""Desks with separate stores see each other through the marks that their operator's server keeps."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from caducee.contracts.plugin import PluginContext
from caducee.errors import StateConflict
from caducee_mss.claims import standing
from caducee_mss.history import Step, What, add_step, step, steps_of
from caducee_mss.imap import ImapSession, Selected
from caducee_mss.marks import CLAIMED, FILED
from caducee_mss.received import ReceivedMail, keep_received, still_open

ELSEWHERE = "un autre poste"
_AT_ONCE = 500


async def see_other_desks(
    context: PluginContext, session: ImapSession, selected: Selected, *, box: str, lasts: timedelta
) -> None:
    """Note what other desks have claimed, let go or filed among the mails that are open here.

    Called after this desk's own marks were put: a mark that is not ours is another desk's.
    """
    here = [mail for mail in await still_open(context.state, box) if _is_there(mail, selected)]
    by_uid = {mail.uid: mail for mail in here[:_AT_ONCE]}
    if not by_uid:
        return
    for facts in await session.facts(by_uid):
        await _note(context, by_uid[facts.uid], facts.flags, lasts)


async def _note(context: PluginContext, mail: ReceivedMail, flags: frozenset[str], lasts: timedelta) -> None:
    steps = await steps_of(context.state, mail.key)
    now = context.clock.now()
    told = _told(flags, standing(steps, now).claimed_by, filed=standing(steps, now).is_filed)
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


def _told(flags: frozenset[str], claimed_by: str, *, filed: bool) -> What | None:
    if FILED in flags and not filed:
        return What.FILED
    if CLAIMED in flags and not claimed_by and not filed:
        return What.CLAIMED
    if CLAIMED not in flags and claimed_by == ELSEWHERE:
        return What.LET_GO
    return None


def _is_there(mail: ReceivedMail, selected: Selected) -> bool:
    return (mail.folder, mail.uidvalidity) == (selected.place.box, selected.place.uidvalidity)
