"""What a letter says when nothing is known, or when there is nothing (JDV_AbsentOrUnknown)."""

from __future__ import annotations

from caducee.model.clinical import Allergy, Medicine, Treatment
from caducee.model.codes import Code

_ABSENT = "2.16.840.1.113883.5.1150.1"
NO_MEDICATION = Code("no-known-medications", _ABSENT, "Pas de traitement médicamenteux connu")
NO_MEDICATION_INFO = Code("no-medication-info", _ABSENT, "Pas d'information sur les traitements médicamenteux")
NO_ALLERGY = Code("no-known-allergies", _ABSENT, "Pas d'allergie/hypersensibilité connue")
NO_ALLERGY_INFO = Code("no-allergy-info", _ABSENT, "Pas d’information sur les allergies/hypersensibilités")


def treatment(*, none: bool) -> Treatment:
    """Return the line that says that there is no treatment, or that nothing is known of them."""
    code = NO_MEDICATION if none else NO_MEDICATION_INFO
    return Treatment(medicine=Medicine(name=code.display, code=code))


def allergy(*, none: bool) -> Allergy:
    """Return the line that says that there is no allergy, or that nothing is known of them."""
    code = NO_ALLERGY if none else NO_ALLERGY_INFO
    return Allergy(label=code.display, code=code)
