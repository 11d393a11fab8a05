"""The kernel for hosts that are not asynchronous: same verbs, same events, each call blocks its thread.

with caducee.BlockingKernel.open("caducee.toml") as kernel:
    ticket = kernel.documents.publish(letter, audience=…, acting=…, idempotency_key=…)
    for event in kernel.events(after=last):
        …
"""

from __future__ import annotations

import inspect
import threading
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager, contextmanager, suppress
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import anyio
import anyio.abc
import anyio.to_thread
from anyio.from_thread import BlockingPortal, start_blocking_portal

from caducee.assembly import open_kernel
from caducee.config import Config, SecretProvider
from caducee.contracts.inbox import InboxItem
from caducee.documents.ticket import DeliveryStatus, Ticket
from caducee.errors import PluginCrashed, StoreError
from caducee.kernel import Kernel
from caducee.keys import PinPrompt, PinRequest
from caducee.model.destination import Destination
from caducee.model.practice import Actor
from caducee.outbox.contract import EventRow
from caducee.plugins import PluginStatus
from caducee.services import ServiceKey

T = TypeVar("T")
BlockingPinPrompt = Callable[[PinRequest], str | None]


class BlockingKernel:
    """A kernel in a thread of its own. Any thread may call it; ``with`` starts and stops it.

    What a thread waits for when the kernel is closed ends with ``StoreError``; nothing that was published is lost.
    """

    def __init__(self, open_it: Callable[[], Any]) -> None:
        self._open_it = open_it
        self._stack = ExitStack()
        self._closing = threading.Lock()
        self._followers: weakref.WeakSet[BlockingEvents] = weakref.WeakSet()
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
            portal = stack.enter_context(start_blocking_portal())
            stack.callback(portal.call, portal.stop, True)  # noqa: FBT003 - its own name for it: no call is left behind
            self._kernel = stack.enter_context(_held(portal, self._open_it()))
            self._portal = portal
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop the kernel within its grace time, then its thread."""
        self.close()

    def close(self) -> None:
        """Stop the kernel within its grace time, then its thread. From any thread; twice is as good as once."""
        with self._closing:
            for events in tuple(self._followers):
                events.close()
            self._stack.close()
            self._portal = self._kernel = None

    @property
    def documents(self) -> Blocking:
        """``kernel.documents``: ``publish``, ``validate``, ``announced``, ``ticket``, ``sealed_bytes``."""
        return self._blocking(self._opened.documents)

    @property
    def identities(self) -> Blocking:
        """``kernel.identities``: ``update``."""
        return self._blocking(self._opened.identities)

    @property
    def sharing(self) -> Blocking:
        """``kernel.sharing``: oppositions, information, obligations, indicators."""
        return self._blocking(self._opened.sharing)

    @property
    def records(self) -> Blocking:
        """``kernel.records``: ``export_record``, ``import_record``."""
        return self._blocking(self._opened.records)

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
        _called(self._running, self._opened.wake)

    @contextmanager
    def use(self, key: ServiceKey[Any]) -> Iterator[Blocking]:
        """Lend a service of a plugin; its coroutine methods block.

        Raises:
            CapabilityMissing, NotReady: as ``kernel.use``.
            PluginCrashed: the plugin died while it was used; a call that waited for it raises this too.
        """
        lent = _Lent(key.name)
        with _held(self._running, lent.over(self._opened.use(key))) as service:
            yield Blocking(service, self._running, lent.call)

    def begin(self, work: Callable[[Kernel], Awaitable[T]]) -> Future[T]:
        """Start something with the kernel itself, in its thread, and return at once.

        For waits that are not worth a thread: ``begin(work).result()`` waits, ``cancel()`` gives up. Closing the kernel
        cancels what has not ended.
        """
        return _started(self._running, work, self._opened)

    def events(self, *, after: int = 0) -> BlockingEvents:
        """Follow the events: ``for event in kernel.events(after=seq)``. ``close()``, from any thread, ends it."""
        events = BlockingEvents(self._running, self._opened, after)
        self._followers.add(events)
        return events

    @property
    def _opened(self) -> Kernel:
        if self._kernel is None:
            raise StoreError("the kernel is not open")
        return self._kernel

    @property
    def _running(self) -> BlockingPortal:
        if self._portal is None:
            raise StoreError("the kernel is not open")
        return self._portal

    def _blocking(self, target: Any) -> Blocking:
        return Blocking(target, self._running)


class Blocking:
    """Something asynchronous whose methods block. What they return is blocking too, where it has methods to call."""

    def __init__(self, target: Any, portal: BlockingPortal, call: Callable[..., Awaitable[Any]] | None = None) -> None:
        self._target = target
        self._portal = portal
        self._call = call or _awaited

    def __getattr__(self, name: str) -> Any:
        """Return a method that blocks, a part of the service that does, or a plain value."""
        if name.startswith("_"):
            raise AttributeError(name)
        value = getattr(self._target, name)
        if not callable(value):
            return Blocking(value, self._portal, self._call) if _is_part(value) else value

        @wraps(value)
        def call(*arguments: Any, **named: Any) -> Any:
            return _given(_called(self._portal, self._call, value, arguments, named), self._portal)

        return call


class _Lent:
    """The calls to one service that is lent: they end when the lending ends."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._calls: set[anyio.CancelScope] = set()

    @asynccontextmanager
    async def over(self, lending: AbstractAsyncContextManager[T]) -> AsyncIterator[T]:
        """Lend; at the end, cancel what is still being asked."""
        async with lending as service:
            try:
                yield service
            finally:
                for scope in self._calls:
                    scope.cancel()

    async def call(self, function: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Call the service.

        Raises:
            PluginCrashed: the lending ended meanwhile.
        """
        with anyio.CancelScope() as scope:
            self._calls.add(scope)
            try:
                return await _awaited(function, arguments, named)
            finally:
                self._calls.discard(scope)
        raise PluginCrashed(self._name, "ended while it was used")


class BlockingTicket(Blocking):
    """A ticket whose waits block; ``timeout`` is in seconds."""

    @property
    def document_id(self) -> str:
        """The identifier of the publication."""
        return str(self._target.document_id)

    def deliveries(self) -> tuple[DeliveryStatus, ...]:
        """Return where each delivery stands now."""
        statuses: tuple[DeliveryStatus, ...] = _called(self._portal, self._target.deliveries)
        return statuses

    def settled(self, *, timeout: float | None = None) -> tuple[DeliveryStatus, ...]:
        """Wait until every delivery has ended.

        Raises:
            TimeoutError: not within ``timeout``; nothing is lost, ask again.
        """
        statuses: tuple[DeliveryStatus, ...] = _called(self._portal, _within, timeout, self._target.settled)
        return statuses

    def signed(self, *, timeout: float | None = None) -> tuple[DeliveryStatus, ...]:
        """Wait until every delivery that goes is signed.

        Raises:
            TimeoutError: not within ``timeout``.
        """
        statuses: tuple[DeliveryStatus, ...] = _called(self._portal, _within, timeout, self._target.signed)
        return statuses


class BlockingInbox:
    """What services gave, for software that asks: ``take``, then ``filed`` or ``failed``."""

    def __init__(self, inbox: Blocking) -> None:
        self._inbox = inbox

    def take(self, *, kinds: tuple[str, ...] = ()) -> InboxItem | None:
        """Take the next item; ``None`` when nothing waits."""
        item: InboxItem | None = self._inbox.take(kinds=kinds)
        return item

    def filed(self, item: InboxItem, *, acting: Actor) -> None:
        """Say that the practice's software has it for good."""
        self._inbox.filed(item, acting=acting)

    def failed(self, item: InboxItem, *, reason: str, acting: Actor) -> None:
        """Say that it could not be filed: it comes again later."""
        self._inbox.failed(item, reason=reason, acting=acting)

    def rows(self, **which: Any) -> Any:
        """List items, newest first."""
        return self._inbox.rows(**which)

    def again(self, item_id: str, *, acting: Actor) -> bool:
        """Ask again for an item set aside."""
        return bool(self._inbox.again(item_id, acting=acting))


class BlockingEvents:
    """Every event after a number, in order, for ever, until ``close()`` or the end of the kernel. One thread reads."""

    def __init__(self, portal: BlockingPortal, kernel: Kernel, after: int) -> None:
        self._portal = portal
        self._events = kernel.events(after=after)
        self._lock = threading.Lock()
        self._waiting: Future[EventRow] | None = None
        self._closed = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> EventRow:
        """Wait for the next event.

        Raises:
            StoreError: the store could not be read.
        """
        try:
            with self._lock:
                if self._closed:
                    raise StopIteration
                self._waiting = _started(self._portal, self._events.__anext__)
            return _result(self._waiting)
        except StoreError:
            if not self._closed:
                raise
            raise StopIteration from None

    def close(self) -> None:
        """End the iteration, also one that waits in another thread."""
        with self._lock:
            self._closed = True
            if self._waiting is not None:
                self._waiting.cancel()


async def _hold(context: AbstractAsyncContextManager[T], *, task_status: anyio.abc.TaskStatus[Any]) -> None:
    leave = anyio.Event()
    async with context as value:
        task_status.started((value, leave.set))
        await leave.wait()


@contextmanager
def _held(portal: BlockingPortal, context: AbstractAsyncContextManager[T]) -> Iterator[T]:
    """Be in a context of the kernel's thread. It is left the same way whatever is raised here.

    An interrupt of this thread must not end the kernel's loop.
    """
    try:
        ended, (value, leave) = portal.start_task(_hold, context)
    except CancelledError:
        raise StoreError("the kernel was closed") from None
    try:
        yield value
    finally:
        with suppress(RuntimeError):
            portal.call(leave)
        _result(ended)


def _called(portal: BlockingPortal, function: Callable[..., Any], *arguments: Any) -> Any:
    return _result(_started(portal, function, *arguments))


def _started(portal: BlockingPortal, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
    try:
        return portal.start_task_soon(function, *arguments)
    except RuntimeError as error:
        raise StoreError(f"the kernel cannot be called: {error}") from None


def _result(future: Future[T]) -> T:
    try:
        return future.result()
    except CancelledError:
        raise StoreError("the kernel was closed") from None
    except KeyboardInterrupt:
        future.cancel()
        raise


async def _awaited(function: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
    result = function(*arguments, **named)
    return await result if inspect.isawaitable(result) else result


async def _within(timeout: float | None, wait: Callable[[], Any]) -> Any:
    with anyio.fail_after(timeout):
        return await wait()


def _given(value: Any, portal: BlockingPortal) -> Any:
    return BlockingTicket(value, portal) if isinstance(value, Ticket) else value


def _is_part(value: Any) -> bool:
    """Say whether a value is a part of a service, with calls of its own."""
    kind = type(value)
    return any(inspect.iscoroutinefunction(getattr(kind, name)) for name in dir(kind) if not name.startswith("_"))


def _in_thread(prompt: BlockingPinPrompt) -> PinPrompt:
    async def ask(request: PinRequest) -> str | None:
        return await anyio.to_thread.run_sync(prompt, request, abandon_on_cancel=True)

    return ask
