"""Working days of French banks (TARGET days left aside: Saturdays, Sundays and public holidays of France)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_AFTER_EASTER = (1, 39, 50)


@lru_cache(maxsize=64)
def holidays(year: int) -> frozenset[date]:
    """Return the public holidays of a year (Code du travail, L3133-1)."""
    easter = _easter(year)
    moving = {easter + timedelta(days=days) for days in _AFTER_EASTER}
    return frozenset(moving | {date(year, month, day) for month, day in _FIXED})


def _easter(year: int) -> date:
    """The Gregorian computus (Meeus)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


@lru_cache(maxsize=20_000)
def working_number(day: date) -> int:
    """Return how many working days there were since 2000 up to that day: differences count working days."""
    if day.year < 2000 or day.year > 2100:
        return day.toordinal()
    return _counts(day.year)[(day - date(day.year, 1, 1)).days]


@lru_cache(maxsize=128)
def _counts(year: int) -> tuple[int, ...]:
    count = _counts(year - 1)[-1] if year > 2000 else 0
    free = holidays(year)
    counts = []
    day = date(year, 1, 1)
    while day.year == year:
        count += day.weekday() < 5 and day not in free
        counts.append(count)
        day += timedelta(days=1)
    return tuple(counts)


def working_days(first: date, second: date) -> int:
    """Return how many working days lie between two days, whichever comes first."""
    return abs(working_number(second) - working_number(first))
