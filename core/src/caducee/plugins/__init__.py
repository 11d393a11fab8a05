"""The plugins of a kernel: found, allowed, registered, asked, each in its own life."""

from __future__ import annotations

from caducee.plugins.discovery import Found, installed_plugins
from caducee.plugins.host import PluginHost
from caducee.plugins.loading import Loading, PluginStatus, load_plugins

__all__ = ["Found", "Loading", "PluginHost", "PluginStatus", "installed_plugins", "load_plugins"]
