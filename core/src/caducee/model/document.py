"""A medical document as the practice's software hands it over."""

from __future__ import annotations

import msgspec

from caducee.model.codes import LOINC, Code
from caducee.model.patient import Patient

CONSULTATION_REPORT = Code("11488-4", LOINC, "CR ou fiche de consultation ou de visite")
REFERRAL_LETTER = Code("96349-6", LOINC, "Lettre d'adressage")


class PdfBody(msgspec.Struct, frozen=True, tag="pdf"):
    """A PDF/A-1 file, carried as it is in the body of a CDA R2 level 1."""

    content: bytes


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A document to publish.

    ``local_id`` is the practice's own identifier and the usual idempotency key. ``author`` names the
    professional by the key of their ``[practitioner.KEY]`` table. ``created`` and ``service_start`` are HL7
    times with seconds and zone (``20261125083000+0100``); ``service_stop`` may be absent.
    """

    local_id: str
    patient: Patient
    author: str
    type: Code
    title: str
    body: PdfBody
    created: str
    service_start: str
    service_stop: str | None = None
