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
    """A physical quantity: a decimal number as the text that is written, ``5.00``, and its unit (UCUM).

    The number is a text for the reason that a time is one: its digits are part of what was said.
    """

    value: str
    unit: str | None = None

    @classmethod
    def of(cls, value: Decimal, unit: str | None = None) -> PQ:
        """Return the quantity of a number, without exponent: ``1E+1``, which arithmetic makes, is written ``10``."""
        return cls(f"{value:f}", unit)
