"""From one posology: the sentence that a patient understands, and the quantity of a day where it can be computed."""

from __future__ import annotations

from caducee.posology.daily import daily_quantity
from caducee.posology.letters import in_letters
from caducee.posology.sentence import sentence, step_sentence
from caducee.posology.words import amount, duration_words

__all__ = ["amount", "daily_quantity", "duration_words", "in_letters", "sentence", "step_sentence"]
