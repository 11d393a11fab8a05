"""What must not be at the base and perhaps is: a prescription that stayed local, or that another one replaced.

It is looked for until the base has answered often enough; found, it is cancelled there and the desk is told.
"""

from __future__ import annotations

from datetime import timedelta

from caducee.clock import Clock
from caducee.contracts.state import PluginTransaction
from caducee.errors import CaduceeError, StateConflict
from caducee_eprescription import events
from caducee_eprescription.config import EPrescriptionConfig
from caducee_eprescription.errors import AlreadyDispensed
from caducee_eprescription.keeping import WATCHED, Keeping, Watched, reference_of
from caducee_eprescription.life import ImpossibleStep
from caducee_eprescription.register import Register

REASON = "Remise au patient sans code"
ACTOR = "automaton:eprescription"
_GONE = ("cancelled", "replaced", "expired")


class Watch:
    """Looks for what stayed local, one round at a time."""

    def __init__(self, *, keeping: Keeping, register: Register, clock: Clock, config: EPrescriptionConfig) -> None:
        self._keeping = keeping
        self._register = register
        self._clock = clock
        self._config = config

    async def run(self) -> None:
        """Look, pause, for ever."""
        while True:
            await self.look()
            await self._clock.sleep(self._config.watch_every)

    async def look(self) -> None:
        """Look once for each. A service that is down, or a card that is not there, is tried at the next round."""
        for watched in [one async for one in self._keeping.watched()]:
            try:
                await self._one(watched)
            except (CaduceeError, ImpossibleStep):
                continue

    async def _one(self, watched: Watched) -> None:
        life = await self._keeping.life(watched.local_id)
        held = await self._register.consult(life.author, life.number)
        if held is None:
            if self._clock.now() - watched.since >= timedelta(seconds=self._config.watch_for):
                await self._keeping.forget(watched.local_id)
            return
        if held.status not in _GONE:
            try:
                await self._register.cancel(life.author, life.number, reason=REASON)
            except AlreadyDispensed as refused:
                await self._give_up(watched, refused)
                return
        await self._withdrawn(watched)

    async def _withdrawn(self, watched: Watched) -> None:
        life = await self._keeping.life(watched.local_id)
        document = await self._keeping.document(watched.local_id)

        async def also(tx: PluginTransaction) -> None:
            await tx.delete(WATCHED, watched.local_id)
            await tx.audit("rx.withdrawn", actor=ACTOR, subject=document.patient.local_id, detail=life.number)

        event = events.Withdrawn(at=self._keeping.now(), actor=ACTOR)
        try:
            await self._keeping.append(watched.local_id, life, event, also=also)
        except StateConflict:  # it is looked for again at the next round
            return

    async def _give_up(self, watched: Watched, refused: AlreadyDispensed) -> None:
        """A pharmacy was faster than we were: nothing can be cancelled, and a person must know."""
        async with self._keeping.transaction() as tx:
            await tx.delete(WATCHED, watched.local_id)
            await tx.event("not_withdrawn", reference=reference_of(watched.local_id), code=refused.code)
