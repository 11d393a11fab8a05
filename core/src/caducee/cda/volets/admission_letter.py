"""LDL-EES 2022.01, lettre de liaison d'entrée en établissement de santé."""

from __future__ import annotations

from functools import cache

import msgspec

from caducee.cda.entries import medication, model
from caducee.cda.entries.administration import treatment
from caducee.cda.entries.build import Naming, allergy, paragraphs, problem, procedure
from caducee.cda.header import Header
from caducee.cda.oids import ACT_CODE
from caducee.cda.volets.parts import MEDICATION, whole
from caducee.model import bodies
from caducee.model.clinical import Allergy, Medicine, Treatment
from caducee.model.codes import Code
from caducee.rendering import CD, Template

EVENT = CD("IMP", ACT_CODE, "Hospitalisation (établissement, y compris HAD)")

_ABSENT = "2.16.840.1.113883.5.1150.1"
NO_MEDICATION = Code("no-known-medications", _ABSENT, "Pas de traitement médicamenteux connu")
NO_MEDICATION_INFO = Code("no-medication-info", _ABSENT, "Pas d'information sur les traitements médicamenteux")
NO_ALLERGY = Code("no-known-allergies", _ABSENT, "Pas d'allergie/hypersensibilité connue")
NO_ALLERGY_INFO = Code("no-allergy-info", _ABSENT, "Pas d’information sur les allergies/hypersensibilités")


class AdmissionLetter(Header, array_like=True, frozen=True):
    """A LDL-EES."""

    reason: tuple[str, ...]
    treatments: tuple[medication.Treatment, ...]
    allergies: tuple[model.Allergy, ...]
    past_history: tuple[model.Problem, ...]
    procedures: tuple[model.Procedure, ...]
    comment: tuple[str, ...]


@cache
def template() -> Template:
    """Return the compiled template."""
    return Template.load("caducee.cda", "templates/ldl_ees.xml", AdmissionLetter, MEDICATION)


def build(header: Header, body: bodies.AdmissionLetter) -> AdmissionLetter:
    """Return the document."""
    naming = Naming(header.id.root)
    event = msgspec.structs.replace(header.context, act=EVENT)
    return whole(
        AdmissionLetter,
        msgspec.structs.replace(header, context=event),
        reason=paragraphs(body.reason),
        treatments=tuple(
            treatment(naming, f"body.treatments[{at}]", one) for at, one in enumerate(body.treatments or (_none(body),))
        ),
        allergies=tuple(
            allergy(naming, f"body.allergies[{at}]", one)
            for at, one in enumerate(body.allergies or (_no_allergy(body),))
        ),
        past_history=tuple(
            problem(naming, f"body.past_history[{at}]", one) for at, one in enumerate(body.past_history)
        ),
        procedures=tuple(procedure(naming, f"body.procedures[{at}]", one) for at, one in enumerate(body.procedures)),
        comment=paragraphs(body.comment) or ("Sans objet.",),
    )


def _none(body: bodies.AdmissionLetter) -> Treatment:
    code = NO_MEDICATION if body.no_treatment else NO_MEDICATION_INFO
    return Treatment(medicine=Medicine(name=code.display, code=code))


def _no_allergy(body: bodies.AdmissionLetter) -> Allergy:
    code = NO_ALLERGY if body.no_allergy else NO_ALLERGY_INFO
    return Allergy(label=code.display, code=code)
