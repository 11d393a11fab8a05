"""The greatest values that a PDF/A-1 may hold (ISO 19005-1, 6.1.12; PDF Reference 1.4, appendix C)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from caducee.pdfa.needs import need

MAX_SAVED_STATES = 28
_MAX_INTEGER = 2**31 - 1
_MAX_REAL = 32767
_MAX_STRING = 65535
_MAX_NAME = 127
_MAX_ARRAY = 8191
_MAX_DICTIONARY = 4095


def beyond(value: Any) -> bool:
    """Say whether a value, or the keys of a dictionary, or a direct element of an array is beyond what is allowed."""
    kind = type(value)
    if kind is bool:
        return False
    if kind is int:
        return not -_MAX_INTEGER <= value <= _MAX_INTEGER
    if kind in (Decimal, float):
        return not -_MAX_REAL <= value <= _MAX_REAL
    return _object_beyond(need("pikepdf"), value)


def _object_beyond(pikepdf: Any, value: Any) -> bool:
    if isinstance(value, pikepdf.Name):
        return _long_name(str(value))
    if isinstance(value, pikepdf.String):
        return len(bytes(value)) > _MAX_STRING
    if isinstance(value, pikepdf.Array):
        return len(value) > _MAX_ARRAY
    if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        names: list[str] = list(value.keys())
        return len(names) > _MAX_DICTIONARY or any(map(_long_name, names))
    return False


def _long_name(name: str) -> bool:
    return len(name.encode()) - 1 > _MAX_NAME
