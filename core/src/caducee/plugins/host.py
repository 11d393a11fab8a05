"""All plugins of one kernel, behind typed methods. What one of them does wrong is named; the others go on."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any, TypeVar, cast

import anyio
import msgspec

from caducee.clock import Clock
from caducee.config import Config, Secrets
from caducee.contracts.credentials import Credentials
from caducee.contracts.delivery import Deliverer, Failure, Verdict
from caducee.contracts.http import HttpFactory
from caducee.contracts.plugin import Need
from caducee.contracts.publishing import Publisher
from caducee.documents.ports import Hooked
from caducee.drift_book import DriftBook
from caducee.errors import (
    CapabilityMissing,
    ConfigError,
    DocumentInvalid,
    Explanation,
    Finding,
    PluginRefused,
    StateNewer,
)
from caducee.hooks import HOOK_DEADLINE, Facts, Route
from caducee.model.destination import Destination
from caducee.model.document import Document
from caducee.outbox.contract import Store
from caducee.plugins.calls import Hooks, HookTrouble, Trace
from caducee.plugins.context import Context
from caducee.plugins.grants import Granted
from caducee.plugins.loading import Loaded, Loading, PluginStatus, refusal
from caducee.plugins.state import PluginState
from caducee.services import ServiceKey
from caducee.sharing.oppositions import OppositionBook
from caducee.supervisor import Supervisor

T = TypeVar("T")
_PATIENCE = 2.0


class _Plugin:
    """One loaded plugin: what it registered, its hooks, its life."""

    def __init__(self, loaded: Loaded, hooks: Hooks, supervisor: Supervisor) -> None:
        self.name = loaded.name
        self.registration = loaded.registration
        self.hooks = hooks
        self.supervisor = supervisor
        self._loaded = loaded

    def status(self) -> PluginStatus:
        life = self.supervisor
        return msgspec.structs.replace(self._loaded.status(), state=life.state, why=life.why, starts=life.starts)


class PluginHost:
    """The plugins that the configuration allows, as they were loaded."""

    def __init__(
        self,
        *,
        config: Config,
        loading: Loading,
        clock: Clock,
        credentials: Credentials,
        store: Store,
        http: HttpFactory,
        secrets: Secrets | None = None,
        deadline: float = HOOK_DEADLINE,
        trace: Trace | None = None,
    ) -> None:
        self._config = config
        self._clock = clock
        self._credentials = credentials
        self._store = store
        self._http = http
        self._drifts = DriftBook(store, clock)
        self._secrets = secrets or Secrets()
        self._loading = loading
        self._deadline = deadline
        self._trace = trace
        self._plugins: dict[str, _Plugin] = {}
        self._refused: Mapping[str, PluginStatus] = {}
        self._publisher: Publisher | None = None

    def scopes(self) -> Mapping[str, str]:
        """Return which opposition closes each kind of destination."""
        plugins = self._plugins.values()
        return {kind: made.stopped_by for plugin in plugins for kind, made in plugin.registration.kinds.items()}

    def publish_through(self, publisher: Publisher) -> None:
        """Say what plugins that make documents publish them with."""
        self._publisher = publisher

    async def prepare(self) -> None:
        """Bring the state of every plugin to its version; start nothing.

        A plugin whose state is newer, or whose upgrade fails, is refused, and ``status()`` says why.

        Raises:
            ConfigError: what was wrong when they were loaded; nothing was touched.
        """
        if self._loading.findings:
            raise ConfigError(self._loading.findings)
        refused = {}
        for name, loaded in self._loading.loaded.items():
            spec = loaded.registration.state_spec
            try:
                if spec is not None:
                    await self._store.upgrade_state(name, spec)
            except (StateNewer, PluginRefused) as error:
                refused[name] = refusal(loaded, error)
                continue
            self._plugins[name] = self._plugin(loaded)
        self._refused = {**self._loading.refused, **refused}

    @property
    def supervisors(self) -> tuple[Supervisor, ...]:
        """The lives of the plugins, to be run under the kernel's task group."""
        return tuple(plugin.supervisor for plugin in self._plugins.values())

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of destination that are served: one lane of the outbox each."""
        return tuple(kind for plugin in self._plugins.values() for kind in plugin.registration.destinations)

    def at_once(self, kind: str) -> int:
        """How many deliveries of a kind its plugin bears at the same time."""
        plugin = self._server(kind)
        return plugin.registration.at_once[kind] if plugin is not None else 1

    def destination(self, kind: str, fields: Mapping[str, Any]) -> Destination:
        """Make a destination of a kind from its fields.

        Raises:
            CapabilityMissing: no plugin serves that kind.
            DocumentInvalid: the fields do not fit.
        """
        plugin = self._server(kind)
        if plugin is None:
            raise CapabilityMissing(f"no plugin serves {kind}{self._but_refused()}")
        try:
            return msgspec.convert(fields, plugin.registration.kinds[kind])
        except msgspec.ValidationError:
            message = "La destination n'a pas la forme attendue."
            raise DocumentInvalid((Finding(field=f"audience.{kind}", rule="audience.form", message=message),)) from None

    def status(self) -> tuple[PluginStatus, ...]:
        """Where each allowed plugin stands, in the order of the configuration."""
        standing = {**self._refused, **{name: plugin.status() for name, plugin in self._plugins.items()}}
        return tuple(standing[name] for name in self._config.kernel.plugins if name in standing)

    def use(self, key: ServiceKey[T], *, patience: float = _PATIENCE) -> AbstractAsyncContextManager[T]:
        """Lend a service.

        Raises:
            CapabilityMissing: no plugin offers it.
            NotReady, PluginCrashed: on entering, and while it is used.
        """
        for plugin in self._plugins.values():
            if key.name in plugin.registration.services:
                lent = plugin.supervisor.use(f"service {key.name}", patience=patience)
                return cast("AbstractAsyncContextManager[T]", lent)
        raise CapabilityMissing(f"no plugin offers {key.name}{self._but_refused()}")

    def deliverer(self, kind: str, *, patience: float = _PATIENCE) -> AbstractAsyncContextManager[Deliverer]:
        """Lend what serves a kind of destination; errors as ``use``."""
        plugin = self._server(kind)
        if plugin is None:
            raise CapabilityMissing(f"no plugin serves {kind}{self._but_refused()}")
        return plugin.supervisor.use(f"destination {kind}", patience=patience)

    async def route(self, document: Document, facts: Facts) -> Hooked:
        """Ask every plugin which of the destinations it serves.

        A plugin that was refused counts as troubled here: what it would have served waits instead of being dropped.
        """
        routes: list[Route] = []
        troubled = list(self._refused)
        answers = await self._ask("caducee_route", list[Route], document=document, facts=facts)
        for plugin, answer in answers.items():
            if answer is None or not all(
                route.destination.kind in plugin.registration.destinations for route in answer
            ):
                troubled.append(plugin.name)
            else:
                routes.extend(answer)
        return Hooked(routes=tuple(routes), troubled=tuple(troubled))

    async def validate(self, document: Document, destination: Destination, facts: Facts) -> Hooked:
        """Ask every plugin for findings about one destination."""
        given = {"document": document, "destination": destination, "facts": facts}
        answers = await self._ask("caducee_validate", list[Finding], **given)
        findings = tuple(finding for answer in answers.values() for finding in answer or ())
        troubled = tuple(plugin.name for plugin, answer in answers.items() if answer is None)
        return Hooked(findings=findings, troubled=troubled)

    async def classify(self, kind: str, failure: Failure) -> Verdict | None:
        """Ask the plugin that serves this kind what becomes of a delivery; ``None`` leaves it to the default."""
        plugin = self._server(kind)
        if plugin is None or not plugin.hooks.implements("caducee_classify"):
            return None
        try:
            verdict = await plugin.hooks.call("caducee_classify", kind=kind, failure=failure)
        except HookTrouble as trouble:
            plugin.supervisor.trouble(str(trouble))
            return None
        return verdict if isinstance(verdict, Verdict) else None

    async def explain(self, code: str) -> Explanation | None:
        """Ask the plugins for the French sentence of a code."""
        answers = await self._ask("caducee_explain", Explanation, code=code)
        return next((answer for answer in answers.values() if isinstance(answer, Explanation)), None)

    async def _ask(self, hook: str, kind: Any, **arguments: Any) -> dict[_Plugin, Any]:
        """Ask all plugins that have the hook, together: the answer, or ``None`` for one that was in trouble."""
        asked = [plugin for plugin in self._plugins.values() if plugin.hooks.implements(hook)]
        answers: dict[_Plugin, Any] = dict.fromkeys(asked)

        async def ask(plugin: _Plugin) -> None:
            try:
                answer = await plugin.hooks.call(hook, **arguments)
                answers[plugin] = msgspec.convert(
                    [] if answer is None and kind is not Explanation else answer, kind | None
                )
                plugin.supervisor.recovered()
            except (HookTrouble, msgspec.ValidationError) as trouble:
                plugin.supervisor.trouble(str(trouble))

        async with anyio.create_task_group() as tasks:
            for plugin in asked:
                tasks.start_soon(ask, plugin)
        return answers

    def _plugin(self, loaded: Loaded) -> _Plugin:
        registration = loaded.registration
        context = Context(
            name=loaded.name,
            environment=self._config.kernel.environment,
            config=loaded.config,
            clock=self._clock,
            credentials=Granted(self._credentials, plugin=loaded.name, config=loaded.config, needs=registration.keys),
            state=PluginState(self._store, loaded.name) if registration.state_spec else None,
            http=partial(self._http, clock=self._clock, saw_drift=self._drifts.note),
            saw_drift=self._drifts.note,
            secrets=self._secrets,
            use=self.use,
            may_use=registration.uses,
            publisher=lambda: self._publisher if Need.PUBLICATION in registration.keys else None,
            oppositions=OppositionBook(self._store, self._clock) if Need.OPPOSITIONS in registration.keys else None,
            majority=self._config.sharing.majority,
        )
        services, destinations = loaded.registration.services, loaded.registration.destinations
        factories = {f"service {name}": factory for name, factory in services.items()}
        factories |= {f"destination {kind}": factory for kind, factory in destinations.items()}
        return _Plugin(
            loaded,
            Hooks(name=loaded.name, manager=loaded.manager, deadline=self._deadline, trace=self._trace),
            Supervisor(context=context, factories=factories, clock=self._clock),
        )

    def _server(self, kind: str) -> _Plugin | None:
        serving = (plugin for plugin in self._plugins.values() if kind in plugin.registration.destinations)
        return next(serving, None)

    def _but_refused(self) -> str:
        return f" (refused: {', '.join(self._refused)})" if self._refused else ""
