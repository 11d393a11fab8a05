"""Whether the national base holds a prescription: decided once, in a bounded time.

A lost answer is asked for by the number before anything is sent again. What is not confirmed in time stays local.
"""

from __future__ import annotations

from contextlib import suppress

import anyio

from caducee.clock import Clock
from caducee.errors import OutcomeUnknown, ProtocolViolation, ServiceUnavailable, StateConflict
from caducee_eprescription import events
from caducee_eprescription.errors import RegisterRefused
from caducee_eprescription.keeping import Keeping
from caducee_eprescription.life import ImpossibleStep, Life
from caducee_eprescription.message import Message, written
from caducee_eprescription.register import Held, Register
from caducee_eprescription.states import RxState

DUPLICATE = "erx.duplicate"
_PAUSE = 0.2


class Decision:
    """Takes one prescription from its number to an answer: registered, refused or local."""

    def __init__(self, *, keeping: Keeping, register: Register, clock: Clock, within: float) -> None:
        self._keeping = keeping
        self._register = register
        self._clock = clock
        self._within = within

    async def decide(self, local_id: str, content: Message, *, practitioner: str, exempt: str) -> Life:
        """Return the decided life. Another process at the same prescription is waited for, never overtaken.

        Raises:
            CredentialError: no usable certificate, and nothing was ever sent.
            StoreError: nothing of the last step was kept.
        """
        life = await self._keeping.life(local_id)
        if exempt and life.state is RxState.VALIDATED:
            return await self._localise(local_id, why="exempt", unsent=0)
        attempt = _Attempt(self._keeping, self._register, local_id, content, practitioner)
        await self._register.ready(practitioner)  # a PIN takes the time of a person, which is not the base's
        with anyio.move_on_after(self._within):
            await attempt.confirm()
        return await self._localise(local_id, why="", unsent=attempt.unsent)

    async def _localise(self, local_id: str, *, why: str, unsent: int) -> Life:
        """Keep that it is local, unless an answer was kept meanwhile.

        ``unsent`` counts the times that it was certainly not received: any other one may still arrive at the base.
        """
        while True:
            life = await self._keeping.life(local_id)
            if life.decided or life.state is RxState.REJECTED:
                return life
            perhaps_held = life.asked > unsent
            reason = why or ("undecided" if perhaps_held else "unavailable")
            event = events.Localised(at=self._keeping.now(), why=reason, perhaps_held=perhaps_held)
            also = self._keeping.watch(local_id) if perhaps_held else None
            with suppress(StateConflict):
                return await self._keeping.append(local_id, life, event, also=also)


class _Attempt:
    """What is done while the desk waits. ``unsent`` counts the times that the base certainly received nothing."""

    def __init__(
        self, keeping: Keeping, register: Register, local_id: str, content: Message, practitioner: str
    ) -> None:
        self._keeping = keeping
        self._register = register
        self._local_id = local_id
        self._content = content
        self._practitioner = practitioner
        self.unsent = 0

    async def confirm(self) -> None:
        """Ask until the base has answered or says that it is down."""
        while True:
            try:
                return await self._confirm()
            except (StateConflict, ImpossibleStep):  # another process is at the same prescription
                await anyio.sleep(_PAUSE)

    async def _confirm(self) -> None:
        life = await self._keeping.life(self._local_id)
        if life.state is RxState.REGISTERING:
            life = await self._ask(life)
        while life.state in (RxState.VALIDATED, RxState.REGISTERING):
            life = await self._keeping.append(self._local_id, life, events.Asked(at=self._keeping.now()))
            try:
                life = await self._send(life)
            except ServiceUnavailable:
                self.unsent += 1
                return
            except OutcomeUnknown:
                life = await self._ask(life)

    async def _send(self, life: Life) -> Life:
        try:
            await self._register.register(self._practitioner, written(self._content))
        except RegisterRefused as refused:
            if refused.service_code == DUPLICATE:
                asked = await self._ask(life)
                if asked.decided:
                    return asked
            return await self._kept(life, events.Refused(at=self._keeping.now(), code=refused.service_code))
        return await self._kept(life, events.Registered(at=self._keeping.now()))

    async def _ask(self, life: Life) -> Life:
        """Ask by the number until there is an answer; the same life when the base does not have it."""
        held = await self._held(life.number)
        if held is None:
            return life
        if held.digest == life.digest:
            return await self._kept(life, events.Registered(at=self._keeping.now(), found=True))
        return await self._kept(life, events.Refused(at=self._keeping.now(), code=DUPLICATE))

    async def _held(self, number: str) -> Held | None:
        while True:
            try:
                return await self._register.consult(self._practitioner, number)
            except (ServiceUnavailable, ProtocolViolation):
                await anyio.sleep(_PAUSE)

    async def _kept(self, life: Life, event: events.Registered | events.Refused) -> Life:
        """An answer that has come is kept although the time may just have run out."""
        with anyio.CancelScope(shield=True):
            kept = await self._keeping.append(self._local_id, life, event)
        return kept  # noqa: RET504 - a cancel scope may swallow what is in it
