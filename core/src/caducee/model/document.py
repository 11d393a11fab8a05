"""A medical document as the practice's software hands it over."""

from __future__ import annotations

import msgspec

from caducee.model.bodies import (
    AdmissionLetter,
    BiologyPrescription,
    Body,
    DischargeLetter,
    ImagingRequest,
    MedicalSummary,
    NursingPrescription,
    PdfBody,
    PhysiotherapyPrescription,
    Prescription,
    VaccinationNote,
)
from caducee.model.codes import DOCUMENT_TYPE_FR, LOINC, Code
from caducee.model.encounter import Encounter, People
from caducee.model.patient import Patient

__all__ = ["CONSULTATION_REPORT", "OF_THE_BODY", "REFERRAL_LETTER", "Document", "PdfBody", "Version"]

CONSULTATION_REPORT = Code("11488-4", LOINC, "CR ou fiche de consultation ou de visite")
REFERRAL_LETTER = Code("96349-6", LOINC, "Lettre d'adressage")

OF_THE_BODY = Code("", "", "")
"""The type of a document whose body says it."""

_TYPES: dict[type, tuple[Code, str]] = {
    MedicalSummary: (Code("SYNTH", DOCUMENT_TYPE_FR, "Synthèse"), "Volet de synthèse médicale"),
    Prescription: (
        Code("57833-6", LOINC, "Prescription de produits de santé"),
        "Prescription de médicaments et/ou de dispositifs médicaux",
    ),
    BiologyPrescription: (
        Code("PRESC-BIO", DOCUMENT_TYPE_FR, "Prescription d'actes de biologie médicale"),
        "Prescription d'examens de biologie médicale",
    ),
    NursingPrescription: (
        Code("PRESC-INF", DOCUMENT_TYPE_FR, "Prescription d'actes infirmiers"),
        "Prescription d'actes infirmiers",
    ),
    PhysiotherapyPrescription: (
        Code("PRESC-KINE", DOCUMENT_TYPE_FR, "Prescription d'actes de kinésithérapie"),
        "Prescription d'actes de kinésithérapie",
    ),
    ImagingRequest: (Code("55115-0", LOINC, "Demande d'actes d'imagerie"), "Demande d'acte d'imagerie"),
    AdmissionLetter: (
        Code("18761-7", LOINC, "Note de transfert (dont lettre de liaison à l'entrée en établissement de soins)"),
        "Lettre de liaison à l'entrée en établissement de santé",
    ),
    DischargeLetter: (
        Code("11490-0", LOINC, "Lettre de liaison à la sortie d'un établissement de soins"),
        "Lettre de liaison à la sortie d'un établissement de soins",
    ),
    VaccinationNote: (Code("87273-9", LOINC, "Note de vaccination"), "Note de vaccination"),
}


class Version(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A version of a document that exists: its identifier, the series it belongs to, its number in it."""

    document_id: str
    series: str
    version: int


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A document to publish.

    ``local_id`` is the practice's own identifier and the usual idempotency key. ``author`` names the
    professional by the key of their ``[practitioner.KEY]`` table. ``created`` and ``service_start`` are HL7
    times with seconds and zone (``20261125083000+0100``); ``service_stop`` may be absent.

    The common case is short: ``type`` and ``title`` come from a structured body, the title of another from its type,
    ``service_start`` is ``created``. ``replaces`` makes it the next version of a document. ``act`` codes the documented
    act (CCAM, CIM-10…; ``TCG`` and its like for a teleconsultation).
    """

    local_id: str
    patient: Patient
    author: str
    type: Code = OF_THE_BODY
    title: str = ""
    body: Body
    created: str
    service_start: str = ""
    service_stop: str | None = None
    encounter: Encounter = Encounter()
    people: People = People()
    act: Code | None = None
    confidentiality: str = "N"
    replaces: Version | None = None

    def __post_init__(self) -> None:
        type_, title = _TYPES.get(type(self.body), (self.type, self.type.display))
        if self.type == OF_THE_BODY:
            msgspec.structs.force_setattr(self, "type", type_)
        if self.title == "":
            msgspec.structs.force_setattr(self, "title", title)
        if self.service_start == "":
            msgspec.structs.force_setattr(self, "service_start", self.created)
