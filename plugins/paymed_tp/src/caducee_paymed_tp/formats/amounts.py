"""Amounts written as decimal text, to integer cents, without ever being a float."""

from __future__ import annotations

import re

_DECIMAL = re.compile(r"([+-]?)([0-9]{0,15})(?:[.,]([0-9]{0,5}))?")


def cents(text: str) -> int | None:
    """Return the cents of ``1234.5``, ``-12,30`` or ``+7``; ``None`` when it is no amount or has parts of a cent.

    Grouped thousands are not understood here: a bank that writes them declares it.
    """
    found = _DECIMAL.fullmatch(text.strip())
    if not found or not (found[2] or found[3]):
        return None
    decimals = (found[3] or "").ljust(2, "0")
    if decimals[2:].strip("0"):
        return None
    value = int((found[2] or "0") + decimals[:2])
    return -value if found[1] == "-" else value
