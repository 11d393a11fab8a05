"""What documents hold: bodies of every type, and what a doctor knows of a patient, coded or in plain words.

``Document(body=MedicalSummary(problems=(Problem(label="Asthme"),)), …)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from caducee.lazy import loading

if TYPE_CHECKING:
    from caducee.model.bodies import (
        AdmissionLetter,
        BiologyPrescription,
        Contraindication,
        DevicePrescription,
        ImagingAct,
        ImagingRequest,
        MedicalSummary,
        MedicinePrescription,
        OtherBody,
        PdfBody,
        Prescription,
        Substitution,
        TextBody,
        Vaccination,
        VaccinationNote,
    )
    from caducee.model.clinical import (
        Allergy,
        Device,
        Dose,
        Duration,
        FamilyHistory,
        Habit,
        MaxDose,
        Medicine,
        Moment,
        Posology,
        PosologyMode,
        Problem,
        ProblemStatus,
        Procedure,
        Quantity,
        Severity,
        Step,
        TimingEvent,
        Treatment,
        Unit,
        Weekday,
    )
    from caducee.model.codes import (
        ATC,
        CCAM,
        CIM_10,
        CIP,
        CIS,
        EDQM,
        EMDN,
        LOINC,
        LPP,
        SNOMED_CT,
        VIRTUAL_MEDICINE,
    )
    from caducee.model.document import (
        Version,
    )
    from caducee.model.encounter import (
        Correspondent,
        Encounter,
        EncounterMode,
        People,
        PersonRole,
        Relative,
        Secretary,
    )
    from caducee.model.patient import (
        Guardian,
    )
    from caducee.posology import (
        daily_quantity,
        sentence,
    )

_HOME = {
    "caducee.model.bodies": (
        "AdmissionLetter",
        "BiologyPrescription",
        "Contraindication",
        "DevicePrescription",
        "ImagingAct",
        "ImagingRequest",
        "MedicalSummary",
        "MedicinePrescription",
        "OtherBody",
        "PdfBody",
        "Prescription",
        "Substitution",
        "TextBody",
        "Vaccination",
        "VaccinationNote",
    ),
    "caducee.model.clinical": (
        "Allergy",
        "Device",
        "Dose",
        "Duration",
        "FamilyHistory",
        "Habit",
        "MaxDose",
        "Medicine",
        "Moment",
        "Posology",
        "PosologyMode",
        "Problem",
        "ProblemStatus",
        "Procedure",
        "Quantity",
        "Severity",
        "Step",
        "TimingEvent",
        "Treatment",
        "Unit",
        "Weekday",
    ),
    "caducee.model.codes": (
        "ATC",
        "CCAM",
        "CIM_10",
        "CIP",
        "CIS",
        "EDQM",
        "EMDN",
        "LOINC",
        "LPP",
        "SNOMED_CT",
        "VIRTUAL_MEDICINE",
    ),
    "caducee.model.document": ("Version",),
    "caducee.model.encounter": (
        "Correspondent",
        "Encounter",
        "EncounterMode",
        "People",
        "PersonRole",
        "Relative",
        "Secretary",
    ),
    "caducee.model.patient": ("Guardian",),
    "caducee.posology": (
        "daily_quantity",
        "sentence",
    ),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "ATC",
    "CCAM",
    "CIM_10",
    "CIP",
    "CIS",
    "EDQM",
    "EMDN",
    "LOINC",
    "LPP",
    "SNOMED_CT",
    "VIRTUAL_MEDICINE",
    "AdmissionLetter",
    "Allergy",
    "BiologyPrescription",
    "Contraindication",
    "Correspondent",
    "Device",
    "DevicePrescription",
    "Dose",
    "Duration",
    "Encounter",
    "EncounterMode",
    "FamilyHistory",
    "Guardian",
    "Habit",
    "ImagingAct",
    "ImagingRequest",
    "MaxDose",
    "MedicalSummary",
    "Medicine",
    "MedicinePrescription",
    "Moment",
    "OtherBody",
    "PdfBody",
    "People",
    "PersonRole",
    "Posology",
    "PosologyMode",
    "Prescription",
    "Problem",
    "ProblemStatus",
    "Procedure",
    "Quantity",
    "Relative",
    "Secretary",
    "Severity",
    "Step",
    "Substitution",
    "TextBody",
    "TimingEvent",
    "Treatment",
    "Unit",
    "Vaccination",
    "VaccinationNote",
    "Version",
    "Weekday",
    "daily_quantity",
    "sentence",
]

__getattr__ = loading(globals(), _MODULE_OF)


def __dir__() -> list[str]:
    return sorted(__all__)
