"""Coded values: a code, the system it belongs to and what a person reads."""

from __future__ import annotations

import msgspec


class Code(msgspec.Struct, frozen=True):
    """A concept of a code system.

    ``system`` is the OID of the system. ``display`` is the French text of the concept, as the national
    value set prints it: the CDA header and the XDS metadata both carry it.
    """

    code: str
    system: str
    display: str


LOINC = "2.16.840.1.113883.6.1"
DOCUMENT_TYPE_FR = "1.2.250.1.213.1.1.4.12"
