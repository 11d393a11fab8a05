"""Which plugins are installed. Nothing is imported here: only an allowed plugin ever is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

GROUP = "caducee.plugins"


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """An installed plugin. ``load`` imports it."""

    name: str
    distribution: str
    load: Callable[[], object]


def installed_plugins() -> Mapping[str, Found]:
    """Return the entry points of the group ``caducee.plugins`` by name."""
    from importlib.metadata import entry_points

    return {
        entry.name: Found(
            name=entry.name,
            distribution=f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value,
            load=entry.load,
        )
        for entry in entry_points(group=GROUP)
    }


def given_plugins(plugins: Mapping[str, object]) -> Mapping[str, Found]:
    """Present plugins that the host software hands over as objects. They obey the same allow-list."""
    return {name: Found(name=name, distribution="given", load=_returning(plugin)) for name, plugin in plugins.items()}


def _returning(plugin: object) -> Callable[[], object]:
    return lambda: plugin
