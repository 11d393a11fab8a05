"""HL7 times: read, checked against the calendar, turned into UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

_TIME = re.compile(r"(\d{14})([+-])(\d{2})([0-5]\d)", re.ASCII)


def read_time(text: str) -> datetime | None:
    """Return the instant of ``YYYYMMDDhhmmss±hhmm``, or ``None`` when it has another form or does not exist.

    Seconds and zone are asked: without them the instant is not known (CI-SIS, structuration minimale).
    """
    parts = _TIME.fullmatch(text)
    if parts is None:
        return None
    digits, sign, hours, minutes = parts.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    if offset > timedelta(hours=14):
        return None
    try:
        zone = timezone(offset if sign == "+" else -offset)
        month, day, hour, minute, second = (int(digits[at : at + 2]) for at in range(4, 14, 2))
        return datetime(int(digits[:4]), month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None


@lru_cache(maxsize=256)
def to_utc(text: str) -> str:
    """Return the same instant as XDS metadata want it: UTC, ``YYYYMMDDhhmmss``, no zone (IHE ITI TF-3, DTM).

    Raises:
        ValueError: not a time with seconds and zone, or one that has no equivalent in UTC.
    """
    instant = read_time(text)
    if instant is None:
        raise ValueError("not an HL7 time with seconds and zone")
    try:
        utc = instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("out of the calendar") from error
    # Not strftime: it does not pad years before 1000 everywhere.
    return f"{utc.year:04}{utc.month:02}{utc.day:02}{utc.hour:02}{utc.minute:02}{utc.second:02}"
