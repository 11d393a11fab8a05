"""Public names that are loaded when they are first used (PEP 562), so that an import stays cheap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def loading(names: dict[str, Any], modules: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a module: ``names`` are its globals, ``modules`` says where each name lives."""

    def load(name: str) -> Any:
        module = modules.get(name)
        if module is None:
            raise AttributeError(f"module {names['__name__']!r} has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(module), name)
        names[name] = value
        return value

    return load
