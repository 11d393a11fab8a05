"""The sRGB profile that says what the colours of a page mean: a matrix profile of ICC version 2, made here.

PDF 1.4 knows version 2 only, and what libraries make today is version 4. Figures: IEC 61966-2-1, adapted to D50.
"""

from __future__ import annotations

import struct
from functools import cache

_XYZ = {
    b"wtpt": (0.9505, 1.0, 1.0891),
    b"rXYZ": (0.4361, 0.2225, 0.0139),
    b"gXYZ": (0.3851, 0.7169, 0.0971),
    b"bXYZ": (0.1431, 0.0606, 0.7141),
}
_D50 = (0.9642, 1.0, 0.8249)
_NAME = b"sRGB IEC61966-2.1"
_STEPS = 1024
_HEADER = 128
_LINEAR, _POWER = 0.04045, 2.4


@cache
def srgb_profile() -> bytes:
    """Return the profile of a coloured page; always the same bytes."""
    tags = {name: b"XYZ " + bytes(4) + b"".join(map(_fixed, values)) for name, values in _XYZ.items()}
    return _laid_out(b"RGB ", tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _curve()))


@cache
def grey_profile() -> bytes:
    """Return the profile of grey, with the same curve."""
    white = {b"wtpt": b"XYZ " + bytes(4) + b"".join(map(_fixed, _XYZ[b"wtpt"]))}
    return _laid_out(b"GRAY", white | {b"kTRC": _curve()})


def _curve() -> bytes:
    values = (round(_linear(at / (_STEPS - 1)) * 0xFFFF) for at in range(_STEPS))
    return b"curv" + bytes(4) + struct.pack(f">I{_STEPS}H", _STEPS, *values)


def _laid_out(space: bytes, own: dict[bytes, bytes]) -> bytes:
    description = b"desc" + bytes(4) + struct.pack(">I", len(_NAME) + 1) + _NAME + bytes(1 + 4 + 4 + 2 + 1 + 67)
    tags = {b"desc": description, b"cprt": b"text" + bytes(4) + b"Public domain\0", **own}
    table = struct.pack(">I", len(tags))
    data = b""
    places: dict[bytes, int] = {}
    start = _HEADER + 4 + 12 * len(tags)
    for name, content in tags.items():
        if content not in places:
            places[content] = start + len(data)
            data += content + bytes(-len(content) % 4)
        table += name + struct.pack(">II", places[content], len(content))
    size = _HEADER + len(table) + len(data)
    head = struct.pack(">I4sI4s4s4s", size, bytes(4), 0x02100000, b"mntr", space, b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(4 * 7) + b"".join(map(_fixed, _D50))
    return head + bytes(_HEADER - len(head)) + table + data


def _linear(value: float) -> float:
    return value / 12.92 if value <= _LINEAR else float(((value + 0.055) / 1.055) ** _POWER)


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 0x10000))
