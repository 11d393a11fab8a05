"""A box worked by several people on one store: each step is added only to what was just read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import msgspec

from caducee.contracts.plugin import PluginContext
from caducee.contracts.state import PluginTransaction
from caducee.errors import StateConflict
from caducee_mss.history import Step, What, add_step, step, steps_of
from caducee_mss.receiving.received import keep_received, received_as
from caducee_mss.sending.writing import Writer, Written
from caducee_mss.shared_box.claims import AlreadyClaimed, AlreadyFiled, Standing, standing
from caducee_mss.shared_box.marks import ANSWERED, CLAIMED, FILED, SEEN, Mark, want_mark

_ROUNDS = 20
More = Callable[[PluginTransaction], Awaitable[None]]


class SharedBox:
    """Claims, readings, filings and answers: two people can neither claim nor file one mail at the same time."""

    def __init__(self, context: PluginContext, writer: Writer, *, claim_minutes: float) -> None:
        self._context = context
        self._writer = writer
        self._lasts = timedelta(minutes=claim_minutes)

    async def claim(self, key: str, *, who: str) -> Standing:
        """Take a mail in hand.

        Raises:
            AlreadyClaimed, AlreadyFiled: by somebody else.
        """
        until = (self._context.clock.now() + self._lasts).isoformat(timespec="seconds")

        def wanted(now: Standing) -> Step | None:
            _refuse_unless_free(now, who)
            return step(self._context.clock, What.CLAIMED, by=who, until=until)

        return await self._add(key, wanted, add=(CLAIMED,))

    async def let_go(self, key: str, *, who: str) -> None:
        """Put a mail back; nothing happens to one that somebody else has in hand."""

        def wanted(now: Standing) -> Step | None:
            return step(self._context.clock, What.LET_GO, by=who) if now.claimed_by == who else None

        await self._add(key, wanted, drop=(CLAIMED,))

    async def read(self, key: str, *, who: str) -> None:
        """Note who has read it, once each."""

        def wanted(now: Standing) -> Step | None:
            return None if who in now.read_by else step(self._context.clock, What.READ, by=who)

        await self._add(key, wanted, add=(SEEN,))

    async def filed(self, key: str, *, who: str, code: str, more: More) -> None:
        """Note that it is filed, and do ``more`` with it, together or not at all.

        Raises:
            AlreadyClaimed, AlreadyFiled: by somebody else; nothing was noted.
        """

        def wanted(now: Standing) -> Step | None:
            if now.filed_by == who:
                return None
            _refuse_unless_free(now, who)
            return step(self._context.clock, What.FILED, by=who, code=code)

        async def together(tx: PluginTransaction) -> None:
            mail = await received_as(self._context.state, key)
            if mail is not None:
                await keep_received(tx, msgspec.structs.replace(mail, open=False))
            await more(tx)
            await tx.audit("mail.filed", actor=who, detail=key, reason=code)

        await self._add(key, wanted, together, add=(FILED, SEEN), drop=(CLAIMED,))

    async def answered(self, key: str, *, who: str, answer: Written) -> None:
        """Note an answer and hand it over, together."""

        def wanted(now: Standing) -> Step | None:
            _refuse_unless_free(msgspec.structs.replace(now, filed_by=""), who)
            return step(self._context.clock, What.ANSWERED, by=who, message_id=answer.message_id)

        async def more(tx: PluginTransaction) -> None:
            await self._writer.hand_over(tx, answer)
            await tx.audit("mail.answer", actor=who, subject=answer.local_id, detail=answer.message_id)

        await self._add(key, wanted, more, add=(ANSWERED,))

    async def _add(
        self,
        key: str,
        wanted: Callable[[Standing], Step | None],
        more: More | None = None,
        *,
        add: tuple[str, ...] = (),
        drop: tuple[str, ...] = (),
    ) -> Standing:
        """Add the step that is wanted as things stand; looked at again when somebody was quicker."""
        for _ in range(_ROUNDS):
            steps = await steps_of(self._context.state, key)
            now = self._context.clock.now()
            one = wanted(standing(steps, now))
            if one is None:
                return standing(steps, now)
            try:
                async with self._context.state.transaction() as tx:
                    await add_step(tx, key, one, after=len(steps))
                    if more is not None:
                        await more(tx)
                    await self._want_mark(tx, key, add, drop)
            except StateConflict:
                continue
            return standing((*steps, one), now)
        raise StateConflict(f"{key} is changed without end")

    async def _want_mark(self, tx: PluginTransaction, key: str, add: tuple[str, ...], drop: tuple[str, ...]) -> None:
        mail = await received_as(self._context.state, key)
        if mail is not None:
            mark = Mark(
                box=mail.box, folder=mail.folder, uidvalidity=mail.uidvalidity, uid=mail.uid, add=add, drop=drop
            )
            await want_mark(tx, key, mark)


def _refuse_unless_free(now: Standing, who: str) -> None:
    if now.filed_by and now.filed_by != who:
        raise AlreadyFiled(now.filed_by)
    if not now.is_free_for(who):
        raise AlreadyClaimed(now.claimed_by, now.claimed_until)
