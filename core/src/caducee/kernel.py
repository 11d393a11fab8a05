"""The kernel: plugins kept alive, what must not be lost kept and delivered. It knows no protocol and no service.

It is given its parts ready made (``caducee.assembly`` does that), keeps no global state, and touches neither the
host's event loop nor its logging.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

import anyio
import anyio.abc

from caducee.clock import Clock
from caducee.config import Config
from caducee.contracts.credentials import CardAccess
from caducee.contracts.inbox import Inbox
from caducee.documents.identities import Identities
from caducee.documents.ports import Practitioners
from caducee.documents.publish import Documents
from caducee.documents.showing import Showing
from caducee.errors import CapabilityMissing
from caducee.events import Bell, Events
from caducee.model.destination import Destination
from caducee.model.practice import Practitioner
from caducee.outbox.contract import Store, Transaction
from caducee.plugins import PluginHost, PluginStatus
from caducee.portability.records import Records
from caducee.redaction import RedactingLogger
from caducee.services import ServiceKey
from caducee.sharing.coming import ComingOppositions
from caducee.sharing.desk import Sharing

T = TypeVar("T")
_LANE_RESTART = 5.0


class Lane(Protocol):
    """What delivers one kind of destination."""

    async def run(self) -> None:
        """Deliver until ``stop``, or until cancelled."""

    def tell(self, listener: Callable[[], None], /) -> None:
        """Call this after each delivery that was tried."""

    def wake(self) -> None:
        """Look now at what there is to deliver."""

    def stop(self) -> None:
        """Finish the delivery at hand, take no other."""


class Kernel:
    """One tenant's kernel. ``async with`` starts and stops it; a stop takes ``kernel.grace`` seconds at most.

    ``documents`` publishes, ``identities`` releases what waited for a patient's identity, ``inbox`` hands over what
    services gave, ``sharing`` keeps what patients are against, ``card`` is the card at this desk, ``records`` gives and
    takes the record of a patient, whole.
    """

    def __init__(
        self,
        *,
        config: Config,
        clock: Clock,
        store: Store,
        plugins: PluginHost,
        documents: Documents,
        identities: Identities,
        inbox: Inbox,
        lane: Callable[[str], Lane],
        bell: Bell,
        practitioners: Practitioners | None = None,
        card: CardAccess | None = None,
        companions: Sequence[Callable[[], Awaitable[None]]] = (),
        drain: bool = True,
    ) -> None:
        self.config = config
        self.documents = documents
        self.identities = identities
        self.inbox = inbox
        self.sharing = Sharing(
            store, clock=clock, config=config.sharing, scopes=plugins.scopes, practitioner=self.practitioner
        )
        self._clock = clock
        self._store = store
        self._plugins = plugins
        plugins.publish_through(documents)
        self._lane = lane
        self._bell = bell
        # What the host reads changes with each delivery; lanes and plugins are not woken for that.
        self._news = Bell()
        bell.tell(self._news.ring)
        self._practitioners = practitioners
        self._card = card
        self._coming = ComingOppositions(store, clock=clock, scopes=plugins.scopes)
        self._companions = (Showing(store, bell=bell).run, self._coming.run, *companions) if drain else ()
        self._drain = drain
        self._lanes: list[Lane] = []
        self._lanes_ended: list[anyio.Event] = []
        self._log = RedactingLogger("caducee.kernel")
        self._life: AbstractAsyncContextManager[None] | None = None
        self.records = Records(
            store, clock=clock, plugins=lambda: tuple(one.name for one in plugins.status()), use=plugins.use
        )

    @property
    def card(self) -> CardAccess:
        """The card at this desk.

        Raises:
            CapabilityMissing: the configuration has none.
        """
        if self._card is None:
            raise CapabilityMissing("no card is configured")
        return self._card

    def practitioner(self, key: str) -> Practitioner:
        """Return the professional of ``[practitioner.KEY]``.

        Raises:
            ConfigError: there is none.
            CapabilityMissing: this kernel was built without professionals.
        """
        if self._practitioners is None:
            raise CapabilityMissing("no practitioner is configured")
        return self._practitioners.practitioner(key)

    def use(self, key: ServiceKey[T]) -> AbstractAsyncContextManager[T]:
        """Lend a service of a plugin: ``async with kernel.use(KEY) as service``.

        Raises:
            CapabilityMissing: no enabled plugin offers it.
            NotReady: on entering, while the plugin is not ready. Its very first start is waited for, two seconds
                at most.
            PluginCrashed: the plugin died while it was used; the block was cancelled.
        """
        return self._plugins.use(key)

    def plugins(self) -> tuple[PluginStatus, ...]:
        """Where each plugin of the configuration stands."""
        return self._plugins.status()

    def destination(self, kind: str, fields: Mapping[str, Any]) -> Destination:
        """Make a destination of a kind that a plugin serves: for hosts that know it by name only.

        Raises:
            CapabilityMissing: no plugin serves that kind.
            DocumentInvalid: the fields do not fit.
        """
        return self._plugins.destination(kind, fields)

    def events(self, *, after: int = 0) -> Events:
        """Follow the events of the store: every one with a greater ``seq``, in order, at least once, for ever."""
        return Events(self._store, self._news, after=after)

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction over deliveries, plugin state, events and audit: durable together when the block ends.

        Raises:
            StoreError: nothing was kept.
        """
        return self._store.transaction()

    def wake(self) -> None:
        """Look again at everything that waits: a card came, a service is back, a person acted."""
        for supervisor in self._plugins.supervisors:
            supervisor.nudge()
        self._bell.ring()

    async def __aenter__(self) -> Self:
        """Load the plugins, start their lives and the lanes. A slow plugin is not waited for.

        Raises:
            ConfigError: a plugin is not installed, or its table does not fit.
            DrainedElsewhere: another process sends from this store.
        """
        self._life = self._alive()
        await self._life.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:
        """Stop: lanes finish what they are at, plugins drain, then whatever is left is cancelled."""
        assert self._life is not None
        return await self._life.__aexit__(kind, error, traceback)

    @asynccontextmanager
    async def _alive(self) -> AsyncIterator[None]:
        raised: BaseException | None = None
        async with AsyncExitStack() as stack:
            await self._plugins.prepare()
            if self._drain:
                await stack.enter_async_context(self._store.drain())
                await self._coming.look()
            async with anyio.create_task_group() as lives, anyio.create_task_group() as lanes:
                try:
                    self._start(lives, lanes)
                    yield
                except (Exception, KeyboardInterrupt, SystemExit) as error:  # noqa: BLE001 - raised again, ungrouped
                    raised = error
                finally:
                    await self._stop(lives, lanes)
        if raised is not None:
            raise raised

    def _start(self, lives: anyio.abc.TaskGroup, lanes: anyio.abc.TaskGroup) -> None:
        for supervisor in self._plugins.supervisors:
            lives.start_soon(supervisor.run, name=f"caducee plugin {supervisor.name}")
        if self._drain:
            self._lanes = [self._lane(kind) for kind in self._plugins.kinds]
        for lane in self._lanes:
            ended = anyio.Event()
            self._lanes_ended.append(ended)
            self._bell.tell(lane.wake)
            lane.tell(self._news.ring)
            lanes.start_soon(self._keep, lane.run, ended, name="caducee lane")
        for companion in self._companions:
            lanes.start_soon(self._keep, companion, anyio.Event(), name="caducee companion")

    async def _keep(self, run: Callable[[], Awaitable[None]], ended: anyio.Event) -> None:
        """Run a lane or a companion; what it did not expect (a full disk) is logged and it starts again."""
        try:
            while True:
                try:
                    return await run()
                except Exception as error:  # noqa: BLE001 - a lane never ends the kernel
                    self._log.warning("task ended: %s", type(error).__name__)
                await self._clock.sleep(_LANE_RESTART)
        finally:
            ended.set()

    async def _stop(self, lives: anyio.abc.TaskGroup, lanes: anyio.abc.TaskGroup) -> None:
        """Within ``grace`` together: the lanes first, since they use the plugins."""
        grace = self.config.kernel.grace
        deadline = anyio.current_time() + grace
        with anyio.CancelScope(shield=True):
            for lane in self._lanes:
                lane.stop()
            await _all_set(self._lanes_ended, deadline - grace / 2)
            lanes.cancel_scope.cancel()
            for supervisor in self._plugins.supervisors:
                supervisor.stop()
            await _all_set([supervisor.ended for supervisor in self._plugins.supervisors], deadline)
            for supervisor in self._plugins.supervisors:
                supervisor.abort()
        lives.cancel_scope.cancel()


async def _all_set(events: Sequence[anyio.Event], deadline: float) -> None:
    with anyio.move_on_after(max(0.0, deadline - anyio.current_time())):
        for event in events:
            await event.wait()
