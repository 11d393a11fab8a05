"""A public name or an error code that goes away is a deliberate act: it is listed here."""

from __future__ import annotations

from pathlib import Path

import caducee
import caducee.errors
import caducee.plugin_api
import caducee.testing

LISTED = Path(__file__).parent / "public_api.txt"


def names() -> list[str]:
    modules = (caducee, caducee.plugin_api, caducee.testing)
    public = [f"{module.__name__}.{name}" for module in modules for name in module.__all__]
    errors = [getattr(caducee.errors, name) for name in caducee.errors.__all__]
    codes = [f"code {error.code}" for error in errors if isinstance(getattr(error, "code", None), str)]
    return sorted({*public, *codes})


def test_no_public_name_and_no_error_code_has_gone_or_come_unnoticed() -> None:
    assert names() == LISTED.read_text(encoding="utf-8").split("\n")[:-1]


def test_every_public_name_is_there() -> None:
    for module in (caducee, caducee.plugin_api, caducee.testing):
        for name in module.__all__:
            assert getattr(module, name) is not None
