"""The kernel for hosts that are not asynchronous: same verbs, same events, each call blocks its thread.

with caducee.BlockingKernel.open("caducee.toml") as kernel:
    ticket = kernel.documents.publish(letter, audience=…, acting=…, idempotency_key=…)
    for event in kernel.events(after=last):
        …
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import anyio.to_thread
from anyio.from_thread import BlockingPortal, start_blocking_portal

from caducee.assembly import open_kernel
from caducee.config import Config, SecretProvider
from caducee.contracts.inbox import InboxItem
from caducee.documents.ticket import DeliveryStatus, Ticket
from caducee.errors import StoreError
from caducee.kernel import Kernel
from caducee.keys import PinPrompt, PinRequest
from caducee.model.destination import Destination
from caducee.outbox.contract import EventRow
from caducee.plugins import PluginStatus
from caducee.services import ServiceKey

T = TypeVar("T")
BlockingPinPrompt = Callable[[PinRequest], str | None]


class BlockingKernel:
    """A kernel in a thread of its own. Any thread may call it; ``with`` starts and stops it."""

    def __init__(self, open_it: Callable[[], Any]) -> None:
        self._open_it = open_it
        self._stack = ExitStack()
        self._portal: BlockingPortal | None = None
        self._kernel: Kernel | None = None

    @classmethod
    def open(
        cls,
        config: Config | Path | str,
        *,
        pin_prompt: BlockingPinPrompt | None = None,
        secrets: SecretProvider | None = None,
        **more: Any,
    ) -> BlockingKernel:
        """Prepare a kernel on a configuration; ``with`` opens it. Options and errors as ``open_kernel``.

        ``pin_prompt`` is a plain function: it is called in a thread, and may wait for a person.
        """
        prompt = None if pin_prompt is None else _in_thread(pin_prompt)
        return cls(lambda: open_kernel(config, pin_prompt=prompt, secrets=secrets, **more))

    def __enter__(self) -> Self:
        """Start the thread and open the kernel.

        Raises:
            ConfigError, StoreError: as ``open_kernel``; no thread is left.
        """
        with ExitStack() as stack:
            self._portal = stack.enter_context(start_blocking_portal())
            self._kernel = stack.enter_context(self._portal.wrap_async_context_manager(self._open_it()))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:
        """Stop the kernel within its grace time, then its thread."""
        return self._stack.__exit__(kind, error, traceback)

    @property
    def documents(self) -> Blocking:
        """``kernel.documents``: ``publish``, ``validate``, ``ticket``, ``sealed_bytes``."""
        return self._blocking(self._opened.documents)

    @property
    def identities(self) -> Blocking:
        """``kernel.identities``: ``update``."""
        return self._blocking(self._opened.identities)

    @property
    def inbox(self) -> BlockingInbox:
        """What services gave."""
        return BlockingInbox(self._blocking(self._opened.inbox))

    @property
    def card(self) -> Blocking:
        """The card at this desk: ``holder``, ``open``, ``close``.

        Raises:
            CapabilityMissing: the configuration has none.
        """
        return self._blocking(self._opened.card)

    def practitioner(self, key: str) -> Any:
        """Return the professional of ``[practitioner.KEY]``."""
        return self._opened.practitioner(key)

    def destination(self, kind: str, fields: Mapping[str, Any]) -> Destination:
        """Make a destination of a kind that a plugin serves. Errors as ``kernel.destination``."""
        return self._opened.destination(kind, fields)

    def plugins(self) -> tuple[PluginStatus, ...]:
        """Where each plugin of the configuration stands."""
        return self._opened.plugins()

    def wake(self) -> None:
        """Look again at everything that waits."""
        self._running.call(self._opened.wake)

    @contextmanager
    def use(self, key: ServiceKey[Any]) -> Iterator[Blocking]:
        """Lend a service of a plugin; its coroutine methods block. Errors as ``kernel.use``."""
        with self._running.wrap_async_context_manager(self._opened.use(key)) as service:
            yield self._blocking(service)

    def events(self, *, after: int = 0) -> BlockingEvents:
        """Follow the events: ``for event in kernel.events(after=seq)``. ``close()``, from any thread, ends it."""
        return BlockingEvents(self._running, self._opened, after)

    @property
    def _opened(self) -> Kernel:
        if self._kernel is None:
            raise StoreError("the kernel is not open: use it in a with block")
        return self._kernel

    @property
    def _running(self) -> BlockingPortal:
        if self._portal is None:
            raise StoreError("the kernel is not open: use it in a with block")
        return self._portal

    def _blocking(self, target: Any) -> Blocking:
        return Blocking(target, self._running)


class Blocking:
    """Something asynchronous whose methods block. What they return is blocking too, where it has methods to call."""

    def __init__(self, target: Any, portal: BlockingPortal) -> None:
        self._target = target
        self._portal = portal

    def __getattr__(self, name: str) -> Any:
        """Return a method that blocks, or a plain value."""
        if name.startswith("_"):
            raise AttributeError(name)
        value = getattr(self._target, name)
        if not callable(value):
            return value

        @wraps(value)
        def call(*arguments: Any, **named: Any) -> Any:
            return _given(self._portal.call(_awaited, value, arguments, named), self._portal)

        return call


class BlockingTicket(Blocking):
    """A ticket whose waits block; ``timeout`` is in seconds."""

    @property
    def document_id(self) -> str:
        """The identifier of the publication."""
        return str(self._target.document_id)

    def deliveries(self) -> tuple[DeliveryStatus, ...]:
        """Return where each delivery stands now."""
        statuses: tuple[DeliveryStatus, ...] = self._portal.call(self._target.deliveries)
        return statuses

    def settled(self, *, timeout: float | None = None) -> tuple[DeliveryStatus, ...]:
        """Wait until every delivery has ended.

        Raises:
            TimeoutError: not within ``timeout``; nothing is lost, ask again.
        """
        return self._portal.call(_within, timeout, self._target.settled)

    def signed(self, *, timeout: float | None = None) -> tuple[DeliveryStatus, ...]:
        """Wait until every delivery that goes is signed.

        Raises:
            TimeoutError: not within ``timeout``.
        """
        return self._portal.call(_within, timeout, self._target.signed)


class BlockingInbox:
    """What services gave, for software that asks: ``take``, then ``filed`` or ``failed``."""

    def __init__(self, inbox: Blocking) -> None:
        self._inbox = inbox

    def take(self, *, kinds: tuple[str, ...] = ()) -> InboxItem | None:
        """Take the next item; ``None`` when nothing waits."""
        item: InboxItem | None = self._inbox.take(kinds=kinds)
        return item

    def filed(self, item: InboxItem) -> None:
        """Say that the practice's software has it for good."""
        self._inbox.filed(item)

    def failed(self, item: InboxItem, *, reason: str) -> None:
        """Say that it could not be filed: it comes again later."""
        self._inbox.failed(item, reason=reason)

    def rows(self, **which: Any) -> Any:
        """List items, newest first."""
        return self._inbox.rows(**which)

    def again(self, item_id: str) -> bool:
        """Ask again for an item set aside."""
        return bool(self._inbox.again(item_id))


class BlockingEvents:
    """Every event after a number, in order, for ever, until ``close()`` or the end of the kernel."""

    def __init__(self, portal: BlockingPortal, kernel: Kernel, after: int) -> None:
        self._portal = portal
        self._events = kernel.events(after=after)
        self._waiting: Any = None
        self._closed = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> EventRow:
        """Wait for the next event."""
        if self._closed:
            raise StopIteration
        self._waiting = self._portal.start_task_soon(self._events.__anext__)
        try:
            event: EventRow = self._waiting.result()
        except CancelledError:
            raise StopIteration from None
        return event

    def close(self) -> None:
        """End the iteration, also one that waits in another thread."""
        self._closed = True
        if self._waiting is not None:
            self._waiting.cancel()


async def _awaited(function: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
    result = function(*arguments, **named)
    return await result if inspect.isawaitable(result) else result


async def _within(timeout: float | None, wait: Callable[[], Any]) -> Any:
    with anyio.fail_after(timeout):
        return await wait()


def _given(value: Any, portal: BlockingPortal) -> Any:
    return BlockingTicket(value, portal) if isinstance(value, Ticket) else value


def _in_thread(prompt: BlockingPinPrompt) -> PinPrompt:
    async def ask(request: PinRequest) -> str | None:
        return await anyio.to_thread.run_sync(prompt, request, abandon_on_cancel=True)

    return ask
