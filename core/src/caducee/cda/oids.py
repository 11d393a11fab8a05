"""Identifiers that the header of every French document uses (CI-SIS, structuration minimale)."""

from __future__ import annotations

PROFESSIONAL = "1.2.250.1.71.4.2.1"
STRUCTURE = "1.2.250.1.71.4.2.2"
PRODUCER = "1.2.250.1.213.1.1.4.6"
GENDER = "2.16.840.1.113883.5.1"
ACT_CODE = "2.16.840.1.113883.5.4"

PDF_FORMAT = "urn:ihe:iti:xds-sd:pdf:2008"
TEXT_FORMAT = "urn:ihe:iti:xds-sd:text:2008"
PDF_MEDIA_TYPE = "application/pdf"
TEXT_MEDIA_TYPE = "text/plain"
LANGUAGE = "fr-FR"
