"""The INS datamatrix: its text, its symbol, its pictures, and reading them again."""

from __future__ import annotations

from caducee_insi.datamatrix.carrier import (
    DatamatrixInvalid,
    DatamatrixRefused,
    Scanned,
    SeparatorLost,
    read,
    symbol,
    write,
)
from caducee_insi.datamatrix.symbol import Symbol

__all__ = [
    "DatamatrixInvalid",
    "DatamatrixRefused",
    "Scanned",
    "SeparatorLost",
    "Symbol",
    "read",
    "symbol",
    "write",
]
