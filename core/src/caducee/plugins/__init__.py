"""The plugins of a kernel: found, allowed, registered, asked, each in its own life."""

from __future__ import annotations

from caducee.plugins.calls import HookCall, Trace
from caducee.plugins.discovery import Found, given_plugins, installed_plugins
from caducee.plugins.host import PluginHost
from caducee.plugins.loading import Loading, PluginStatus, load_plugins

__all__ = [
    "Found",
    "HookCall",
    "Loading",
    "PluginHost",
    "PluginStatus",
    "Trace",
    "given_plugins",
    "installed_plugins",
    "load_plugins",
]
