"""The card at this desk: who it belongs to, its PIN, its coming and going."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio
import anyio.lowlevel
import anyio.to_thread

from caducee.clock import Clock
from caducee.contracts.credentials import CardHolder
from caducee.errors import (
    CardAbsent,
    CardModuleFailed,
    CardRemoved,
    CredentialError,
    MechanismMissing,
    OtherCard,
    PinBlocked,
    PinLastTry,
    PinRequired,
    PinWrong,
)
from caducee.keys.card.pin import PinPrompt, PinRequest, RefusedPins, is_well_formed
from caducee.keys.card.process import CardProcess
from caducee.keys.card.protocol import (
    CardSeen,
    Failed,
    Login,
    Logout,
    Look,
    Mechanism,
    Reason,
    Reply,
    Request,
    Seen,
    Sign,
    Signed,
    Use,
)
from caducee.keys.card.selection import card_of, holder_of, only_card
from caducee.keys.card.watch import CardWatch

OnEvent = Callable[[str, str], Awaitable[None]]

_ERRORS: dict[Reason, Callable[[], CredentialError]] = {
    Reason.ABSENT: CardAbsent,
    Reason.REMOVED: CardRemoved,
    Reason.PIN_REQUIRED: PinRequired,
    Reason.PIN_LAST_TRY: PinLastTry,
    Reason.PIN_BLOCKED: PinBlocked,
    Reason.NO_KEY: OtherCard,
    Reason.NO_MECHANISM: MechanismMissing,
}


class Card:
    """The cards that one PKCS#11 module shows; ``serial`` narrows them to one.

    ``prompt`` is asked for the PIN when a signature needs it. ``on_event`` is told, before the caller gets its
    answer, of ``pin.open``, ``pin.wrong``, ``pin.blocked`` and ``card.removed``, with the serial number as detail.
    ``interruptions`` counts the operations cut short by a card that left, a module that failed, or a reset right after
    the PIN; of failures in a row only the first, so that whoever waits tries again by itself once and not for ever.
    """

    def __init__(
        self,
        process: CardProcess,
        *,
        clock: Clock,
        serial: str = "",
        prompt: PinPrompt | None = None,
        on_event: OnEvent | None = None,
    ) -> None:
        self._process = process
        self._clock = clock
        self._serial = serial
        self._prompt = prompt
        self._on_event = on_event
        self._refused = RefusedPins()
        self.interruptions = 0
        self._failed = False
        self._asking: anyio.lowlevel.RunVar[anyio.Lock] = anyio.lowlevel.RunVar("caducee.card.asking")

    async def holder(self) -> CardHolder:
        """Read the holder of the card that is present. No PIN is needed.

        Raises:
            CardAbsent, OtherCard, AmbiguousCard, CardModuleFailed.
        """
        return holder_of(only_card(await self.look(), serial=self._serial))

    async def open(self, pin: str, *, use_last_try: bool = False) -> CardHolder:
        """Present the PIN once and keep the session open.

        A PIN that the card refused is never presented again, and the last try only with ``use_last_try``.

        Raises:
            PinWrong, PinLastTry, PinBlocked, CardAbsent, CardRemoved, OtherCard, AmbiguousCard, CardModuleFailed.
        """
        card = only_card(await self.look(), serial=self._serial)
        await self._present(card, pin, use_last_try=use_last_try)
        return holder_of(only_card(await self.look(), serial=card.serial))

    async def close(self) -> None:
        """Forget the PIN and the session."""
        await self._call(Logout())

    async def aclose(self) -> None:
        """End the card process for good."""
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(self._process.close)

    async def look(self) -> tuple[CardSeen, ...]:
        """Return every card that is there.

        Raises:
            CardModuleFailed: the module failed; it starts anew at the next call.
        """
        reply = await self._call(Look())
        if not isinstance(reply, Seen):
            raise _error(reply)
        return reply.cards

    async def find(self, identifier: str, use: Use = Use.SIGNATURE) -> tuple[CardSeen, bytes]:
        """Return the card of this professional, with the certificate of one of its keys.

        Raises:
            CardAbsent, OtherCard, AmbiguousCard, CardModuleFailed.
        """
        return card_of(await self.look(), identifier, serial=self._serial, use=use)

    async def unlock(self, identifier: str) -> None:
        """Have the card of this professional open, asking for the PIN if it is not.

        Raises:
            CardAbsent, OtherCard, AmbiguousCard, CardModuleFailed, PinRequired, PinWrong, PinLastTry, PinBlocked.
        """
        card, _ = await self.find(identifier, Use.AUTHENTICATION)
        if not card.logged_in:
            await self._ask(card)

    async def sign(self, card: CardSeen, mechanism: Mechanism, data: bytes, *, use: Use = Use.SIGNATURE) -> bytes:
        """Sign with one key of this card, asking for the PIN at most once.

        A card that was pulled out and is back asks its PIN again, once.

        Raises:
            CardRemoved, CardAbsent, PinRequired, PinWrong, PinLastTry, PinBlocked, MechanismMissing, CardModuleFailed.
        """
        request = Sign(card.serial, mechanism, data, use)
        reply = await self._sign_once(card, request)
        if isinstance(reply, Failed) and await self._may_ask(card, reply):
            await self._ask(card)
            reply = await self._sign_once(card, request)
            if isinstance(reply, Failed) and reply.reason is Reason.PIN_REQUIRED:
                self._interrupted()  # somebody reset the card in the middle: nothing else would say that it is ready
        if not isinstance(reply, Signed):
            raise _error(reply)
        return reply.signature

    def watch(self) -> CardWatch:
        """Follow the cards as they come and go."""
        return CardWatch(self, self._clock)

    async def _sign_once(self, card: CardSeen, request: Sign) -> Reply:
        try:
            reply = await self._call(request)
        except CardModuleFailed:
            self._interrupted()
            raise
        if isinstance(reply, Signed):
            self._failed = False
        if isinstance(reply, Failed) and reply.reason is Reason.REMOVED:
            self.interruptions += 1
            await self._event("card.removed", card.serial)
        return reply

    def _interrupted(self) -> None:
        self.interruptions += not self._failed
        self._failed = True

    async def _may_ask(self, card: CardSeen, failed: Failed) -> bool:
        if failed.reason is Reason.PIN_REQUIRED:
            return True
        is_back = failed.reason is Reason.REMOVED and card.serial in {c.serial for c in await self.look()}
        return is_back and self._prompt is not None

    async def _ask(self, card: CardSeen) -> None:
        async with self._one_question_at_a_time():
            now = only_card(await self.look(), serial=card.serial)
            if now.logged_in:
                return
            if now.tries_left <= 1:
                raise PinLastTry if now.tries_left else PinBlocked
            pin = await self._prompt(_request(now)) if self._prompt else None
            if pin is None:
                raise PinRequired
            await self._present(now, pin, use_last_try=False)

    async def _present(self, card: CardSeen, pin: str, *, use_last_try: bool) -> None:
        if not is_well_formed(pin) or (card.serial, pin) in self._refused:
            raise PinWrong(card.tries_left)
        reply = await self._call(Login(card.serial, pin.encode(), use_last_try))
        if not isinstance(reply, Failed):
            await self._event("pin.open", card.serial)
            return
        if reply.reason is Reason.PIN_WRONG or (reply.reason is Reason.PIN_BLOCKED and card.tries_left):
            self._refused.add(card.serial, pin)
            await self._event("pin.wrong", card.serial)
        if reply.reason is Reason.PIN_BLOCKED:
            await self._event("pin.blocked", card.serial)
        raise _error(reply)

    def _one_question_at_a_time(self) -> anyio.Lock:
        return self._asking.get(None) or self._new_lock()

    def _new_lock(self) -> anyio.Lock:
        lock = anyio.Lock()
        self._asking.set(lock)
        return lock

    async def _event(self, action: str, serial: str) -> None:
        if self._on_event is not None:
            await self._on_event(action, serial)

    async def _call(self, request: Request) -> Reply:
        return await anyio.to_thread.run_sync(self._process.call, request, abandon_on_cancel=True)


def _request(card: CardSeen) -> PinRequest:
    holder = holder_of(card)
    return PinRequest(
        serial=card.serial,
        identifier=holder.identifier,
        family_name=holder.family_name,
        given_name=holder.given_name,
        tries_left=card.tries_left,
    )


def _error(reply: Reply) -> CredentialError:
    if not isinstance(reply, Failed):
        return CardModuleFailed("unexpected answer of the card process")
    if reply.reason is Reason.PIN_WRONG:
        return PinWrong(reply.tries_left)
    return _ERRORS[reply.reason]()
