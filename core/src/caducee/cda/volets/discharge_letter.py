"""LDL-SES 2022.01, lettre de liaison à la sortie d'un établissement de santé."""

from __future__ import annotations

from functools import cache

import msgspec

from caducee.cda.entries import medication, model
from caducee.cda.entries.administration import treatment
from caducee.cda.entries.build import Naming, allergy, optional, paragraphs
from caducee.cda.header import Header
from caducee.cda.people import coded
from caducee.cda.volets import absence
from caducee.cda.volets.admission_letter import EVENT
from caducee.cda.volets.parts import MEDICATION, whole
from caducee.model import bodies
from caducee.rendering import CD, Template


class DischargeLetter(Header, array_like=True, frozen=True):
    """A LDL-SES."""

    status: CD
    reason: tuple[str, ...]
    course: tuple[str, ...]
    entry_mode: CD
    exit_mode: CD | None
    treatments: tuple[medication.Treatment, ...]
    allergies: tuple[model.Allergy, ...]
    results: tuple[str, ...]
    plan: tuple[str, ...]


@cache
def template() -> Template:
    """Return the compiled template."""
    return Template.load("caducee.cda", "templates/ldl_ses.xml", DischargeLetter, MEDICATION)


def build(header: Header, body: bodies.DischargeLetter) -> DischargeLetter:
    """Return the document."""
    naming = Naming(header.id.root)
    event = msgspec.structs.replace(header.context, act=EVENT)
    treatments = body.treatments or (absence.treatment(none=body.no_treatment),)
    return whole(
        DischargeLetter,
        msgspec.structs.replace(header, context=event),
        status=coded(body.status),
        reason=paragraphs(body.reason),
        course=paragraphs(body.course),
        entry_mode=coded(body.entry_mode),
        exit_mode=optional(body.exit_mode),
        treatments=tuple(treatment(naming, f"body.treatments[{at}]", one) for at, one in enumerate(treatments)),
        allergies=tuple(allergy(naming, f"body.allergies[{at}]", one) for at, one in enumerate(body.allergies)),
        results=paragraphs(body.results),
        plan=paragraphs(body.plan),
    )
