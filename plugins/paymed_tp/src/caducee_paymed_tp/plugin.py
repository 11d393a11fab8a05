"""The hooks of this plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caducee.hooks import hookimpl

if TYPE_CHECKING:
    from caducee.contracts.plugin import Registrar


@hookimpl
def caducee_register(registrar: Registrar) -> None:
    """Register what this plugin offers."""
