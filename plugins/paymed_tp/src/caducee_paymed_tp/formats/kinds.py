"""How one zone of a fixed layout is written: digits, text, dates, cents, signs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Protocol

Value = str | int | date | None

CENTURY = 2000
"""Two-digit years are of this century: B2 in euros and NOEMIE PS are younger. Birth dates stay digits."""

_PLUS = "{ABCDEFGHI"
_MINUS = "}JKLMNOPQR"


class Kind(StrEnum):
    """The kinds of zone. The value is what the tables say.

    Numbers that identify (``DIGITS``) keep their leading zeros and are text; ``CENTS`` and ``COUNT`` are integers.
    """

    TEXT = "A"
    DIGITS = "N"
    DATE = "D"  # AAMMJJ
    DAY_FIRST = "J"  # JJMMAA
    CENTS = "C"  # without sign
    COUNT = "I"
    SIGN = "S"  # P or N
    OVERPUNCH = "O"  # digits whose last one carries the sign
    BLANK = "-"  # spaces, not looked at
    ZEROS = "0"  # zeros, not looked at


class Reader(Protocol):
    """Reads the characters of one zone. A zone that need not be served may be blank."""

    def __call__(self, raw: str, /, *, mandatory: bool) -> Value: ...


class Unreadable(Exception):
    """A zone that cannot be what its table says. The argument is the rule of ``faults.toml``."""


def _text(raw: str, **_: bool) -> Value:
    return raw.rstrip(" ")


def _digits(raw: str, *, mandatory: bool) -> Value:
    if not raw.strip(" "):
        return None
    _only_digits(raw)
    return None if not mandatory and not raw.strip("0") else raw


def _date(raw: str, **_: bool) -> Value:
    return _day(raw, raw[0:2], raw[2:4], raw[4:6])


def _day_first(raw: str, **_: bool) -> Value:
    return _day(raw, raw[4:6], raw[2:4], raw[0:2])


def _day(raw: str, year: str, month: str, day: str) -> date | None:
    if not raw.strip(" ") or not raw.strip("0"):
        return None
    _only_digits(raw)
    try:
        return date(CENTURY + int(year), int(month), int(day))
    except ValueError:
        raise Unreadable("field.date") from None


def _number(raw: str, *, mandatory: bool) -> Value:
    if not mandatory and not raw.strip(" "):
        return None
    _only_digits(raw)
    return int(raw)


def _sign(raw: str, **_: bool) -> Value:
    if raw not in ("P", "N", " "):
        raise Unreadable("field.sign")
    return raw.strip()


def _overpunch(raw: str, **_: bool) -> Value:
    last = raw[-1:]
    digit, sign = (_PLUS.find(last), 1) if last in _PLUS else (_MINUS.find(last), -1)
    if digit < 0:
        raise Unreadable("field.overpunch")
    _only_digits(raw[:-1])
    return sign * int(raw[:-1] + str(digit))


def _nothing(_raw: str, **_: bool) -> Value:
    return None


def _only_digits(raw: str) -> None:
    if not (raw.isdigit() and raw.isascii()):
        raise Unreadable("field.digits")


def _put_text(value: Value, width: int) -> str:
    return str(value or "").ljust(width)


def _put_digits(value: Value, width: int) -> str:
    text = str(value or "").rjust(width, "0")
    _only_digits(text)
    return text


def _put_number(value: Value, width: int) -> str:
    if value is None:
        return "0" * width
    if not isinstance(value, int) or value < 0:
        raise Unreadable("field.digits")
    return str(value).rjust(width, "0")


def _put_date(value: Value, _width: int) -> str:
    day = _written_day(value)
    return f"{day:%y%m%d}" if day else "000000"


def _put_day_first(value: Value, _width: int) -> str:
    day = _written_day(value)
    return f"{day:%d%m%y}" if day else "000000"


def _written_day(value: Value) -> date | None:
    if value is None:
        return None
    if not isinstance(value, date) or not CENTURY <= value.year < CENTURY + 100:
        raise Unreadable("field.date")
    return value


def _put_sign(value: Value, _width: int) -> str:
    if value not in ("P", "N", "", None):
        raise Unreadable("field.sign")
    return str(value or " ")


def _put_overpunch(value: Value, width: int) -> str:
    if not isinstance(value, int):
        raise Unreadable("field.overpunch")
    digits = str(abs(value)).rjust(width, "0")
    return digits[:-1] + (_MINUS if value < 0 else _PLUS)[int(digits[-1])]


READERS: dict[Kind, Reader] = {
    Kind.TEXT: _text,
    Kind.DIGITS: _digits,
    Kind.DATE: _date,
    Kind.DAY_FIRST: _day_first,
    Kind.CENTS: _number,
    Kind.COUNT: _number,
    Kind.SIGN: _sign,
    Kind.OVERPUNCH: _overpunch,
    Kind.BLANK: _nothing,
    Kind.ZEROS: _nothing,
}

WRITERS: dict[Kind, Callable[[Value, int], str]] = {
    Kind.TEXT: _put_text,
    Kind.DIGITS: _put_digits,
    Kind.DATE: _put_date,
    Kind.DAY_FIRST: _put_day_first,
    Kind.CENTS: _put_number,
    Kind.COUNT: _put_number,
    Kind.SIGN: _put_sign,
    Kind.OVERPUNCH: _put_overpunch,
    Kind.BLANK: _put_text,
    Kind.ZEROS: _put_digits,
}
