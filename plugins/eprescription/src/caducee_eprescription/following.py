"""What pharmacies did with a prescription: asked of the base, or read in a document; kept once each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress

from caducee.clock import Clock
from caducee.contracts.oppositions import Oppositions
from caducee.contracts.state import PluginTransaction
from caducee.errors import ProtocolViolation, ServiceUnavailable, StateConflict
from caducee.model.permissions import Verb, require
from caducee.model.practice import Actor
from caducee.sharing.opposition import Scope
from caducee_eprescription import events
from caducee_eprescription.api import Change
from caducee_eprescription.config import EPrescriptionConfig
from caducee_eprescription.dispensation import ReadDispensation, read_dispensation
from caducee_eprescription.errors import SERVICE, DispensationUnreadable, FollowOpposed, UnknownPrescription, WrongState
from caducee_eprescription.events import AnyEvent
from caducee_eprescription.keeping import Keeping
from caducee_eprescription.life import Life, replayed
from caducee_eprescription.message import lines
from caducee_eprescription.register import Executed, Register
from caducee_eprescription.states import Action, Dispensation, RxState

_LIVE = (RxState.REGISTERED, RxState.PARTIALLY_DISPENSED, RxState.DISPENSED)
_OVER = (RxState.DISPENSED, RxState.CANCELLED, RxState.REPLACED, RxState.EXPIRED, RxState.LOCAL_ONLY)


class Following:
    """Follows prescriptions that the base holds."""

    def __init__(
        self,
        *,
        keeping: Keeping,
        register: Register,
        clock: Clock,
        config: EPrescriptionConfig,
        oppositions: Oppositions,
    ) -> None:
        self._keeping = keeping
        self._register = register
        self._clock = clock
        self._config = config
        self._oppositions = oppositions

    async def refresh(self, local_id: str, *, acting: Actor) -> Life:
        """Ask the base once and keep what is new."""
        require(acting, Verb.CONSULT)
        life = await self._keeping.life(local_id)
        if life.state in _OVER and life.state is not RxState.DISPENSED:
            return await self._expired(local_id)
        if life.state not in _LIVE:
            raise WrongState(life.state, "refresh")
        if life.opposed or await self._opposed(local_id):
            raise FollowOpposed(SERVICE, "the patient is opposed")
        executed = await self._register.executions(life.author, life.number)
        await self._audit(local_id, acting)
        await self.keep(local_id, executed)
        return await self._expired(local_id)

    async def follow(self, local_id: str, *, acting: Actor, after: int) -> AsyncIterator[Change]:
        """Yield what happens; ask again later while the base does not answer."""
        while True:
            with suppress(ServiceUnavailable, ProtocolViolation):
                await self.refresh(local_id, acting=acting)
            changes = await self.changes(local_id)
            for change in changes[after:]:
                yield change
            after = len(changes)
            if changes[-1].state in _OVER:
                return
            await self._clock.sleep(self._config.follow_every)

    async def changes(self, local_id: str) -> tuple[Change, ...]:
        """Return what happened, as the practice's software reads it."""
        happened = await self._keeping.events(local_id)
        return tuple(_change(happened[: at + 1]) for at in range(len(happened)))

    async def keep(self, local_id: str, executed: Executed) -> Life:
        """Keep every dispensation that is new, or that a pharmacy cancelled."""
        while True:
            life = await self._keeping.life(local_id)
            known = {one.identifier: one.cancelled for one in life.dispensations}
            new = [one for one in executed.dispensations if known.get(one.identifier) is not one.cancelled]
            happened = [
                events.Dispensed(at=self._keeping.now(), dispensation=one, remaining=executed.remaining) for one in new
            ]
            with suppress(StateConflict):
                return await self._keeping.append(local_id, life, *happened) if happened else life

    async def receive(self, content: bytes) -> Life:
        """Keep what a dispensation document says."""
        read = read_dispensation(content)
        local_id = await self._fulfilled(read)
        life = await self._keeping.life(local_id)
        if life.state not in _LIVE:
            raise DispensationUnreadable(f"of a prescription that is {life.state}")
        if read.dispensation.identifier in {one.identifier for one in life.dispensations}:
            return life
        remaining = await self._remaining(local_id, (*life.dispensations, read.dispensation))
        return await self.keep(local_id, Executed(remaining=remaining, dispensations=(read.dispensation,)))

    async def _fulfilled(self, read: ReadDispensation) -> str:
        for identifier in read.fulfils:
            with suppress(UnknownPrescription):
                return await self._keeping.found(identifier)
            published = await self._keeping.published_as(identifier)
            if published is not None:
                return published
        raise DispensationUnreadable("of no prescription of this store")

    async def _remaining(self, local_id: str, dispensed: tuple[Dispensation, ...]) -> int:
        """Count what the document leaves to deliver: each line once, and once more for each renewal."""
        document = await self._keeping.document(local_id)
        left = {line.line: 1 + line.renewals for line in lines(document.body)}
        for dispensation in dispensed:
            for line in () if dispensation.cancelled else dispensation.lines:
                if line.action is not Action.NOT_DISPENSED and left.get(line.line):
                    left[line.line] -= 1
        return sum(left.values())

    async def _expired(self, local_id: str) -> Life:
        life = await self._keeping.life(local_id)
        today = self._clock.now().date().isoformat()
        if life.state not in (RxState.REGISTERED, RxState.PARTIALLY_DISPENSED) or today <= life.valid_until:
            return life
        with suppress(StateConflict):
            return await self._keeping.append(local_id, life, events.Expired(at=self._keeping.now()))
        return await self._keeping.life(local_id)

    async def _opposed(self, local_id: str) -> bool:
        """Say whether the patient has told the practice since, whatever the prescription itself says."""
        patient = (await self._keeping.document(local_id)).patient.local_id
        return await self._oppositions.standing(patient, Scope.DISPENSATION_FOLLOW) is not None

    async def _audit(self, local_id: str, acting: Actor) -> None:
        document = await self._keeping.document(local_id)
        async with self._keeping.transaction() as tx:
            await _audit_of(tx, acting, document.patient.local_id)


async def _audit_of(tx: PluginTransaction, acting: Actor, subject: str) -> None:
    await tx.audit("rx.consult", actor=acting.named, subject=subject)


def _change(happened: tuple[AnyEvent, ...]) -> Change:
    life, last = replayed(happened), happened[-1]
    given = last.dispensation if isinstance(last, events.Dispensed) else None
    return Change(
        entry=len(happened),
        at=last.at,
        what=type(last).__name__.lower(),
        state=life.state,
        pharmacy=given.pharmacy if given else "",
        lines=given.lines if given else (),
        cancelled=given.cancelled if given else False,
    )
