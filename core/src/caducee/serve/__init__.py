"""``caducee serve``: the façade as JSON lines on stdin and stdout, for hosts in any language."""

from __future__ import annotations

from caducee.serve.loop import Server
from caducee.serve.schema import schema

__all__ = ["Server", "schema"]
