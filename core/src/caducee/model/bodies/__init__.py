"""What a document holds: a file, or what the practice knows, as data."""

from __future__ import annotations

from caducee.model.bodies.annulment import Annulment
from caducee.model.bodies.care import CareAct, NursingPrescription, PhysiotherapyPrescription
from caducee.model.bodies.file import PdfBody, TextBody
from caducee.model.bodies.imaging import Contraindication, ImagingAct, ImagingRequest
from caducee.model.bodies.liaison import AdmissionLetter, DischargeLetter
from caducee.model.bodies.other import OtherBody
from caducee.model.bodies.prescription import (
    DevicePrescription,
    FreeLine,
    MedicinePrescription,
    Prescription,
    Substitution,
)
from caducee.model.bodies.request import BiologyPrescription
from caducee.model.bodies.summary import MedicalSummary
from caducee.model.bodies.vaccination import Vaccination, VaccinationNote

Body = (
    PdfBody
    | TextBody
    | MedicalSummary
    | Prescription
    | BiologyPrescription
    | NursingPrescription
    | PhysiotherapyPrescription
    | ImagingRequest
    | AdmissionLetter
    | DischargeLetter
    | VaccinationNote
    | Annulment
    | OtherBody
)
"""Each has a ``tag``: its JSON says which it is by ``"type"``."""

__all__ = [
    "AdmissionLetter",
    "Annulment",
    "BiologyPrescription",
    "Body",
    "CareAct",
    "Contraindication",
    "DevicePrescription",
    "DischargeLetter",
    "FreeLine",
    "ImagingAct",
    "ImagingRequest",
    "MedicalSummary",
    "MedicinePrescription",
    "NursingPrescription",
    "OtherBody",
    "PdfBody",
    "PhysiotherapyPrescription",
    "Prescription",
    "Substitution",
    "TextBody",
    "Vaccination",
    "VaccinationNote",
]
