"""The HL7 v3 data types that templates write: ``t:ii``, ``t:cd``, ``t:tel``. Times are plain texts (``t:ts``)."""

from __future__ import annotations

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
