"""The letters of the demo, as a doctor would hand them over."""

from __future__ import annotations

from datetime import datetime

from caducee import Patient, Practitioner
from caducee.model.environment import Environment
from caducee.paper import Letter, Printed, TypstPaper

_OPENING = "Je vous remercie de suivre avec moi ce dossier. Ce courrier résume la consultation de ce jour : {about}."
_BODY = (
    "L'examen clinique est sans particularité. La tension artérielle est à 12/8 au repos, l'auscultation est normale.",
    "Aucun traitement n'est modifié. Un contrôle est prévu dans six mois, plus tôt si un symptôme nouveau apparaît.",
)


def write_letter(author: Practitioner, patient: Patient, about: str, written: datetime) -> Printed:
    """Print a letter about a patient: PDF/A and its picture."""
    letter = Letter(
        author=author,
        patient=patient,
        written=written.date(),
        subject=about[0].upper() + about[1:],
        paragraphs=(_OPENING.format(about=about), *_BODY),
    )
    return TypstPaper().print_letter(letter, environment=Environment.SANDBOX)
