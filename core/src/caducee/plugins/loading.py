"""From the allow-list to registered plugins: imported, checked, their tables fitted. Nothing is started."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import anyio
import msgspec
import pluggy

from caducee.config import Config, Place, fit
from caducee.config.fitting import suggest
from caducee.contracts.plugin import Prerequisite
from caducee.errors import Finding, PluginError, PluginRefused
from caducee.plugins.calls import HookCall, Trace, in_daemon_thread
from caducee.plugins.discovery import Found, installed_plugins
from caducee.plugins.registration import Registration, hook_manager
from caducee.supervisor import PluginState

LOAD_DEADLINE = 30.0


class PluginStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Where a plugin stands. ``why`` says what it waits for, or why it was refused or is degraded."""

    name: str
    distribution: str
    state: PluginState
    why: str = ""
    starts: int = 0
    services: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """A plugin that may be started. ``config`` is its own struct, from its table."""

    name: str
    distribution: str
    registration: Registration
    manager: pluggy.PluginManager
    config: msgspec.Struct

    def status(self) -> PluginStatus:
        """Where it stands before it is started."""
        return PluginStatus(
            name=self.name,
            distribution=self.distribution,
            state=PluginState.VALIDATED,
            services=tuple(self.registration.services),
            destinations=tuple(self.registration.destinations),
        )


class Loading(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the allow-list, by name.

    ``findings`` say what is wrong with the configuration: plugins that are not installed, tables that do not fit.
    ``prerequisites`` are those of every plugin that could be asked, also where its table does not fit.
    """

    loaded: Mapping[str, Loaded]
    refused: Mapping[str, PluginStatus]
    findings: tuple[Finding, ...] = ()
    prerequisites: Mapping[str, tuple[Prerequisite, ...]] = {}

    def status(self) -> tuple[PluginStatus, ...]:
        """Where every plugin stands."""
        return (*(plugin.status() for plugin in self.loaded.values()), *self.refused.values())


async def load_plugins(
    config: Config, given: Mapping[str, Found] | None = None, *, trace: Trace | None = None
) -> Loading:
    """Import, register and check every allowed plugin. ``given`` ones hide installed ones of the same name.

    A plugin with a fault of its own is refused, and its status says why; the others are loaded. What is wrong with the
    configuration is gathered, all of it; nothing may be started while there is any.
    """
    known = {**await in_daemon_thread(installed_plugins), **(given or {})}
    place = Place(config.file, config.base)
    findings: list[Finding] = []
    loaded: dict[str, Loaded] = {}
    refused: dict[str, PluginStatus] = {}
    prerequisites: dict[str, tuple[Prerequisite, ...]] = {}
    for index, name in enumerate(dict.fromkeys(config.kernel.plugins)):
        if name not in known:
            message = f"le module « {name} » n'est pas installé{suggest(name, known)}"
            here = place.at("kernel").at("plugins").at(str(index))
            findings.append(here.finding("plugin_not_installed", message))
            continue
        try:
            registration, manager = await register(known[name], trace)
            _refuse_taken(registration, loaded.values())
        except PluginRefused as error:
            refused[name] = refusal(known[name], error)
            continue
        prerequisites[name] = registration.prerequisites
        struct = registration.struct or _NoTable
        fitted = fit(config.plugins.get(name, {}), struct, place.at("plugins").at(name), findings)
        if fitted is not None:
            loaded[name] = Loaded(
                name=name,
                distribution=known[name].distribution,
                registration=registration,
                manager=manager,
                config=fitted,
            )
    return Loading(loaded=loaded, refused=refused, findings=tuple(findings), prerequisites=prerequisites)


async def register(found: Found, trace: Trace | None = None) -> tuple[Registration, pluggy.PluginManager]:
    """Import one plugin and ask it what it offers.

    Raises:
        PluginRefused: it cannot be imported, is written for another API, or has an unfit hook.
    """
    manager = hook_manager(found.name, await _in_time(found, "import", found.load))
    registration = Registration(found.name)
    begun = time.perf_counter()
    await _in_time(found, "caducee_register", lambda: manager.hook.caducee_register(registrar=registration))
    if trace is not None:
        milliseconds = round((time.perf_counter() - begun) * 1000, 3)
        trace(HookCall(plugin=found.name, hook="caducee_register", milliseconds=milliseconds, outcome="ok"))
    return registration, manager


async def _in_time(found: Found, step: str, call: Callable[[], Any]) -> Any:
    with anyio.move_on_after(LOAD_DEADLINE):
        try:
            return await in_daemon_thread(call)
        except PluginRefused:
            raise
        except Exception as error:
            raise PluginRefused(found.name, f"{step} raised {type(error).__name__}") from error
    raise PluginRefused(found.name, f"{step} took over {LOAD_DEADLINE:.0f} s")


def refusal(plugin: Found | Loaded, error: PluginError) -> PluginStatus:
    """Return where a plugin stands that is not started, and why."""
    why = str(error).removeprefix(f"{plugin.name}: ")
    return PluginStatus(name=plugin.name, distribution=plugin.distribution, state=PluginState.REFUSED, why=why)


def _refuse_taken(registration: Registration, others: Iterable[Loaded]) -> None:
    for other in others:
        taken = registration.services.keys() & other.registration.services.keys()
        taken |= registration.destinations.keys() & other.registration.destinations.keys()
        if taken:
            raise PluginRefused(registration.plugin, f"{', '.join(sorted(taken))} is already served by {other.name}")


class _NoTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table of a plugin that registers no configuration."""
