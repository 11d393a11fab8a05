"""Taking a prescription back: cancelled at the base, or replaced there by another one."""

from __future__ import annotations

from contextlib import suppress

from caducee.contracts.state import PluginTransaction
from caducee.errors import OutcomeUnknown, StateConflict
from caducee.model.practice import Actor
from caducee_eprescription import events
from caducee_eprescription.errors import SERVICE, AlreadyDispensed, RegisterRefused, WrongState
from caducee_eprescription.keeping import Keeping
from caducee_eprescription.life import Life
from caducee_eprescription.register import Register
from caducee_eprescription.states import RxState

_CANCELLED = "cancelled"


class Cancelling:
    """Cancels. What is asked is kept before it is sent: a lost answer is asked for before anything is sent again."""

    def __init__(self, *, keeping: Keeping, register: Register) -> None:
        self._keeping = keeping
        self._register = register

    async def cancel(self, local_id: str, *, reason: str, acting: Actor) -> Life:
        """Cancel; twice is as good as once."""
        life = await self._keeping.life(local_id)
        if life.state is RxState.CANCELLED:
            return life
        if life.state in (RxState.PARTIALLY_DISPENSED, RxState.DISPENSED):
            raise AlreadyDispensed(SERVICE, "cancel")
        if life.state is not RxState.REGISTERED:
            raise WrongState(life.state, "cancel")
        await self._register.ready(life.author)
        if life.cancelling and await self._is_cancelled(life):
            return await self._cancelled(local_id, acting)
        if not life.cancelling:
            asked = events.CancelAsked(at=self._keeping.now(), actor=acting.named, reason=reason)
            life = await self._keeping.append(local_id, life, asked)
        try:
            await self._register.cancel(life.author, life.number, reason=reason)
        except OutcomeUnknown:
            if not await self._is_cancelled(life):
                raise
        except RegisterRefused as refused:
            refusal = events.CancelRefused(at=self._keeping.now(), code=refused.service_code)
            await self._keeping.append(local_id, await self._keeping.life(local_id), refusal)
            raise
        return await self._cancelled(local_id, acting)

    async def replaced(self, local_id: str, *, by: str, confirmed: bool) -> None:
        """Keep that another prescription came in its place.

        The base cancels the old one when it registers the new one (``confirmed``). Else the old one is still there, and
        is cancelled as soon as the base answers.
        """
        while True:
            life = await self._keeping.life(local_id)
            if life.replaced_by == by:
                return
            still_there = life.state is RxState.REGISTERED and not confirmed
            also = self._keeping.watch(local_id) if still_there else None
            event = events.ReplacedBy(at=self._keeping.now(), local_id=by)
            with suppress(StateConflict):
                await self._keeping.append(local_id, life, event, also=also)
                return

    async def _is_cancelled(self, life: Life) -> bool:
        held = await self._register.consult(life.author, life.number)
        return held is not None and held.status == _CANCELLED

    async def _cancelled(self, local_id: str, acting: Actor) -> Life:
        life = await self._keeping.life(local_id)
        document = await self._keeping.document(local_id)

        async def also(tx: PluginTransaction) -> None:
            await tx.audit("rx.cancel", actor=acting.named, subject=document.patient.local_id, detail=life.number)

        event = events.Cancelled(at=self._keeping.now(), actor=acting.named)
        return await self._keeping.append(local_id, life, event, also=also)
