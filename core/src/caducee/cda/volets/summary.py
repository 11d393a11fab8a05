"""VSM 2023.01, volet de synthèse médicale."""

from __future__ import annotations

from functools import cache

import msgspec

from caducee.cda.entries import medication, model
from caducee.cda.entries.administration import treatment
from caducee.cda.entries.build import Naming, allergy, habit, paragraphs, problem, procedure, relative
from caducee.cda.header import Header
from caducee.cda.volets.parts import LOINC_NAME, MEDICATION, whole
from caducee.model import bodies
from caducee.rendering import CD, Template

EVENT = CD("34117-2", LOINC_NAME, "Historique et clinique")
_NOTHING = ("Non renseigné.",)


class MedicalSummary(Header, array_like=True, frozen=True):
    """A VSM: a part has its texts, or its entries, never both."""

    problems: tuple[model.Problem, ...]
    past_history: tuple[model.Problem, ...]
    procedures: tuple[model.Procedure, ...]
    allergies: tuple[model.Allergy, ...]
    history_text: tuple[str, ...]
    habits: tuple[model.Habit, ...]
    occupational_risks: tuple[str, ...]
    family_history: tuple[model.Relative, ...]
    risks_text: tuple[str, ...]
    results: tuple[str, ...]
    treatments: tuple[medication.Treatment, ...]
    treatments_text: tuple[str, ...]


@cache
def template() -> Template:
    """Return the compiled template."""
    return Template.load("caducee.cda", "templates/vsm.xml", MedicalSummary, MEDICATION)


def build(header: Header, body: bodies.MedicalSummary) -> MedicalSummary:
    """Return the document. Texts beside entries are kept: they follow in the results."""
    naming = Naming(header.id.root)
    history = body.problems or body.past_history or body.procedures or body.allergies
    risks = body.habits or body.occupational_risks or body.family_history
    beside = [
        text
        for text, data in (
            (body.history_text, history),
            (body.risks_text, risks),
            (body.treatments_text, body.treatments),
        )
        if data
    ]
    results = tuple(line for text in (body.results, *beside) for line in paragraphs(text))
    event = msgspec.structs.replace(header.context, act=EVENT)
    return whole(
        MedicalSummary,
        msgspec.structs.replace(header, context=event),
        problems=tuple(problem(naming, f"body.problems[{at}]", one) for at, one in enumerate(body.problems)),
        past_history=tuple(
            problem(naming, f"body.past_history[{at}]", one) for at, one in enumerate(body.past_history)
        ),
        procedures=tuple(procedure(naming, f"body.procedures[{at}]", one) for at, one in enumerate(body.procedures)),
        allergies=tuple(allergy(naming, f"body.allergies[{at}]", one) for at, one in enumerate(body.allergies)),
        history_text=() if history else paragraphs(body.history_text) or _NOTHING,
        habits=tuple(habit(naming, f"body.habits[{at}]", one) for at, one in enumerate(body.habits)),
        occupational_risks=paragraphs(body.occupational_risks),
        family_history=tuple(
            relative(naming, f"body.family_history[{at}]", one) for at, one in enumerate(body.family_history)
        ),
        risks_text=() if risks else paragraphs(body.risks_text) or _NOTHING,
        results=results or _NOTHING,
        treatments=tuple(treatment(naming, f"body.treatments[{at}]", one) for at, one in enumerate(body.treatments)),
        treatments_text=() if body.treatments else paragraphs(body.treatments_text) or _NOTHING,
    )
