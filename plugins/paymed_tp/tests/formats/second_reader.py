"""Readers written by others, of ``requirements/readers.txt``: judges of ours. One that is missing fails the test."""

from __future__ import annotations

import importlib
from types import ModuleType

import pytest


def second_reader(module: str) -> ModuleType:
    """Return the module of a reader."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as missing:
        pytest.fail(f"{missing.name} is missing: install requirements/readers.txt")
