"""What a plugin registered, and the reasons to refuse it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

import msgspec
import pluggy

from caducee.contracts.delivery import Deliverer
from caducee.contracts.plugin import Need, PluginContext, Prerequisite, Witness
from caducee.contracts.state import StateSpec
from caducee.errors import PluginRefused
from caducee.hooks import PROJECT, HookSpecs, spoken
from caducee.model.destination import Destination
from caducee.services import ServiceKey

T = TypeVar("T")
Factory = Callable[[PluginContext], AbstractAsyncContextManager[Any]]
HOOKS = tuple(name for name in vars(HookSpecs) if name.startswith("caducee_"))


class Registration:
    """The ``Registrar`` of one plugin: collects, calls nothing. Closed once ``caducee_register`` has returned."""

    def __init__(self, plugin: str) -> None:
        self.plugin = plugin
        self.struct: type[msgspec.Struct] | None = None
        self.services: dict[str, Factory] = {}
        self.destinations: dict[str, Factory] = {}
        self.kinds: dict[str, type[Destination]] = {}
        self.at_once: dict[str, int] = {}
        self.prerequisites: tuple[Prerequisite, ...] = ()
        self.state_spec: StateSpec | None = None
        self.keys: frozenset[Need] = frozenset()
        self.uses: frozenset[str] = frozenset()
        self.witness: Witness | None = None

    def config(self, config: type[msgspec.Struct]) -> None:
        """Say the struct that ``[plugins.NAME]`` must fit."""
        self.struct = config

    def state(self, spec: StateSpec) -> None:
        """Say that the plugin keeps state."""
        if spec.version < 1 or len(spec.upgrades) != spec.version - 1:
            raise PluginRefused(self.plugin, f"state of version {spec.version} with {len(spec.upgrades)} upgrades")
        self.state_spec = spec

    def requires(self, *prerequisites: Prerequisite) -> None:
        """Say what must be there outside the sandbox."""
        for one in prerequisites:
            try:
                re.compile(one.placeholder)
            except re.error as error:
                raise PluginRefused(self.plugin, f"the placeholder of {one.key} is no pattern: {error.msg}") from error
        self.prerequisites += prerequisites

    def needs(self, *needs: Need | ServiceKey[Any]) -> None:
        """Declare what it will ask for."""
        self.keys |= {need for need in needs if isinstance(need, Need)}
        self.uses |= {need.name for need in needs if isinstance(need, ServiceKey)}

    def testifies(self, witness: Witness) -> None:
        """Say what the plugin knows of professionals."""
        if self.witness is not None:
            raise PluginRefused(self.plugin, "it testifies twice")
        self.witness = witness

    def service(self, key: ServiceKey[T], factory: Callable[[PluginContext], AbstractAsyncContextManager[T]]) -> None:
        """Offer a service."""
        self._add(self.services, key.name, factory, "service")

    def destination(
        self,
        destination: type[Destination],
        factory: Callable[[PluginContext], AbstractAsyncContextManager[Deliverer]],
        *,
        at_once: int = 1,
    ) -> None:
        """Serve a kind of destination."""
        if at_once < 1:
            raise PluginRefused(self.plugin, f"{destination.__name__} is delivered {at_once} at once")
        if not destination.kind:
            raise PluginRefused(self.plugin, f"{destination.__name__} has no kind")
        self._add(self.destinations, destination.kind, factory, "destination")
        self.kinds[destination.kind] = destination
        self.at_once[destination.kind] = at_once

    def _add(self, offers: dict[str, Factory], name: str, factory: Factory, what: str) -> None:
        if name in offers:
            raise PluginRefused(self.plugin, f"{what} {name} is registered twice")
        if inspect.iscoroutinefunction(factory) or inspect.isasyncgenfunction(factory):
            raise PluginRefused(
                self.plugin, f"the factory of {what} {name} must return an async context manager (@asynccontextmanager)"
            )
        offers[name] = factory


def hook_manager(name: str, plugin: object) -> pluggy.PluginManager:
    """Return a manager that holds this plugin alone: a wrapper in one plugin never wraps the hooks of another.

    Raises:
        PluginRefused: another API version, or a hook that is not a plain synchronous implementation.
    """
    _refuse_other_api(name, getattr(plugin, "CADUCEE_API", 1))
    for hook in HOOKS:
        _refuse_unfit(name, hook, getattr(plugin, hook, None))
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(HookSpecs)
    try:
        manager.register(plugin, name=name)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise PluginRefused(name, str(error).partition("\n")[0]) from error
    if not manager.hook.caducee_register.get_hookimpls():
        raise PluginRefused(name, "it has no caducee_register hook")
    return manager


def _refuse_other_api(plugin: str, version: object) -> None:
    known = " and ".join(map(str, spoken()))
    if not isinstance(version, int) or isinstance(version, bool) or version not in spoken():
        raise PluginRefused(plugin, f"written for plugin API {version!r}, this kernel speaks {known}")


def _refuse_unfit(plugin: str, hook: str, implementation: Any) -> None:
    if implementation is None:
        return
    if not hasattr(implementation, f"{PROJECT}_impl"):
        raise PluginRefused(plugin, f"{hook} is not marked with @hookimpl: it would never be called")
    called = (implementation, getattr(implementation, "__call__", None))  # noqa: B004 - the method, not a test
    if any(inspect.iscoroutinefunction(function) for function in called):
        raise PluginRefused(
            plugin, f"{hook} is a coroutine function: nobody would await it; register a factory instead"
        )
    if any(inspect.isasyncgenfunction(f) or inspect.isgeneratorfunction(f) for f in called):
        raise PluginRefused(plugin, f"{hook} is a generator: a hook returns its answer")
