"""The HL7 v3 data types that templates write: ``t:ii``, ``t:cd``, ``t:tel``, ``t:pq``; times are texts (``t:ts``)."""

from __future__ import annotations

from decimal import Decimal

import msgspec


class II(msgspec.Struct, array_like=True, frozen=True):
    """An instance identifier: an OID and, under it, an extension."""

    root: str
    extension: str | None = None


class CD(msgspec.Struct, array_like=True, frozen=True):
    """A coded value."""

    code: str
    system: str
    display: str | None = None


class TEL(msgspec.Struct, array_like=True, frozen=True):
    """A telecom address: a URL (``tel:``, ``mailto:``) and its use."""

    value: str
    use: str | None = None


class PQ(msgspec.Struct, array_like=True, frozen=True):
    """A physical quantity: a number that keeps its digits, and its unit (UCUM)."""

    value: Decimal
    unit: str | None = None


def plain(value: Decimal, unit: str | None = None) -> PQ:
    """Return a quantity whose number has no exponent: ``1E+1``, which arithmetic makes, is written ``10``."""
    return PQ(Decimal(f"{value:f}"), unit)
