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
SNOMED_CT = "2.16.840.1.113883.6.96"
CIM_10 = "2.16.840.1.113883.6.3"
CCAM = "1.2.250.1.215.300.1"
ATC = "2.16.840.1.113883.6.73"
CIS = "1.2.250.1.213.2.3.1"
CIP = "1.2.250.1.213.2.3.2"
VIRTUAL_MEDICINE = "1.2.250.1.213.2.59"
EMDN = "1.2.250.1.213.2.68"
LPP = "1.2.250.1.215.200.2.1"
EDQM = "0.4.0.127.0.16.1.1.2.1"
ACT_CODE = "2.16.840.1.113883.5.4"
TA_ASIP = "1.2.250.1.213.1.1.4.322"
DOCUMENT_TYPE_FR = "1.2.250.1.213.1.1.4.12"
