"""The libraries that conversion needs; they are installed with ``caducee[pdfa]``."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from caducee.errors import CapabilityMissing


def need(name: str) -> Any:
    """Return a module.

    Raises:
        CapabilityMissing: it is not installed.
    """
    try:
        return import_module(name)
    except ImportError:
        raise CapabilityMissing(f"{name} is not installed: caducee[pdfa]") from None
