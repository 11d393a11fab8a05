"""LDL-EES 2022.01, lettre de liaison d'entrée en établissement de santé."""

from __future__ import annotations

from functools import cache

import msgspec

from caducee.cda.entries import medication, model
from caducee.cda.entries.administration import treatment
from caducee.cda.entries.build import Naming, allergy, paragraphs, problem, procedure
from caducee.cda.header import Header
from caducee.cda.oids import ACT_CODE
from caducee.cda.volets import absence
from caducee.cda.volets.parts import MEDICATION, whole
from caducee.model import bodies
from caducee.rendering import CD, Template

EVENT = CD("IMP", ACT_CODE, "Hospitalisation (établissement, y compris HAD)")


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
            treatment(naming, f"body.treatments[{at}]", one)
            for at, one in enumerate(body.treatments or (absence.treatment(none=body.no_treatment),))
        ),
        allergies=tuple(
            allergy(naming, f"body.allergies[{at}]", one)
            for at, one in enumerate(body.allergies or (absence.allergy(none=body.no_allergy),))
        ),
        past_history=tuple(
            problem(naming, f"body.past_history[{at}]", one) for at, one in enumerate(body.past_history)
        ),
        procedures=tuple(procedure(naming, f"body.procedures[{at}]", one) for at, one in enumerate(body.procedures)),
        comment=paragraphs(body.comment) or ("Sans objet.",),
    )
