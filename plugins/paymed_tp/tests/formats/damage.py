"""What happens to files on their way: bytes changed, lost, doubled, swapped, cut, records left out or repeated."""

from __future__ import annotations

import random
from collections.abc import Callable

Damage = Callable[[random.Random, bytes, int], bytes]


def _changed(chance: random.Random, data: bytes, _unit: int) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


def _digit(chance: random.Random, data: bytes, _unit: int) -> bytes:
    digits = [at for at, byte in enumerate(data) if 48 <= byte <= 57]
    at = chance.choice(digits)
    return data[:at] + b"%d" % chance.randrange(10) + data[at + 1 :]


def _letter(chance: random.Random, data: bytes, _unit: int) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([chance.choice(b"PNRD@ {}AJ0129<>&-.,")]) + data[at + 1 :]


def _lost(chance: random.Random, data: bytes, _unit: int) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + data[at + chance.randrange(1, 9) :]


def _added(chance: random.Random, data: bytes, _unit: int) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.randbytes(chance.randrange(1, 9)) + data[at:]


def _cut(chance: random.Random, data: bytes, _unit: int) -> bytes:
    return data[: chance.randrange(len(data))]


def _swapped(chance: random.Random, data: bytes, _unit: int) -> bytes:
    at = chance.randrange(len(data) - 1)
    return data[:at] + data[at + 1 : at + 2] + data[at : at + 1] + data[at + 2 :]


def _record_left_out(chance: random.Random, data: bytes, unit: int) -> bytes:
    at = chance.randrange(len(data) // unit) * unit
    return data[:at] + data[at + unit :]


def _record_repeated(chance: random.Random, data: bytes, unit: int) -> bytes:
    at = chance.randrange(len(data) // unit) * unit
    return data[: at + unit] + data[at:]


def _records_swapped(chance: random.Random, data: bytes, unit: int) -> bytes:
    units = [data[at : at + unit] for at in range(0, len(data), unit)]
    one, other = chance.randrange(len(units)), chance.randrange(len(units))
    units[one], units[other] = units[other], units[one]
    return b"".join(units)


ALL: list[Damage] = [
    _changed,
    _digit,
    _digit,
    _letter,
    _lost,
    _added,
    _cut,
    _swapped,
    _record_left_out,
    _record_repeated,
    _records_swapped,
]


def damaged(chance: random.Random, data: bytes, unit: int) -> bytes:
    """One damage, seldom two or three."""
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        if len(data) > unit:
            data = chance.choice(ALL)(chance, data, unit)
    return data
