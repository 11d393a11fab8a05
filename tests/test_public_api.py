"""A public name, a parameter or an error code that goes away is a deliberate act: it is listed here."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import caducee
import caducee.clinical
import caducee.errors
import caducee.plugin_api
import caducee.testing

LISTED = Path(__file__).parent / "public_api.txt"


def names() -> list[str]:
    modules = (caducee, caducee.clinical, caducee.plugin_api, caducee.testing)
    public = [
        line
        for module in modules
        for name in module.__all__
        for line in shape(f"{module.__name__}.{name}", getattr(module, name))
    ]
    errors = [getattr(caducee.errors, name) for name in caducee.errors.__all__]
    codes = [f"code {error.code}" for error in errors if isinstance(getattr(error, "code", None), str)]
    return sorted({*public, *codes})


def shape(name: str, thing: Any) -> Iterator[str]:
    """Return a public thing as a caller sees it: what it takes, and a class with its own methods."""
    yield name + (parameters(thing) if callable(thing) else "")
    own = vars(thing).items() if inspect.isclass(thing) and thing.__module__.startswith("caducee") else ()
    for member, value in own:
        function = value.__func__ if isinstance(value, classmethod | staticmethod) else value
        if not member.startswith("_") and inspect.isfunction(function):
            yield f"{name}.{member}{parameters(function)}"


def parameters(thing: Any) -> str:
    """Return the parameters without their types: ``(document, *, audience, timeout=…)``."""
    try:
        found = inspect.signature(thing).parameters.values()
    except (TypeError, ValueError):
        return ""
    bare = [
        p.replace(annotation=p.empty, default=... if p.default is not p.empty else p.empty)
        for p in found
        if p.name not in ("self", "cls")
    ]
    return str(inspect.Signature(bare)).replace("=Ellipsis", "=…")


def test_no_public_name_no_parameter_and_no_error_code_has_gone_or_come_unnoticed() -> None:
    assert names() == LISTED.read_text(encoding="utf-8").split("\n")[:-1]


def test_every_public_name_is_there() -> None:
    for module in (caducee, caducee.plugin_api, caducee.testing):
        for name in module.__all__:
            assert getattr(module, name) is not None
