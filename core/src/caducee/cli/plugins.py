"""``caducee plugins``: what is installed, what the configuration allows, what was refused and why; each hook call."""

from __future__ import annotations

from collections.abc import Sequence

import anyio

from caducee.cli.options import add_json, parser
from caducee.cli.printing import print_json, print_table
from caducee.config import load_config
from caducee.plugins import PluginStatus, installed_plugins, load_plugins
from caducee.supervisor import PluginState


def main(argv: Sequence[str]) -> int:
    """List the plugins; 1 when an allowed one was refused. One that is not allowed is not imported."""
    options = parser("plugins", "Lists the plugins: installed, allowed, refused and why. Starts none.")
    options.add_argument("what", nargs="?", choices=("list", "trace"), default="list", help="trace: call each hook")
    add_json(options)
    chosen = options.parse_args(argv)
    if chosen.what == "trace":
        from caducee.cli.trace import trace

        return trace(load_config(chosen.config), as_json=chosen.json)
    loading = anyio.run(load_plugins, load_config(chosen.config))
    statuses = (*loading.status(), *_not_allowed({*loading.loaded, *loading.refused}))
    if chosen.json:
        print_json(statuses)
    else:
        print_table(("NAME", "STATE", "OFFERS", "FROM", "WHY"), [_row(status) for status in statuses])
    return 1 if loading.refused else 0


def _not_allowed(allowed: set[str]) -> list[PluginStatus]:
    return [
        PluginStatus(name=name, distribution=found.distribution, state=PluginState.DISCOVERED, why="not allowed")
        for name, found in installed_plugins().items()
        if name not in allowed
    ]


def _row(status: PluginStatus) -> tuple[str, ...]:
    offers = ", ".join((*status.services, *(f"→ {kind}" for kind in status.destinations)))
    return (status.name, status.state, offers or "-", status.distribution, status.why or "-")
