"""Dated tables: shipped as TOML, or the vendor's own file in their place."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import msgspec

from caducee.errors import ConfigError, Finding

T = TypeVar("T")


def read_rows(name: str, row: type[T], *, own: Path | None = None) -> tuple[T, ...]:
    """Return the rows of a table: ``[[NAME]]`` of the vendor's file, or of the shipped one.

    Raises:
        ConfigError: the vendor's file cannot be read, or a row does not fit; names the file and the row.
    """
    shipped = files("caducee.sharing").joinpath("data", f"{_FILES[name]}.toml")
    place = str(own or shipped)
    try:
        text = shipped.read_text(encoding="utf-8") if own is None else own.read_text(encoding="utf-8")
        return msgspec.convert(tomllib.loads(text).get(name, []), tuple[row, ...])  # type: ignore[valid-type]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        message = f"Cette table datée ne peut pas être lue : {error}."
        raise ConfigError(
            (Finding(field=f"sharing.{_FILES[name]}", rule="sharing.table", message=message, source=place),)
        ) from error


_FILES = {"information": "information", "obligation": "obligations", "threshold": "thresholds"}


def holds(on: date, since: date | None, until: date | None) -> bool:
    """Say whether a dated row holds on that day: from ``since``, to the day before ``until``; ``None`` is open."""
    return (since is None or since <= on) and (until is None or on < until)
