"""How the values of attributes are written: numbers, times, codes, truth. Each form says whether a value has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone

_TIME = re.compile(
    r"(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.\d{1,4})?)?)?)?)?)?([+-]\d{4})?", re.ASCII
)
_LAST_HOUR, _LAST_MINUTE = 24, 59


def is_time(value: str) -> bool:
    """Say whether this is a time of HL7 that exists: ``YYYY`` to ``YYYYMMDDhhmmss.ssss±hhmm``."""
    found = _TIME.fullmatch(value)
    if found is None:
        return False
    year, month, day, hour, minute, second, _ = found.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return False
    return int(hour or 0) < _LAST_HOUR and int(minute or 0) <= _LAST_MINUTE and int(second or 0) <= _LAST_MINUTE


def instant(value: str) -> datetime | None:
    """Return the first instant of a time, in universal time where it has no zone; ``None`` for what is no time."""
    found = _TIME.fullmatch(value) if is_time(value) else None
    if found is None:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    made = datetime(
        int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0), 0, UTC
    )
    if zone is None:
        return made
    away = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:]))
    try:
        return made.replace(tzinfo=timezone(-away if zone[0] == "-" else away))
    except ValueError:
        return None


def _pattern(text: str) -> Callable[[str], object]:
    return re.compile(text, re.ASCII).fullmatch


def _anything(_: str) -> bool:
    return True


FORMS: Mapping[str, Callable[[str], object]] = {
    "any": _anything,
    "st": bool,
    "bl": frozenset(("true", "false")).__contains__,
    "bn": frozenset(("true", "false")).__contains__,
    # An empty code is none: it is left out, or a null flavour says why.
    "cs": _pattern(r"\s*\S+\s*"),
    "int": _pattern(r"\s*[+-]?\d+\s*"),
    "real": _pattern(r"\s*(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|-?INF|NaN)\s*"),
    "ts": is_time,
    "token": _pattern(r"\s*[\w.:\-]+\s*"),
    "tokens": _pattern(r"\s*[\w.:\-]+(?:\s+[\w.:\-]+)*\s*"),
    # Held by rules of their own: written.py.
    "id": _anything,
    "idref": _anything,
    "uid": _anything,
    "url": _anything,
    "bin": _anything,
}
