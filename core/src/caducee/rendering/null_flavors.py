"""The null flavours of HL7 v3: why a value is not there."""

from __future__ import annotations

from enum import Enum

from msgspec.msgpack import Ext

_EXTENSION = 1


class NullFlavor(Enum):
    """In place of a value (``amount: Decimal | NullFlavor``). HL7 v3 data types, vocabulary ``NullFlavor``.

    Templates write it with ``t:if null``, or by a data type, which writes ``nullFlavor`` alone.
    """

    NO_INFORMATION = Ext(_EXTENSION, b"NI")
    OTHER = Ext(_EXTENSION, b"OTH")
    NEGATIVE_INFINITY = Ext(_EXTENSION, b"NINF")
    POSITIVE_INFINITY = Ext(_EXTENSION, b"PINF")
    UNKNOWN = Ext(_EXTENSION, b"UNK")
    ASKED_BUT_UNKNOWN = Ext(_EXTENSION, b"ASKU")
    TEMPORARILY_UNAVAILABLE = Ext(_EXTENSION, b"NAV")
    NOT_ASKED = Ext(_EXTENSION, b"NASK")
    TRACE = Ext(_EXTENSION, b"TRC")
    MASKED = Ext(_EXTENSION, b"MSK")
    NOT_APPLICABLE = Ext(_EXTENSION, b"NA")
    NOT_PRESENT = Ext(_EXTENSION, b"NP")

    @property
    def code(self) -> str:
        """The code, as it is written."""
        return bytes(self.value.data).decode("ascii")
