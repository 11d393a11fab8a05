"""The imaging request (IMG-DA-IMG 2024.01)."""

from __future__ import annotations

import msgspec

from caducee.model.codes import TA_ASIP, Code

OTHER_CONTRAINDICATION = Code("GEN-092.01.20", TA_ASIP, "Autre contre-indication connue")


class ImagingAct(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One examination: ``modality`` of the set ``imaging_modality``, ``site`` and ``side`` (7771000 left) of SNOMED CT.

    ``urgent_reason`` makes it urgent. Scintigraphy and PET say what they look at: ``function`` (of the sets
    ``scintigraphy_function`` and ``pet_function``), or ``function_label`` in words.
    """

    modality: Code
    site: Code
    label: str = ""
    side: Code | None = None
    urgent_reason: str = ""
    function: Code | None = None
    function_label: str = ""
    comment: str = ""


class Contraindication(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something that forbids an examination. ``code`` is of the set ``contraindication``, « autre » unless said."""

    label: str
    code: Code = OTHER_CONTRAINDICATION


class ImagingRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="imaging_request"):
    """What the radiologist must know and do.

    ``order`` and ``order_root`` are the placer's number of the request. ``informed`` says that the patient was told the
    risks. The two histories are texts; an empty one says « Sans objet ».
    """

    acts: tuple[ImagingAct, ...]
    justification: str
    order: str = ""
    order_root: str = ""
    medical_history: str = ""
    surgical_history: str = ""
    contraindications: tuple[Contraindication, ...] = ()
    informed: bool = True
    patient_information: str = ""
    previous_results: str = ""
