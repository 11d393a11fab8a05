"""The inbox as the practice's software sees it."""

from __future__ import annotations

import logging
from datetime import timedelta

import anyio

from caducee.clock import Clock
from caducee.contracts.inbox import Handler, InboxItem, InboxRow, InboxState
from caducee.errors import CaduceeError, LeaseLost, StoreError
from caducee.events import Bell
from caducee.model.permissions import Verb, require
from caducee.model.practice import Actor
from caducee.outbox.contract import Store

FAILURES = 5
"""An item that its handler has refused so often is set aside."""

UNANSWERED = "unanswered"
"""Why an item is set aside that nobody answered for."""

LEASE = timedelta(minutes=2)
_HEARTBEAT = 30.0
_DELAYS = (1.0, 5.0, 30.0, 120.0)
_LOOK_AGAIN = 1.0
_SETTLE_GRACE = 5.0

_log = logging.getLogger("caducee.inbox")


class DeskInbox:
    """The ``Inbox`` of one tenant, over its store."""

    def __init__(self, store: Store, *, clock: Clock, bell: Bell, pace: float = 1.0) -> None:
        self._store = store
        self._clock = clock
        self._bell = bell
        self._pace = pace

    async def serve(self, handler: Handler, *, acting: Actor, kinds: tuple[str, ...] = ()) -> None:
        """Hand over every item, oldest first, for ever; a failing one is handed again later, then set aside.

        Raises:
            ActorRefused: this actor may not file mail.
        """
        require(acting, Verb.FILE_MAIL)
        while True:
            rung = self._bell.next()
            try:
                item = await self.take(kinds=kinds)
                if item is not None:
                    await self._hand_over(item, handler, acting)
                    continue
            except StoreError as error:
                _log.warning("the inbox could not be read: %s", error.code)
            with anyio.move_on_after(_LOOK_AGAIN):
                await rung.wait()

    async def take(self, *, kinds: tuple[str, ...] = ()) -> InboxItem | None:
        """Take the next item; ``None`` when nothing waits. Taken again by others two minutes later if not answered.

        No answer is a failure: an item that ends the program that files it is set aside too.
        """
        while True:
            item = await self._store.take_item(kinds, until=self._clock.now() + LEASE)
            if item is None or item.failures < FAILURES:
                return item
            await self._store.end_item(item, InboxState.ASIDE, reason=UNANSWERED, counts=False)

    async def filed(self, item: InboxItem, *, acting: Actor) -> None:
        """Say that the practice's software has it for good.

        Raises:
            ActorRefused: this actor may not file mail.
            LeaseLost: it was handed to somebody else meanwhile.
        """
        require(acting, Verb.FILE_MAIL)
        await self._store.end_item(item, InboxState.FILED, actor=acting.named)

    async def failed(self, item: InboxItem, *, reason: str, acting: Actor) -> None:
        """Say that it could not be filed: it is handed again later, then set aside.

        Raises:
            ActorRefused: this actor may not file mail.
            LeaseLost: it was handed to somebody else meanwhile.
        """
        require(acting, Verb.FILE_MAIL)
        if item.failures + 1 >= FAILURES:
            await self._store.end_item(item, InboxState.ASIDE, reason=reason, actor=acting.named)
            return
        delay = _DELAYS[min(item.failures, len(_DELAYS) - 1)] / self._pace
        due = self._clock.now() + timedelta(seconds=delay)
        await self._store.end_item(item, InboxState.WAITING, due=due, reason=reason)

    async def rows(self, *, states: frozenset[InboxState] | None = None) -> tuple[InboxRow, ...]:
        """List items, newest first."""
        return await self._store.items(states)

    async def again(self, item_id: str, *, acting: Actor) -> bool:
        """A person asks again for an item set aside; say whether anything changed.

        Raises:
            ActorRefused: this actor may not file mail.
        """
        require(acting, Verb.FILE_MAIL)
        changed = await self._store.retry_item(item_id, actor=acting.named)
        if changed:
            self._bell.ring()
        return changed

    async def _hand_over(self, item: InboxItem, handler: Handler, acting: Actor) -> None:
        try:
            reason = await self._handled(item, handler)
        except anyio.get_cancelled_exc_class():
            await self._give_back(item)
            raise
        with anyio.CancelScope(shield=True):
            try:
                if reason:
                    await self.failed(item, reason=reason, acting=acting)
                else:
                    await self.filed(item, acting=acting)
            except LeaseLost:
                _log.warning("item %s was handed to somebody else", item.item_id)

    async def _handled(self, item: InboxItem, handler: Handler) -> str:
        """Call the handler, keeping the lease; return why it failed, empty when it did not.

        The handler has a task of its own: when something that it awaits was cancelled, that ends the handler alone.
        """
        reason = anyio.get_cancelled_exc_class().__name__

        async def call() -> None:
            nonlocal reason
            reason = await _reason(handler, item)
            group.cancel_scope.cancel()

        async with anyio.create_task_group() as group:
            group.start_soon(self._beat, item)
            group.start_soon(call)
        if reason:
            _log.warning("item %s was not filed: %s", item.item_id, reason)
        return reason

    async def _beat(self, item: InboxItem) -> None:
        while True:
            await self._clock.sleep(_HEARTBEAT)
            try:
                await self._store.extend_item(item, until=self._clock.now() + LEASE)
            except StoreError as error:
                _log.warning("lease of item %s not extended: %s", item.item_id, error.code)

    async def _give_back(self, item: InboxItem) -> None:
        with anyio.move_on_after(_SETTLE_GRACE, shield=True):
            try:
                await self._store.end_item(item, InboxState.WAITING, counts=False)
            except StoreError as error:
                _log.warning("item %s left as it was: %s", item.item_id, error.code)


async def _reason(handler: Handler, item: InboxItem) -> str:
    try:
        await handler(item)
    except CaduceeError as error:
        return error.code
    except Exception as error:  # noqa: BLE001 - the practice's own code; its text may name a patient
        return type(error).__name__
    return ""
