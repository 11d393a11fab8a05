"""The libraries that conversion needs; they are installed with ``caducee[pdfa]``."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from caducee.errors import CapabilityMissing


def need(name: str) -> Any:
    """Return a module.

    Raises:
        CapabilityMissing: it is not installed.
    """
    try:
        # Asked for a thousand times a file: what is loaded is found without the import machinery.
        return sys.modules.get(name) or import_module(name)
    except ImportError:
        raise CapabilityMissing(f"{name} is not installed: caducee[pdfa]") from None


def malformed() -> tuple[type[Exception], ...]:
    """Return what reading objects of a kind that nobody expects raises: a PDF may hold anything anywhere."""
    error: type[Exception] = need("pikepdf").PdfError
    return error, ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError
