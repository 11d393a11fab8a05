"""A letter from a professional about a patient."""

from __future__ import annotations

from datetime import date

import msgspec

from caducee.model.patient import Patient
from caducee.model.practice import Practitioner


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What a doctor hands over. Every value is plain text: no markup is read in any of them.

    ``recipient`` is the block of lines of the addressee, without lines for "to whom it may concern".
    ``paragraphs`` are the body; a line break inside one is kept. The matricule is printed only when the patient's
    identity is qualified.
    """

    author: Practitioner
    patient: Patient
    written: date
    subject: str
    paragraphs: tuple[str, ...]
    recipient: tuple[str, ...] = ()
    greeting: str = "Madame, Monsieur,"
    closing: str = "Je vous prie de recevoir l'expression de mes salutations confraternelles."
